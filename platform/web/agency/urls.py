"""Addresses of the service agency's portal."""

from django.urls import path

from web.agency import credited, portal

urlpatterns = [
    path("agency/", portal.home, name="agency_home"),
    path("agency/credits/", credited.agency_credits, name="agency_credits"),
    path("agency/assignments/", portal.assignments, name="agency_assignments"),
]

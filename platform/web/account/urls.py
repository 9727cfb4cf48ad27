"""Addresses of everything about people: /account/…, /organisations/…, the zone's two desks."""

from django.urls import include, path

from web.account import acting, office, organisations, resume, views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/start/", views.start, name="start"),
    path("account/profile/", views.profile, name="profile"),
    path("account/join/", views.join, name="join"),
    path("account/organisations/new/", views.organisation_new, name="organisation_new"),
    path("account/acting/", acting.act_for, name="act_for"),
    path("account/roles/", views.roles, name="roles"),
    path("account/export/", views.export, name="personal_data"),
    path("account/resume/", resume.resume, name="resume"),
    path("account/invitations/<str:token>/", organisations.invitation, name="invitation"),
    path("account/invitations/<uuid:pk>/revoke/", organisations.invitation_revoke, name="invitation_revoke"),
    path("account/memberships/<uuid:pk>/", organisations.membership, name="membership"),
    path("account/requests/<uuid:pk>/", organisations.join_decide, name="join_decide"),
    path("account/", include("allauth.urls")),
    path("organisations/<uuid:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<uuid:pk>/edit/", organisations.organisation_edit, name="organisation_edit"),
    path("organisations/<uuid:pk>/members/", organisations.members, name="organisation_members"),
    path("organisations/<uuid:pk>/evidence/", organisations.evidence, name="organisation_evidence"),
    path("office/organisations/", office.organisations, name="office_organisations"),
    path("office/staff/", office.zone_staff, name="office_staff"),
    path("office/staff/<uuid:pk>/end/", office.appointment_end, name="appointment_end"),
]

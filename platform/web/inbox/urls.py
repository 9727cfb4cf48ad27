from django.urls import path

from web.inbox import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="inbox_read_all"),
    path("inbox/<uuid:pk>/open/", views.open_notice, name="notice_open"),
]

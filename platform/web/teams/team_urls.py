from django.urls import path

from web.teams import team_pages

urlpatterns = [
    path("", team_pages.teams, name="team_members"),
    path("new/", team_pages.team_new, name="team_new"),
    path("<uuid:pk>/", team_pages.team, name="team"),
    path("<uuid:pk>/edit/", team_pages.team_edit, name="team_edit"),
    path("<uuid:pk>/members/", team_pages.team_add, name="team_add"),
    path("members/<uuid:pk>/", team_pages.team_member, name="team_member"),
]

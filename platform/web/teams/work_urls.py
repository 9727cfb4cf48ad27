from django.urls import path

from web.teams import matching_switch, work_files, work_imports, works

urlpatterns = [
    path("team/teams/<uuid:pk>/works/", works.team_works, name="team_works"),
    path("team/teams/<uuid:pk>/works/new/", works.work_new, name="work_new"),
    path("team/teams/<uuid:pk>/works/undo/", works.work_undo, name="work_undo"),
    path("team/teams/<uuid:pk>/works/import/", work_imports.import_new, name="work_import_new"),
    path("team/teams/<uuid:pk>/works/export.<slug:form>", work_files.export, name="works_export"),
    path("team/teams/<uuid:pk>/matching/", matching_switch.team_matching, name="team_matching"),
    path("team/teams/works.xlsx", work_files.template, name="work_template"),
    path("team/teams/imports/<uuid:pk>/", work_imports.work_import, name="work_import"),
    path("team/teams/imports/<uuid:pk>/progress/", work_imports.progress, name="work_import_progress"),
    path("team/teams/imports/<uuid:pk>/rows.xlsx", work_imports.rows, name="work_import_rows"),
    path("works/<uuid:pk>/", works.work, name="work"),
    path("works/<uuid:pk>/edit/", works.work_edit, name="work_edit"),
    path("works/<uuid:pk>/remove/", works.work_remove, name="work_remove"),
]

from django.urls import path

from web.office import batches, desk, home, imports, openings, oversight, rescue, screening

urlpatterns = [
    path("office/", home.office_home, name="office_home"),
    path("office/todo/", home.office_todo, name="office_todo"),
    path("office/needs/", desk.office_needs, name="office_needs"),
    path("office/needs/import/", imports.office_import, name="office_import"),
    path("office/needs/import/<uuid:token>/marked.xlsx", imports.office_import_marked, name="office_import_marked"),
    path("office/needs/import/template/", imports.office_import_template, name="office_import_template"),
    path("office/needs/cold/", rescue.office_cold, name="office_cold"),
    path("needs/<uuid:pk>/rescue/", rescue.need_rescue, name="need_rescue"),
    path("invites/<uuid:pk>/", rescue.invite_page, name="invite"),
    path("office/contracts/", desk.office_contracts, name="office_contracts"),
    path("office/batches/", batches.office_batches, name="office_batches"),
    path("office/batches/new/", batches.batch_new, name="batch_new"),
    path("batches/<uuid:pk>/edit/", batches.batch_edit, name="batch_edit"),
    path("batches/<uuid:pk>/preview/", batches.batch_preview, name="batch_preview"),
    path("batches/<uuid:pk>/clone/", batches.batch_clone, name="batch_clone"),
    path("needs/<uuid:pk>/screening/", screening.checklist, name="need_screening"),
    path("needs/<uuid:pk>/assign/", screening.assign, name="need_assign"),
    path("needs/<uuid:pk>/credit/", screening.credit, name="need_credit"),
    path("needs/<uuid:pk>/opening/", openings.opening, name="opening"),
    path("office/audit/", oversight.audit, name="office_audit"),
    path("office/health/", oversight.health, name="office_health"),
    path("office/letters/", oversight.letters, name="office_letters"),
    path("office/letters/<uuid:pk>/retry/", oversight.retry_letter, name="letter_retry"),
]

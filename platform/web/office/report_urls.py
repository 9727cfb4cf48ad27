from django.urls import path

from web.office import funnel_pages, ledger_pages

urlpatterns = [
    path("office/funnel/", funnel_pages.office_funnel, name="office_funnel"),
    path("office/funnel/<slug:key>/", funnel_pages.office_funnel_stage, name="office_funnel_stage"),
    path("office/ledgers/", ledger_pages.office_ledgers, name="office_ledgers"),
    path("office/ledgers/<slug:key>/", ledger_pages.office_ledger, name="office_ledger"),
]

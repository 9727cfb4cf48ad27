from django.urls import path

from web.office import credit_pages, funnel_pages, ledger_pages

urlpatterns = [
    path("office/funnel/", funnel_pages.office_funnel, name="office_funnel"),
    path("office/funnel/<slug:key>/", funnel_pages.office_funnel_stage, name="office_funnel_stage"),
    path("office/ledgers/credits/", credit_pages.office_credits, name="office_credits"),
    path("office/ledgers/credits/needs/", credit_pages.office_credit_needs, name="office_credit_needs"),
    path("office/ledgers/", ledger_pages.office_ledgers, name="office_ledgers"),
    path("office/ledgers/<slug:key>/", ledger_pages.office_ledger, name="office_ledger"),
]

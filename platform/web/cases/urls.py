"""Addresses of the pages about one object, which all sides share."""

from django.urls import path

from web.cases import (
    assignments,
    changes,
    compare,
    consultations,
    contract_edit,
    contracts,
    intents,
    needs,
    questions,
    rewrites,
    versions,
)

urlpatterns = [
    path("needs/<uuid:pk>/", needs.need, name="need"),
    path("needs/<uuid:pk>/versions/", versions.versions, name="need_versions"),
    path("needs/<uuid:pk>/changes/<slug:kind>/", changes.propose, name="need_change"),
    path("changes/<uuid:pk>/", changes.change, name="change"),
    path("consultations/<uuid:pk>/", consultations.consultation, name="consultation"),
    path("questions/<uuid:pk>/", questions.question, name="question"),
    path("needs/<uuid:pk>/compare/", compare.compare, name="need_compare"),
    path("needs/<uuid:pk>/compare/state/", compare.state, name="need_compare_state"),
    path("needs/<uuid:pk>/compare/conclude/", compare.conclude, name="need_conclude"),
    path("needs/<uuid:pk>/compare/<uuid:proposal>/reply/", compare.reply, name="need_reply"),
    path("decisions/<uuid:pk>/", compare.decision, name="decision"),
    path("needs/<uuid:pk>/intent/", intents.propose, name="need_intent"),
    path("needs/<uuid:pk>/rewrite/", rewrites.write, name="need_rewrite"),
    path("rewrites/<uuid:pk>/", rewrites.rewrite, name="rewrite"),
    path("assignments/<uuid:pk>/", assignments.assignment, name="assignment"),
    path("assignments/<uuid:pk>/log/", assignments.log, name="assignment_log"),
    path("intents/<uuid:pk>/", intents.intent, name="intent"),
    path("intents/<uuid:pk>/contract/", intents.start_contract, name="intent_contract"),
    path("contracts/<uuid:pk>/", contracts.contract, name="contract"),
    path("contracts/<uuid:pk>/edit/", contract_edit.edit, name="contract_edit"),
    path("contracts/<uuid:pk>/autosave/", contract_edit.autosave, name="contract_autosave"),
]

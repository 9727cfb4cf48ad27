"""Addresses of the enterprise portal, and of the form of a need, which only its enterprise fills in."""

from django.urls import path

from web.owners import need_files, need_import, need_upload, needs, partners, portal, similar

urlpatterns = [
    path("enterprise/", portal.home, name="enterprise_home"),
    path("enterprise/needs/", portal.needs, name="enterprise_needs"),
    path("enterprise/intents/", portal.intents, name="enterprise_intents"),
    path("enterprise/contracts/", portal.contracts, name="enterprise_contracts"),
    path("enterprise/needs/new/", needs.new, name="enterprise_need_new"),
    path("enterprise/needs/upload/", need_upload.upload, name="enterprise_need_upload"),
    path("enterprise/needs/form.docx", need_upload.blank, name="enterprise_need_form"),
    path("enterprise/needs/import/", need_import.import_table, name="enterprise_need_import"),
    path("enterprise/needs/import/template.xlsx", need_import.template, name="enterprise_need_template"),
    path("enterprise/needs/import/<uuid:token>/marked.xlsx", need_import.marked_table, name="enterprise_need_marked"),
    path("needs/<uuid:pk>/read/", need_upload.what_was_read, name="need_read"),
    path("needs/<uuid:pk>/edit/", needs.edit, name="need_edit"),
    path("needs/<uuid:pk>/review/", needs.review, name="need_review"),
    path("needs/<uuid:pk>/autosave/", needs.autosave, name="need_autosave"),
    path("needs/<uuid:pk>/check/", needs.check, name="need_check"),
    path("needs/<uuid:pk>/similar/", similar.similar, name="need_similar"),
    path("needs/<uuid:pk>/merge/", similar.merge_into, name="need_merge"),
    path("needs/<uuid:pk>/partners/", partners.partners, name="need_partners"),
    path("needs/<uuid:pk>/partners/suggest/", partners.suggest_joint, name="need_suggest"),
    path("partnerships/<uuid:pk>/", partners.partnership, name="partnership"),
    path("needs/<uuid:pk>/batch/", needs.change_batch, name="need_batch"),
    path("needs/<uuid:pk>/files/<slug:slot>/", need_files.add, name="need_files"),
    path("needs/<uuid:pk>/files/<slug:slot>/<uuid:file>/remove/", need_files.remove, name="need_file_remove"),
]

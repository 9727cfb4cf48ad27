from django.urls import path

from web.annexes import owner, reader, request

urlpatterns = [
    path("needs/<uuid:pk>/annex/", owner.annex, name="need_annex"),
    path("needs/<uuid:pk>/annex/log/", owner.log, name="need_annex_log"),
    path("listings/<slug:number>/annex/", reader.annex, name="listing_annex"),
    path("listings/<slug:number>/annex/text.pdf", reader.text, name="listing_annex_text"),
    path("listings/<slug:number>/annex/files/<uuid:pk>/", reader.file, name="listing_annex_file"),
    path("annexes/<uuid:pk>/", request.annex_request, name="annex_request"),
    path("annexes/<uuid:pk>/agreement.pdf", request.paper, name="annex_agreement"),
]

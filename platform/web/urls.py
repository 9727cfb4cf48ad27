from django.urls import include, path

from web import documents
from web.account.language import set_language
from web.files import download
from web.gallery.views import gallery, save_draft
from web.moves import go, move
from web.preferences import preferences

urlpatterns = [
    path("listings/<str:number>/announcement.<str:form>", documents.listing, name="listing_document"),
    path("listings/<str:number>/preview.png", documents.listing_preview, name="listing_preview"),
    path("batches/<uuid:pk>/call.<str:form>", documents.call, name="batch_document"),
    path("needs/<uuid:pk>/documents/<slug:kind>.<str:form>", documents.of_need, name="need_document"),
    path("office/wordings/", documents.wordings, name="wordings"),
    path("office/wordings/<slug:kind>/", documents.wording_edit, name="wording"),
    path("", include("web.public.urls")),
    path("", include("web.watching.urls")),
    path("", include("web.annexes.urls")),
    path("moves/<slug:noun>/<uuid:pk>/<slug:name>/", move, name="move"),
    path("files/<uuid:pk>/", download, name="file"),
    path("", include("web.office.urls")),
    path("", include("web.office.report_urls")),
    path("", include("web.suggestions.urls")),
    path("", include("web.inbox.urls")),
    path("go/<slug:noun>/<uuid:pk>/", go, name="go"),
    path("preferences/", preferences, name="preferences"),
    path("language/", set_language, name="set_language"),
    path("", include("web.account.urls")),
    path("", include("web.owners.urls")),
    path("", include("web.agency.urls")),
    path("", include("web.cases.urls")),
    path("team/teams/", include("web.teams.team_urls")),
    path("", include("web.teams.work_urls")),
    path("", include("web.teams.urls")),
    path("gallery/", gallery, name="gallery"),
    path("gallery/draft/", save_draft, name="gallery_draft"),
]

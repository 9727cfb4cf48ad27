from django.urls import include, path

from web.gallery.views import gallery
from web.moves import go, move
from web.preferences import preferences

urlpatterns = [
    path("moves/<slug:noun>/<uuid:pk>/<slug:name>/", move, name="move"),
    path("go/<slug:noun>/<uuid:pk>/", go, name="go"),
    path("preferences/", preferences, name="preferences"),
    path("language/", include("django.conf.urls.i18n")),
    path("gallery/", gallery, name="gallery"),
]

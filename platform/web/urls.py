from django.urls import include, path

from web.gallery.views import gallery
from web.preferences import preferences

urlpatterns = [
    path("preferences/", preferences, name="preferences"),
    path("language/", include("django.conf.urls.i18n")),
    path("gallery/", gallery, name="gallery"),
]

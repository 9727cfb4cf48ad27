from django.urls import path

from web.watching import stop, views

urlpatterns = [
    path("watching/", views.watching, name="watching"),
    path("watching/searches/new/", views.search_new, name="search_new"),
    path("watching/searches/<uuid:pk>/", views.search_edit, name="search_edit"),
    path("watching/searches/<uuid:pk>/delete/", views.search_delete, name="search_delete"),
    path("listings/<str:number>/follow/", views.follow_listing, name="listing_follow"),
    path("stop/<str:token>/", stop.stop, name="stop"),
]

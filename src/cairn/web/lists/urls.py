"""The routes of hash lists: what there is, one list, and taking a file in."""

from __future__ import annotations

from django.urls import path

from cairn.web.lists import importing, reading

urlpatterns = [
    path("lists/", reading.lists, name="lists"),
    path("lists/import/", importing.import_file, name="list-import"),
    path("lists/<str:owner>/<path:name>/", reading.one_list, name="list"),
]

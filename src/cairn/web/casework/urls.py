"""The routes of case work: series, and whom to ask."""

from __future__ import annotations

from django.urls import path

from cairn.web.casework import directory, series_list

urlpatterns = [
    path("series/", series_list.series_list, name="series-list"),
    path("directory/", directory.directory, name="directory"),
]

"""The routes of case work: series, and whom to ask."""

from __future__ import annotations

from django.urls import path

from cairn.web.casework import directory, people, series_list

urlpatterns = [
    path("series/", series_list.series_list, name="series-list"),
    path("people/", people.people, {"kind": "victims"}, name="people-list"),
    path("people/<str:kind>/", people.people, name="people"),
    path("people/<str:kind>/<str:owner>/<path:reference>/", people.person, name="person"),
    path("directory/", directory.directory, name="directory"),
]

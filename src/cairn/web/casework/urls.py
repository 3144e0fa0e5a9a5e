"""The routes of case work: series, and whom to ask."""

from __future__ import annotations

from django.urls import path

from cairn.web.casework import (
    alerts,
    directory,
    following,
    investigations,
    people,
    questions,
    series_list,
    waiting,
)

urlpatterns = [
    path("series/", series_list.series_list, name="series-list"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/following/", following.following, name="following"),
    path("alerts/read/", alerts.read, name="alerts-read"),
    path("alerts/<int:number>/letter/", alerts.letter, name="alert-letter"),
    path("investigations/", investigations.investigations, name="investigations"),
    path("investigations/<int:number>/", investigations.investigation, name="investigation"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<int:number>/answer/", questions.answer_one, name="question-answer"),
    path("people/", people.people, {"kind": "victims"}, name="people-list"),
    path("people/<str:kind>/", people.people, name="people"),
    path("people/<str:kind>/<str:owner>/<path:reference>/", people.person, name="person"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("directory/", directory.directory, name="directory"),
]

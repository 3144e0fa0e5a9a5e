"""The routes of oversight: what the work has come to, and who did what."""

from __future__ import annotations

from django.urls import path

from cairn.web.oversight import log, statistics

urlpatterns = [
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<slug:scope>/figures.csv", statistics.statistics_file, name="statistics-file"),
    path("audit/", log.log, name="audit"),
    path("audit/verify/", log.verify, name="audit-verify"),
    path("audit/heads/", log.heads, name="audit-heads"),
    path("audit/heads/<int:size>/", log.head_file, name="audit-head"),
    path("audit/<int:position>/proof/", log.proof, name="audit-proof"),
    path("series/<int:number>/looks/", log.looks, name="series-looks"),
]

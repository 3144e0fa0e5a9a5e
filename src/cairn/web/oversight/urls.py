"""The routes of oversight: what the work has come to, and who did what."""

from __future__ import annotations

from django.urls import path

from cairn.web.oversight import statistics

urlpatterns = [
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<slug:scope>/figures.csv", statistics.statistics_file, name="statistics-file"),
]

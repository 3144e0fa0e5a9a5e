"""The routes of exports: those of one's authority, one of them, its file, and asking for one."""

from __future__ import annotations

from django.urls import path

from cairn.web.exports import exports, ordering

urlpatterns = [
    path("exports/", exports.exports, name="exports"),
    path("exports/series/<int:number>/", ordering.of_series, name="export-series"),
    path("exports/case/", ordering.of_case, name="export-case"),
    path("exports/<int:number>/", exports.export, name="export"),
    path("exports/<int:number>/file/", exports.file, name="export-file"),
]

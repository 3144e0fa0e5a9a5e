"""The routes of reports: the queue, one report, handing one in, and closing it."""

from __future__ import annotations

from django.urls import path

from cairn.web.reports import queue, report, taking

urlpatterns = [
    path("reports/", queue.queue, name="reports"),
    path("reports/take/", taking.take, name="report-take"),
    path("reports/<int:number>/", report.report, name="report"),
    path("reports/<int:number>/close/", report.close, name="report-close"),
]

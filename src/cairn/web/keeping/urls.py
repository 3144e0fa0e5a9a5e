"""The routes of what is kept: what is due, what was deleted, and deleting."""

from __future__ import annotations

from django.urls import path

from cairn.web.keeping import conflicts, deleting, due

urlpatterns = [
    path("keeping/", due.due, name="keeping"),
    path("keeping/review/", due.review, name="keeping-review"),
    path("keeping/delete/", deleting.delete, name="keeping-delete"),
    path("keeping/deletions/<int:number>/", deleting.deletion, name="deletion"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
]

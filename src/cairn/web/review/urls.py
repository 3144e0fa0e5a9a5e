"""The routes of reviewing: the queue of a case, its pictures, what is said of them, and one's own ledger."""

from __future__ import annotations

from django.urls import path

from cairn.web.review import own, pictures, queue, saying

urlpatterns = [
    path("review/", queue.queue, name="review"),
    path("review/picture/<str:token>/", pictures.masked, name="picture"),
    path("review/reveal/", pictures.reveal, name="picture-reveal"),
    path("review/say/", saying.categorise, name="review-say"),
    path("review/undo/", saying.take_back, name="review-undo"),
    path("review/ledger/", own.ledger, name="review-ledger"),
    path("review/ledger/held/", own.held, name="review-held"),
    path("review/pause/", own.paused, name="review-pause"),
]

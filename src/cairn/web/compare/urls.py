"""The routes of comparing: the queue of links, two media side by side, and judging them."""

from __future__ import annotations

from django.urls import path

from cairn.web.compare import judging, pair, queue

_PAIR = "compare/<str:kind>/<str:first>/<str:second>/"

urlpatterns = [
    path("links/", queue.queue, name="links"),
    path("links/next/", queue.next_pair, name="links-next"),
    path(_PAIR, pair.pair, name="compare"),
    path(f"{_PAIR}judge/", judging.judge, name="compare-judge"),
    path(f"{_PAIR}take-back/", judging.take_back, name="compare-take-back"),
]

"""The routes of the series board: one series, and every act on it."""

from __future__ import annotations

from django.urls import path

from cairn.records.access import Act
from cairn.web import second_person
from cairn.web.board import (
    board,
    growth,
    links,
    media,
    opening,
    people,
    regrouping,
    saying,
    sharing,
    spans,
    status,
)
from cairn.web.board.acting import acting

_ACTS = (
    ("alias", Act.SERIES_NOTE, saying.alias),
    ("ask", Act.QUESTION_ASK, sharing.ask_about),
    ("claim", Act.SERIES_NOTE, saying.work_on),
    ("confirm", Act.STATUS_CONFIRM, status.confirm),
    ("follow", Act.SUBSCRIPTION_MANAGE, sharing.follow),
    ("handling", Act.SERIES_SHARE, sharing.handle),
    ("lead", Act.SERIES_HAND_OVER, sharing.offer),
    ("lead-offered", Act.SERIES_HAND_OVER, sharing.decide_offer),
    ("marker", Act.SERIES_NOTE, saying.mark),
    ("merge", Act.SERIES_SHARE, regrouping.merge_into),
    ("note", Act.SERIES_NOTE, saying.note),
    ("people", Act.PERSON_CHANGE, people.say_who),
    ("priority", Act.SERIES_CHANGE, saying.prioritise),
    ("refuse", Act.STATUS_CONFIRM, second_person.refuse),
    ("release", Act.SERIES_NOTE, saying.stop_work),
    ("restore", Act.RECORD_WITHDRAW, sharing.restore),
    ("spans", Act.SERIES_CHANGE, spans.say_spans),
    ("split", Act.SERIES_SHARE, regrouping.split_off),
    ("status", Act.STATUS_PROPOSE, status.change),
    ("take-back", Act.STATUS_PROPOSE, second_person.take_back),
    ("undo", Act.SERIES_SHARE, regrouping.undo_one),
    ("withdraw", Act.RECORD_WITHDRAW, sharing.hide),
)
"""The last part of the address, whose role may do it, and what does it."""
_TAKES_BACK = {"restore", "take-back", "undo"}

urlpatterns = [
    path("series/open/", opening.open_series, name="series-open"),
    path("series/<int:number>/", board.series, name="series"),
    path("series/<int:number>/growth/", growth.growth, name="series-growth"),
    path("series/<int:number>/links/", links.links, name="series-links"),
    path("series/<int:number>/media/", media.media, name="series-media"),
    *(
        path(
            f"series/<int:number>/{name}/",
            acting(act, deed, takes_back=name in _TAKES_BACK),
            name=f"series-{name}",
        )
        for name, act, deed in _ACTS
    ),
]

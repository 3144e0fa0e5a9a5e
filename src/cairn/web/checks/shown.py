"""What is kept of an answer, as values that templates show."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from cairn.frames import span_text
from cairn.services.answering.restrictions import Restrictions
from cairn.services.check_orders.keeping import UNREADABLE
from cairn.types import SeriesStatus, Verdict
from cairn.web.checks.wording import SIGNS, evidence_words, reason_word
from cairn.web.handling import code_words, handling_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.services.check_orders.reading import FileRow

Row = dict[str, Any]


def handling_of(head: Row) -> str:
    """Answer what may be done with the whole answer, in a line; ``""`` where no series was met."""
    held = head["handling"]
    return (
        ""
        if held is None
        else handling_words(Restrictions(tuple(held["codes"]), tuple(held["words"]), held["tlp"]))
    )


def series_of(row: Row) -> Row:
    """Answer a series that was met: with its state as a word of ours, and days as days."""
    code = row["handling_code"]
    return row | {
        "status": SeriesStatus(row["status"]),
        "status_since": date.fromisoformat(row["status_since"]),
        "workers": [each | {"since": datetime.fromisoformat(each["since"])} for each in row["workers"]],
        "is_led_elsewhere": row["lead"]["authority"] != row["owner"],
        "handling": code_words(code, (row["handling_words"],)),
        "percent": 100 * min(row["met"]["exact"], row["media"]) // row["media"] if row["media"] else 0,
    }


def file_of(row: FileRow, head: Row, *, folder: str = "") -> Row:
    """Answer a file: its verdict as a word of ours, its matches in words, with their series."""
    verdict = Verdict(row.content["verdict"])
    series = {each["id"]: each for each in head["series"]}
    lists = {each["id"]: each for each in head["lists"]}
    kind, sign = SIGNS[verdict]
    why_not = row.content["not_comparable"]
    return row.content | {
        "shown": row.content["address"].removeprefix(folder),
        "copy_shown": (row.content["copy_of"] or "").removeprefix(folder),
        "position": row.position,
        "look": row.look,
        "look_why": row.why,
        "verdict": verdict,
        "kind": kind,
        "sign": sign,
        "why": row.content["unreadable"] or (why_not and why_not["sentence"]) or "",
        "why_word": reason_word(UNREADABLE if row.content["unreadable"] else why_not["reason"])
        if row.content["unreadable"] or why_not
        else "",
        "matches": [match_of(match, series) for match in row.content["matches"]],
        "listed": [listed_of(each, lists) for each in row.content["listed"]],
    }


def listed_of(entry: Row, lists: Mapping[int, Row]) -> Row:
    """Answer what a list says in words, with the list."""
    return entry | {"words": evidence_words(entry["evidence"]), "list": lists[entry["list"]]}


def match_of(match: Row, series: Mapping[int, Row]) -> Row:
    """Answer a match in words, with the series that it lies in."""
    return match | {
        "words": evidence_words(match["evidence"]),
        "series": [
            series_of(series[number]) | {"spans": _spans(match, number)}
            for number in match["series"]
            if number in series
        ],
        "holders": [
            holder | {"since": datetime.fromisoformat(holder["first_recorded_at"])}
            for holder in match["holders"]
        ],
    }


def _spans(match: Row, series: int) -> list[Row]:
    """Answer the stretches of a recorded media that a series has; none where it has all of it."""
    return [
        span | {"words": span_text(span["from_s"], span["to_s"])}
        for span in match.get("spans", ())
        if span["series"] == series
    ]

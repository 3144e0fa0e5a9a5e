"""What to look at first, in an order that can be explained."""

from __future__ import annotations

from datetime import date

from cairn.errors import NotComparable, Reason
from cairn.linking import DigestEqual, PdqNear
from cairn.services.answering.answer import FileAnswer
from cairn.services.answering.facts import Contact, SeriesFacts
from cairn.services.answering.matches import Match
from cairn.services.checking.priority import look_first
from cairn.types import Orientation, SeriesStatus, Verdict

WHO = Contact("A", "Name", "NL", "contact")


def facts(number: int, status: SeriesStatus) -> SeriesFacts:
    return SeriesFacts(number, f"S{number}", status, date(2026, 1, 1), WHO, WHO, (), "H0", "", "TLP:AMBER", 1)


SERIES = {1: facts(1, SeriesStatus.UNIDENTIFIED), 2: facts(2, SeriesStatus.IDENTIFIED)}


def similar(address: str, distance: int, *series: int) -> FileAnswer:
    match = Match(1, PdqNear(distance, Orientation.ORIGINAL), (), series, ())
    return FileAnswer(address, Verdict.SIMILAR, matches=(match,))


def test_the_order_is_open_series_then_new_then_other_links_then_what_may_hide_something() -> None:
    files = [
        FileAnswer("unreadable", Verdict.NOT_COMPARABLE, unreadable="The disk reports an error."),
        FileAnswer(
            "broken", Verdict.NOT_COMPARABLE, why_not=NotComparable(Reason.UNDECODABLE, "It is truncated.")
        ),
        similar("settled", 2, 2),
        similar("loose", 5),
        FileAnswer("new", Verdict.NEW),
        FileAnswer("often", Verdict.NEW),
        FileAnswer("often2", Verdict.NEW, copy_of="often"),
        similar("open, further", 20, 2, 1),
        similar("open, near", 3, 1),
    ]
    looks = look_first(files, SERIES)
    assert [look.address for look in looks] == [
        "open, near",
        "open, further",
        "often",
        "new",
        "settled",
        "loose",
        "unreadable",
        "broken",
    ]
    assert looks[0].why == "similar to S1 (unidentified), 3 bits away"
    assert looks[2].why == "new, and 2 times in this check"


def test_nobody_is_sent_to_what_is_settled_blank_or_a_copy() -> None:
    files = [
        FileAnswer("identified", Verdict.IDENTIFIED, matches=(Match(1, DigestEqual(), (), (2,), ()),)),
        FileAnswer("known", Verdict.KNOWN),
        FileAnswer("irrelevant", Verdict.IRRELEVANT),
        FileAnswer("flat", Verdict.NOT_COMPARABLE, why_not=NotComparable(Reason.BLANK, "It is blank.")),
        FileAnswer("copy", Verdict.NEW, copy_of="gone"),
    ]
    assert look_first(files, SERIES) == ()

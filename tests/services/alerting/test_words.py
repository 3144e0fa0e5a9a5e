"""What alerts say, in plain sentences that name only what the reader may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.records.alerts import AlertKind
from cairn.services.alerting.words import Names, sentence

if TYPE_CHECKING:
    from cairn.services.alerting import Fact

FACTS: dict[AlertKind, dict[str, Fact]] = {
    AlertKind.MET: {"exact": 1, "similar": 0, "registered": False, "asker_told": False},
    AlertKind.BLIND_MET: {"exact": 1, "similar": 0, "registered": True, "asker_told": False},
    AlertKind.OUTCOME: {"day": "2026-03-14"},
    AlertKind.STATUS: {"change": 1},
    AlertKind.SEARCH: {"media": 1},
    AlertKind.COUNTRY: {"sightings": 2},
    AlertKind.QUESTION: {"question": 7, "expected": "2026-04-01"},
    AlertKind.ANSWER: {"question": 7},
    AlertKind.OVERDUE: {"question": 7},
    AlertKind.HAND_OVER: {"what": "offered"},
    AlertKind.JOINT: {"what": "decision"},
    AlertKind.PERSON: {"what": "offender", "joined": True},
    AlertKind.REVIEW: {"due": "2026-04-01"},
}
NAMES = Names("Stone", "BR-UNIT", "BR", "S-17", "Lantern")


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_has_a_sentence_with_and_without_names(kind: AlertKind) -> None:
    facts = FACTS.get(kind, {})
    with_names, without = sentence(kind, facts, NAMES), sentence(kind, facts, Names())
    assert with_names.endswith(".")
    assert without.endswith(".")
    assert "None" not in with_names + without
    assert all(name not in without for name in ("Stone", "BR-UNIT", "S-17", "Lantern"))


@pytest.mark.parametrize(
    ("kind", "names", "said"),
    [
        (
            AlertKind.MET,
            NAMES,
            (
                "BR-UNIT has met the series Stone in its case S-17: 1 file in it, 0 files similar to it, and "
                "has only looked. BR-UNIT was told nothing of this."
            ),
        ),
        (AlertKind.SAME_WORK, NAMES, "BR-UNIT works on the series Stone, as you do."),
        (
            AlertKind.SAME_WORK,
            Names("Stone", authorities=("BR-UNIT", "SE-UNIT")),
            "BR-UNIT and SE-UNIT work on the series Stone.",
        ),
        (
            AlertKind.OUTCOME,
            NAMES,
            "A victim of the series Stone was identified on 2026-03-14 in BR, with your help.",
        ),
        (AlertKind.OUTCOME, Names(), "A victim was identified on 2026-03-14, with your help."),
        (AlertKind.PERSON, NAMES, "BR-UNIT has put an offender into the series Stone."),
        (AlertKind.SEARCH, NAMES, "BR-UNIT has registered 1 media of the series Stone."),
        (AlertKind.COUNTRY, NAMES, "BR-UNIT has registered 2 sightings."),
        (
            AlertKind.QUESTION,
            NAMES,
            "BR-UNIT asks you something: question 7. An answer is expected by 2026-04-01.",
        ),
        (AlertKind.HAND_OVER, NAMES, "BR-UNIT offers you the lead of the series Stone."),
        (AlertKind.JOINT, NAMES, "BR-UNIT has recorded a decision in the joint investigation Lantern."),
        (AlertKind.REVIEW, Names("Stone"), "Decide by 2026-04-01 whether the series Stone is still kept."),
    ],
)
def test_what_is_said(kind: AlertKind, names: Names, said: str) -> None:
    assert sentence(kind, FACTS.get(kind, {}), names) == said


@pytest.mark.parametrize("what", ["member", "closed", "task", "task-done", "message", "decision", "series"])
def test_everything_that_happens_in_an_investigation_can_be_said(what: str) -> None:
    assert sentence(AlertKind.JOINT, {"what": what}, NAMES).endswith("the joint investigation Lantern.")


def test_the_answer_to_an_offer_is_told_apart_from_the_offer() -> None:
    said = {what: sentence(AlertKind.HAND_OVER, {"what": what}, NAMES) for what in ("accepted", "refused")}
    assert said == {
        "accepted": "BR-UNIT has taken the lead of the series Stone.",
        "refused": "BR-UNIT does not take the lead of the series Stone.",
    }

"""Cases: their authority's own, with what was found in them and how it came."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.sightings import Sighting, SightingSource
from cairn.records.users import Actor, Role
from cairn.services.cases import list_cases, open_case, show_case
from pictures import drawn, save
from services.seizures import hold, run, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


def test_a_case_shows_its_exhibits_and_how_their_content_came(node: Node, tmp_path: Path) -> None:
    first, second = (save(drawn(number), tmp_path / f"{number}.png") for number in (1, 2))
    words = {"case": "K1", "register": True}
    run(node, first, second, exhibit="phone", **words)  # type: ignore[arg-type]  # a test's words
    met = datetime(2026, 1, 2, tzinfo=UTC)
    run(node, first, exhibit="report", source=SightingSource.HOTLINE_REPORT, found_at=met, **words)  # type: ignore[arg-type]
    case, rows = show_case("K1", node.operator)
    assert case.reference == "K1"
    assert [(row.label, row.source, row.sightings, row.media) for row in rows] == [
        ("phone", "seizure", 2, 2),
        ("report", "hotline-report", 1, 1),
    ]
    assert Sighting.objects.get(source="hotline-report").found_at == met
    assert [(row.reference, row.exhibits, row.sightings) for row in list_cases(node.operator)] == [
        ("K1", 2, 3)
    ]


def test_opening_a_case_again_says_more_of_it_and_takes_nothing_away(node: Node) -> None:
    open_case("K1", purpose="identify", review_on=None, actor=node.operator)
    open_case("K1", purpose="", review_on=date(2027, 1, 1), actor=node.operator)
    case, _ = show_case("K1", node.operator)
    assert (case.purpose, case.review_on) == ("identify", date(2027, 1, 1))
    tags = list(AuditEvent.objects.order_by("pk").values_list("tag", "case_reference"))[-3:]
    assert tags == [(AuditTag.CASE_CHANGED, "K1")] * 2 + [(AuditTag.CASE_SHOWN, "K1")]


def test_a_look_in_a_case_is_audited_with_its_purpose(node: Node, tmp_path: Path) -> None:
    open_case("K1", purpose="identify", review_on=None, actor=node.operator)
    run(node, save(drawn(1), tmp_path / "1.png"), case="K1")
    look = AuditEvent.objects.get(tag=AuditTag.CHECK_ANSWERED)
    assert (look.case_reference, look.purpose) == ("K1", "identify")


def test_a_case_of_another_authority_does_not_exist(node: Node, tmp_path: Path) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    hold(node, save(drawn(1), tmp_path / "1.png"), authority="BR-UNIT")
    assert [row.reference for row in list_cases(other)] == ["K1"]
    assert list_cases(node.operator) == ()
    for reference in ("K1", "none", "K1\x00"):
        with pytest.raises(InputError, match="has no case"):
            show_case(reference, node.operator)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.REPORTER])
def test_who_sees_no_material_sees_no_case_and_opens_none(sqlite_node: Node, role: Role) -> None:
    actor = Actor(sqlite_node.authority, frozenset({role}))
    for act in (
        lambda: open_case("K1", purpose="", review_on=None, actor=actor),
        lambda: list_cases(actor),
        lambda: show_case("K1", actor),
    ):
        with pytest.raises(AccessError, match="There is no such record"):
            act()


@pytest.mark.parametrize(
    ("reference", "purpose"), [(" ", "p"), ("K" * 201, "p"), ("K1", "p\n"), ("K1", "p" * 201)]
)
def test_what_cannot_be_recorded_is_refused(sqlite_node: Node, reference: str, purpose: str) -> None:
    with pytest.raises(InputError) as caught:
        open_case(reference, purpose=purpose, review_on=None, actor=sqlite_node.operator)
    assert caught.value.code == "case.invalid"

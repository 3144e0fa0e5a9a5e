"""Those who hold what a check met are told, and an asker who may not know learns nothing."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.links import Link
from cairn.records.lock import as_the_node
from cairn.records.series import Claim, Series
from cairn.services.answering.answer_json import as_json
from cairn.services.checking.closing import FINISHING_S, LINKING_S
from cairn.services.directory.acting import operator_of
from cairn.services.series.opening import create_series
from cairn.types import Handling
from pictures import drawn, save
from services.alerting.records import authority, told
from services.seizures import hold, run, unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.services.answering.answer import Answer
    from cairn.services.node.opening import Node

NOW = timezone.now()


@pytest.fixture
def held(tmp_path: Path) -> Path:
    for seed in range(3):
        save(drawn(seed), tmp_path / "held" / f"{seed}.jpg")
    return tmp_path / "held"


@pytest.fixture
def seizure(held: Path, tmp_path: Path) -> Path:
    """A copy and an altered copy of what is held, and something new."""
    folder = tmp_path / "seizure"
    folder.mkdir()
    shutil.copy(held / "0.jpg", folder / "copy.jpg")
    save(drawn(1), folder / "smaller.jpg", quality=50)
    save(drawn(100), folder / "new.jpg")
    return folder


def stone(node: Node, held: Path, handling: Handling = Handling.ALLIANCE, *named: str) -> Authority:
    """Let BR-UNIT hold the pictures in its series Stone."""
    owner = unit(node, "BR-UNIT")
    create_series("Stone", actor=operator_of(node, "BR-UNIT"), handling=handling, named=named)
    hold(node, held, authority="BR-UNIT", series="Stone")
    return owner


def facts(to: Authority) -> list[dict[str, Any]]:
    rows = Alert.objects.filter(authority=to).exclude(kind=AlertKind.SAME_WORK)
    return list(rows.order_by("pk").values_list("facts", flat=True))


def meetings(to: Authority) -> list[tuple[str, int | None, str | None]]:
    return [each for each in told(to) if each[0] != AlertKind.SAME_WORK]


def without_times(answer: Answer) -> dict[str, object]:
    """Answer what is said, without what differs between any two checks of the same asker."""
    coverage = replace(answer.coverage, compared_at=NOW)
    plain = replace(answer, started_at=NOW, finished_at=NOW, coverage=coverage, recalled=0)
    return as_json(plain)


UNIT, HUB, HOTLINE = AuthorityKind.UNIT, AuthorityKind.HUB, AuthorityKind.HOTLINE


@pytest.mark.parametrize(
    ("handling", "kind", "is_named", "sees"),
    [
        (Handling.ALLIANCE, UNIT, False, True),
        (Handling.ALLIANCE, HUB, False, True),
        (Handling.ALLIANCE, HOTLINE, False, False),
        (Handling.NAMED, UNIT, True, True),
        (Handling.NAMED, UNIT, False, False),
        (Handling.NAMED, HOTLINE, True, False),
        (Handling.BLIND, UNIT, False, False),
        (Handling.BLIND, HUB, False, False),
        (Handling.BLIND, HOTLINE, False, False),
    ],
)
def test_the_owner_is_told_by_whom_whoever_asks_and_however_it_is_handled(
    node: Node, held: Path, seizure: Path, handling: Handling, kind: AuthorityKind, is_named: bool, sees: bool
) -> None:
    asker = unit(node, "SE-DESK", kind=kind)
    named = ["SE-DESK"] if is_named and asker.is_police else ["NL-UNIT"]
    owner = stone(node, held, handling, *(named if handling is Handling.NAMED else []))
    if is_named:  # No hotline can be named, and one that was once sees nothing by it.
        Series.objects.get(name="Stone").named.add(asker)
    answer = run(node, seizure, authority="SE-DESK", case="S1")
    blind = handling is Handling.BLIND
    assert [met.facts.name for met in answer.series] == (["Stone"] if sees else [])
    series = Series.objects.get(name="Stone")
    assert meetings(owner) == [
        (AlertKind.BLIND_MET if blind else AlertKind.MET, series.pk, "SE-DESK"),
    ]
    (said,) = facts(owner)
    assert (said["exact"], said["similar"], said["registered"], said["asker_told"]) == (1, 1, False, sees)
    assert told(asker) == []


def test_a_blind_series_leaves_no_trace_in_the_answer(node: Node, held: Path, seizure: Path) -> None:
    unit(node, "SE-UNIT")
    before = run(node, seizure, authority="SE-UNIT", case="S1")
    owner = stone(node, held, Handling.BLIND)
    after = run(node, seizure, authority="SE-UNIT", case="S1")
    assert meetings(owner) != []
    assert without_times(after) == without_times(before)
    registered = run(node, seizure, authority="SE-UNIT", case="S1", register=True)
    assert registered.registered == 3
    assert registered.series == ()
    assert not Alert.objects.filter(authority__code="SE-UNIT").exists()


def test_all_that_differs_by_what_is_met_happens_in_the_even_time(
    node: Node, held: Path, seizure: Path
) -> None:
    unit(node, "SE-UNIT")
    owner = stone(node, held, Handling.BLIND)
    seen: list[tuple[int, int]] = []

    @contextmanager
    def watched(step_s: float) -> Iterator[None]:
        assert step_s in {LINKING_S, FINISHING_S}
        with as_the_node("a test watches"):
            seen.append((len(told(owner)), Link.objects.count()))
        yield
        with as_the_node("a test watches"):
            seen.append((len(told(owner)), Link.objects.count()))

    with (
        patch("cairn.services.checking.check.evenly", watched),
        patch("cairn.services.checking.closing.evenly", watched),
    ):
        run(node, seizure, authority="SE-UNIT", case="S1")
        assert seen == [(0, 0), (1, 0)]
        seen.clear()
        run(node, seizure, authority="SE-UNIT", case="S1", register=True)
    linking, finishing = seen[:2], seen[2:]
    assert linking[0] == (1, 0)  # Registered, and nobody told or linked yet.
    assert linking[1][0] > 1
    assert finishing == [linking[1], (linking[1][0] + 1, linking[1][1])]


def test_what_a_blind_series_holds_waits_like_what_nobody_holds(
    node: Node, held: Path, seizure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit(node, "SE-UNIT")
    stone(node, held, Handling.BLIND)
    waiting: list[int] = []
    monkeypatch.setattr(
        "cairn.services.checking.register.await_index", lambda media: waiting.append(len(list(media)))
    )
    run(node, seizure, authority="SE-UNIT", case="S1", register=True)
    assert waiting == [3]


def test_the_same_case_is_told_once_and_once_more_when_it_registers(
    node: Node, held: Path, seizure: Path
) -> None:
    unit(node, "SE-UNIT")
    owner = stone(node, held)
    for register in (False, False, True, True, False):
        run(node, seizure, authority="SE-UNIT", case="S1", register=register)
    assert [said["registered"] for said in facts(owner)] == [False, True]
    run(node, seizure, authority="SE-UNIT", case="S2")
    assert len(facts(owner)) == 3


def test_a_look_after_registering_is_no_news(node: Node, held: Path, seizure: Path) -> None:
    unit(node, "SE-UNIT")
    owner = stone(node, held)
    for register in (True, False):
        run(node, seizure, authority="SE-UNIT", case="S1", register=register)
    assert [said["registered"] for said in facts(owner)] == [True]


def test_a_check_without_a_case_is_told_once_for_its_command(node: Node, held: Path, seizure: Path) -> None:
    owner = stone(node, held)
    run(node, seizure)
    run(node, seizure)
    assert [said["case"] for said in facts(owner)] == [None]
    run(node, seizure / "copy.jpg")
    assert len(facts(owner)) == 2


def test_who_leads_or_has_claimed_a_series_holds_it_too(node: Node, held: Path, seizure: Path) -> None:
    stone(node, held)
    lead, worker, former = (authority(code) for code in ("SE-UNIT", "FR-UNIT", "IT-UNIT"))
    series = Series.objects.get(name="Stone")
    series.lead = lead
    series.save()
    for who, days in ((worker, 1), (former, -1)):
        Claim.objects.create(series=series, authority=who, ends_at=timezone.now() + timedelta(days=days))
    run(node, seizure)
    assert meetings(lead) == meetings(worker) == [(AlertKind.MET, series.pk, "NL-UNIT")]
    assert meetings(former) == []


def test_nobody_is_told_that_they_have_met_their_own(node: Node, held: Path, seizure: Path) -> None:
    owner = stone(node, held)
    run(node, seizure, authority="BR-UNIT", case="K2")
    assert told(owner) == []


def test_who_registers_what_others_work_on_is_told_and_so_are_they(
    node: Node, held: Path, seizure: Path
) -> None:
    here = unit(node, "SE-UNIT")
    owner = stone(node, held)
    number = Series.objects.get(name="Stone").pk
    run(node, seizure, authority="SE-UNIT", case="S1")
    assert (AlertKind.SAME_WORK, number, "SE-UNIT") not in told(owner)
    run(node, seizure, authority="SE-UNIT", case="S1", register=True)
    assert (AlertKind.SAME_WORK, number, "SE-UNIT") in told(owner)
    assert told(here) == [(AlertKind.SAME_WORK, number, "BR-UNIT")]


def test_putting_what_others_hold_into_a_series_makes_it_the_same_work(node: Node, held: Path) -> None:
    holder = unit(node, "SE-UNIT")
    hold(node, held, authority="SE-UNIT")
    assert told(holder) == []
    stone(node, held)
    assert told(holder) == [(AlertKind.SAME_WORK, Series.objects.get(name="Stone").pk, "BR-UNIT")]

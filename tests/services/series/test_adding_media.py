"""What is registered goes into the series that stands then, by those who may change it then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.cases import Case
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.records.users import Actor
from cairn.services.checking.register import register
from cairn.services.series.growing import grow
from cairn.services.series.handling import NewHandling, change_handling
from cairn.services.series.opening import create_series
from cairn.services.series.regrouping import merge
from cairn.types import Handling
from services.alerting.records import media, series
from services.seizures import run, unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def seizure(tmp_path: Path) -> Path:
    folder = tmp_path / "seizure"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.bin").write_bytes(bytes([number]) * 40)
    return folder


def just_before_registering(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let somebody act after the check was planned and measured."""

    def acted(*args: Any, **rest: Any) -> int:
        act()
        return register(*args, **rest)

    monkeypatch.setattr("cairn.services.checking.check.register", acted)


def members(of: Series) -> int:
    return SeriesMedia.objects.filter(series=of).count()


def test_what_is_put_into_a_series_is_audited_under_it(node: Node, seizure: Path) -> None:
    stone = create_series("Stone", actor=node.operator)
    run(node, seizure, case="K1", register=True, series="Stone")
    run(node, seizure, case="K1", register=True, series="Stone")
    assert members(stone) == 3
    said = AuditEvent.objects.filter(tag=AuditTag.SERIES_ADDED_TO).order_by("pk")
    assert [(event.record_ids, event.case_reference, event.counts) for event in said] == [
        ([stone.pk], "K1", {"media": 3}),
        ([stone.pk], "K1", {"media": 0}),
    ]


def test_a_series_merged_meanwhile_leads_to_the_one_that_stands(
    node: Node, seizure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stone, pebble = (create_series(name, actor=node.operator) for name in ("Stone", "Pebble"))
    just_before_registering(
        monkeypatch, lambda: merge(stone, pebble, reason="the same room", actor=node.operator)
    )
    run(node, seizure, case="K1", register=True, series="Stone")
    assert (members(stone), members(pebble)) == (0, 3)
    assert AuditEvent.objects.get(tag=AuditTag.SERIES_ADDED_TO).record_ids == [pebble.pk]


def test_a_series_withdrawn_meanwhile_is_given_no_media(
    node: Node, seizure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stone = create_series("Stone", actor=node.operator)
    just_before_registering(
        monkeypatch, lambda: Series.objects.filter(pk=stone.pk).update(withdrawn_at=timezone.now())
    )
    with pytest.raises(InputError) as refused:
        run(node, seizure, case="K1", register=True, series="Stone")
    assert refused.value.code == "record.withdrawn"
    assert (members(stone), Sighting.objects.count()) == (0, 0)


def test_the_lead_puts_media_into_a_series_until_it_leads_no_longer(
    node: Node, seizure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = unit(node, "BR-UNIT")
    stone = create_series("Stone", actor=node.operator)
    Series.objects.filter(pk=stone.pk).update(lead=lead)
    run(node, seizure, authority="BR-UNIT", case="B1", register=True, series="Stone")
    assert members(stone) == 3
    just_before_registering(
        monkeypatch, lambda: Series.objects.filter(pk=stone.pk).update(lead=node.authority)
    )
    with pytest.raises(AccessError):
        run(node, seizure, authority="BR-UNIT", case="B2", register=True, series="Stone")
    with pytest.raises(InputError) as refused:
        run(node, seizure, authority="BR-UNIT", case="B3", register=True, series="Stone")
    assert refused.value.code == "series.missing"


def test_a_series_that_was_withdrawn_does_not_grow(node: Node) -> None:
    stone = series(node.authority, media(), name="Stone")
    Series.objects.filter(pk=stone.pk).update(withdrawn_at=timezone.now())
    with pytest.raises(InputError) as refused:
        grow("Stone", actor=node.operator, apply=True)
    assert refused.value.code == "record.withdrawn"


def test_a_case_that_a_check_opens_is_audited_with_who_opened_it(node: Node, seizure: Path) -> None:
    run(node, seizure, case="K1")
    run(node, seizure, case="K1")
    opened = Case.objects.get(reference="K1")
    event = AuditEvent.objects.get(tag=AuditTag.CASE_CHANGED)
    assert (event.record_ids, event.case_reference, event.counts) == ([opened.pk], "K1", {"opened": 1})


def test_no_hotline_is_named_for_a_series_that_it_would_not_see(node: Node) -> None:
    unit(node, "DE-LINE", kind="hotline")  # type: ignore[arg-type]  # as it is stored
    with pytest.raises(InputError, match="no police authority"):
        create_series("Stone", actor=node.operator, handling=Handling.NAMED, named=["DE-LINE"])
    stone = create_series("Stone", actor=node.operator)
    narrower = NewHandling(handling=Handling.NAMED, named=("DE-LINE",))
    with pytest.raises(InputError, match="no police authority"):
        change_handling(stone, narrower, actor=node.operator)


def test_a_merge_into_what_a_foreign_lead_sees_takes_the_owners_word(node: Node) -> None:
    lead = unit(node, "BR-UNIT")
    stone, pebble = (
        create_series(name, actor=node.operator, handling=Handling.BLIND) for name in ("Stone", "Pebble")
    )
    Series.objects.filter(pk=pebble.pk).update(lead=lead)
    with pytest.raises(InputError) as refused:
        merge(stone, pebble, reason="the same room", actor=Actor.operator(node.authority))
    assert refused.value.code == "series.widens"
    merge(stone, pebble, reason="the same room", widen=True, actor=node.operator)

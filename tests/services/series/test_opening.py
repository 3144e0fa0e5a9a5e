"""Series are opened with values that hold, and listed to those who may see them; each act is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.series import Marker, Priority, Series
from cairn.records.users import Actor, Role
from cairn.services.series.opening import SeriesFilter, create_series, list_series
from cairn.services.series.words import add_alias, set_marker, set_priority
from cairn.types import Handling, SeriesStatus
from services.alerting.records import media
from services.alerting.records import series as series_of
from services.persons import person, settled_series
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_a_series_is_opened_and_listed_to_those_who_may_see_it(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    create_series("Stone", actor=owner)
    create_series("Moss", actor=owner, handling=Handling.BLIND)
    assert [(row.name, row.status) for row in list_series(node.operator)] == [
        ("Stone", SeriesStatus.UNIDENTIFIED)
    ]
    assert [row.name for row in list_series(owner)] == ["Moss", "Stone"]
    tags = AuditEvent.objects.order_by("pk").values_list("tag", flat=True)
    assert list(tags)[-4:] == [AuditTag.SERIES_CREATED] * 2 + [AuditTag.SERIES_LISTED] * 2


def test_a_series_needs_a_name_of_its_own_and_names_only_where_it_is_named(sqlite_node: Node) -> None:
    owner, other = sqlite_node.operator, unit(sqlite_node, "BR-UNIT")
    create_series("Stone", actor=owner)
    with pytest.raises(InputError, match="already"):
        create_series("Stone", actor=owner)
    with pytest.raises(InputError, match="needs a name"):
        create_series("  ", actor=owner)
    with pytest.raises(InputError, match="handling 'named'"):
        create_series("Moss", actor=owner, named=("NL-UNIT",))
    with pytest.raises(InputError, match="handling 'named'"):
        create_series("Moss", actor=owner, handling=Handling.NAMED)
    add_alias(create_series("Fern", actor=Actor.operator(other)), "Bracken", actor=owner)
    with pytest.raises(InputError, match="calls another series 'Bracken'"):
        create_series("Bracken", actor=owner)


def test_a_series_in_progress_is_opened_as_such_with_its_history(node: Node) -> None:
    made = create_series("Stone", actor=node.operator, status=SeriesStatus.IN_PROGRESS)
    assert made.status == SeriesStatus.IN_PROGRESS
    assert [change.from_status for change in made.status_changes.all()] == ["unidentified"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.REPORTER])
def test_who_works_with_no_material_opens_and_lists_no_series(node: Node, role: Role) -> None:
    stranger = person(node.authority, role)
    with pytest.raises(AccessError):
        create_series("Stone", actor=stranger)
    with pytest.raises(AccessError):
        list_series(stranger)


def test_a_list_is_narrowed_down_and_begins_with_the_most_urgent(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    stone, fern = create_series("Stone", actor=owner), create_series("Fern", actor=owner)
    settled_series("Moss", node.authority)
    set_priority(stone, Priority.URGENT, actor=owner)
    set_marker(fern, Marker.GROOMED, actor=owner)
    set_marker(fern, Marker.GROOMED, actor=node.operator)
    add_alias(fern, "100% Bracken", actor=node.operator)

    def names(wanted: SeriesFilter) -> list[str]:
        return [row.name for row in list_series(node.operator, wanted)]

    assert names(SeriesFilter()) == ["Stone", "Fern", "Moss"]
    assert names(SeriesFilter(most=1)) == ["Stone"]
    assert names(SeriesFilter(country="NL")) == ["Moss"]
    assert names(SeriesFilter(status=SeriesStatus.IDENTIFIED)) == ["Moss"]
    assert names(SeriesFilter(marker=Marker.GROOMED)) == ["Fern"]
    assert names(SeriesFilter(words="stO")) == ["Stone"]
    assert names(SeriesFilter(words="100% b")) == ["Fern"]
    assert names(SeriesFilter(words="%o%")) == []


def test_a_row_says_how_many_media_are_in_it(node: Node) -> None:
    series_of(node.authority, media(), media())
    series_of(node.authority)
    assert sorted(row.media for row in list_series(node.operator)) == [0, 2]
    assert Series.objects.count() == 2


def test_a_marker_leads_to_what_its_series_was_merged_into_as_far_as_it_may_be_seen(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    stone, pebble, gravel, moss = (create_series(name, actor=owner) for name in ("S", "P", "G", "M"))
    hidden = create_series("H", actor=owner, handling=Handling.BLIND)
    for source in (stone, hidden):
        set_marker(source, Marker.ONGOING, actor=owner)
    for source, target in ((stone, pebble), (pebble, gravel), (hidden, moss)):
        Series.objects.filter(pk=source.pk).update(merged_into=target)
    wanted = SeriesFilter(marker=Marker.ONGOING)
    assert [row.name for row in list_series(node.operator, wanted)] == ["G"]
    assert [row.name for row in list_series(owner, wanted)] == ["G", "M"]

"""Whoever sees a series may say something of it, and takes back only what is their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.series import NOTE_LENGTH, Marker, Priority, SeriesAlias, SeriesMarker, SeriesNote
from cairn.records.users import Actor
from cairn.services.series.opening import create_series
from cairn.services.series.words import (
    add_alias,
    add_note,
    clear_marker,
    drop_alias,
    set_marker,
    set_priority,
)
from cairn.types import Handling
from services.persons import person
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_a_name_is_given_once_and_dropped_by_its_giver_alone(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    stone = create_series("Stone", actor=owner)
    add_alias(stone, "Pebble", actor=node.operator)
    create_series("Fern", actor=node.operator)
    for taken in ("Pebble", "Fern"):
        with pytest.raises(InputError, match="already"):
            add_alias(stone, taken, actor=node.operator)
    with pytest.raises(InputError, match="no name that BR-UNIT gave"):
        drop_alias(stone, "Pebble", actor=owner)
    drop_alias(stone, "Pebble", actor=node.operator)
    assert not SeriesAlias.objects.exists()


def test_each_authority_sets_and_clears_its_own_markers(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    stone = create_series("Stone", actor=owner)
    for actor in (owner, node.operator, owner):
        set_marker(stone, Marker.LIVE_STREAMED, actor=actor)
    assert SeriesMarker.objects.count() == 2
    clear_marker(stone, Marker.LIVE_STREAMED, actor=owner)
    with pytest.raises(InputError, match="has not marked"):
        clear_marker(stone, Marker.LIVE_STREAMED, actor=owner)
    assert SeriesMarker.objects.get().authority == node.authority


def test_a_note_keeps_its_lines_and_who_wrote_it(node: Node) -> None:
    stone, writer = create_series("Stone", actor=node.operator), person(node.authority)
    add_note(stone, "First line.\r\n\tSecond, می‌خواهم.\n", actor=writer)
    note = SeriesNote.objects.get()
    assert (note.text, note.user) == ("First line.\n\tSecond, می‌خواهم.", writer.user)
    assert AuditEvent.objects.latest("pk").record_ids == [stone.pk]


@pytest.mark.parametrize("text", ["", " \n ", "a\x00b", "a\x1b[2J", "x" * (NOTE_LENGTH + 1)])
def test_a_note_that_cannot_be_recorded_is_refused(sqlite_node: Node, text: str) -> None:
    stone = create_series("Stone", actor=sqlite_node.operator)
    with pytest.raises(InputError) as caught:
        add_note(stone, text, actor=sqlite_node.operator)
    assert caught.value.code == "series.note"


def test_owner_and_lead_say_how_urgent_it_is_and_nobody_else(node: Node) -> None:
    owner, stranger = Actor.operator(unit(node, "BR-UNIT")), Actor.operator(unit(node, "JP-UNIT"))
    stone = create_series("Stone", actor=owner)
    stone.lead = node.authority
    stone.save()
    for actor, level in ((owner, Priority.HIGH), (node.operator, Priority.URGENT)):
        set_priority(stone, level, actor=actor)
        stone.refresh_from_db()
        assert stone.priority == level
    with pytest.raises(AccessError):
        set_priority(stone, Priority.ROUTINE, actor=stranger)


def test_nothing_is_said_of_a_series_that_is_not_seen(node: Node) -> None:
    stone = create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")), handling=Handling.BLIND)
    before = AuditEvent.objects.count()
    for act in (
        lambda: add_alias(stone, "Pebble", actor=node.operator),
        lambda: set_marker(stone, Marker.GROOMED, actor=node.operator),
        lambda: add_note(stone, "We know this.", actor=node.operator),
        lambda: set_priority(stone, Priority.HIGH, actor=node.operator),
    ):
        with pytest.raises(AccessError):
            act()
    assert AuditEvent.objects.count() == before
    assert not AuditEvent.objects.filter(tag=AuditTag.SERIES_NOTED).exists()

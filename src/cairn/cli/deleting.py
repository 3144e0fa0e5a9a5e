"""``cairn case``, ``series``, ``victim`` and ``offender delete``, and ``cairn tombstone``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.services.keeping.case_deletion import delete_case, preview_case_deletion
from cairn.services.keeping.person_deletion import delete_person, preview_person_deletion
from cairn.services.keeping.series_deletion import (
    delete_series,
    exactly_own_series,
    preview_series_deletion,
)
from cairn.services.keeping.tombstones import list_tombstones
from cairn.services.people.recording import find_person
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.records.people import Offender, Victim
    from cairn.records.retention import Tombstone
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

_reason = click.option("--reason", metavar="TEXT", help="Why; the audit log and the tombstone keep it.")
_preview = click.option("--preview", is_flag=True, help="Only say what would be deleted.")


@click.command(name="delete")
@click.argument("reference")
@with_actor
@_reason
@_preview
@json_flag
def delete_case_command(
    node: Node, actor: Actor, reference: str, reason: str | None, preview: bool, as_json: bool
) -> None:
    """Delete the case REFERENCE and what was found in it; stopped half-way, the same command goes on."""
    said = _reason_unless(preview, reason)
    if preview:
        _tell_effect(preview_case_deletion(reference, actor=actor), as_json=as_json)
        return
    stone = delete_case(node, reference, reason=said, actor=actor)
    _tell_deleted(f"The case {reference}", stone, as_json=as_json)


@click.command(name="delete")
@click.argument("name")
@with_actor
@_reason
@_preview
@json_flag
def delete_series_command(
    node: Node, actor: Actor, name: str, reason: str | None, preview: bool, as_json: bool
) -> None:
    """Delete your series NAME and what was said of it; stopped half-way, the same command goes on."""
    said = _reason_unless(preview, reason)
    found = exactly_own_series(name, actor=actor)
    if preview:
        _tell_effect(preview_series_deletion(found, actor=actor), as_json=as_json)
        return
    stone = delete_series(node, found, reason=said, actor=actor)
    _tell_deleted(f"The series {name}", stone, as_json=as_json)


def delete_person_command(kind: type[Victim | Offender]) -> click.Command:
    """Answer the command that deletes a victim, or an offender."""
    noun = kind.__name__.lower()

    @click.command(name="delete", help=f"Delete the record of your {noun} REF; the series it lies in stay.")
    @click.argument("reference", metavar="REF")
    @with_actor
    @_reason
    @_preview
    @json_flag
    def command(
        node: Node, actor: Actor, reference: str, reason: str | None, preview: bool, as_json: bool
    ) -> None:
        said = _reason_unless(preview, reason)
        found = find_person(kind, reference, actor=actor)
        if preview:
            _tell_effect(preview_person_deletion(found, actor=actor), as_json=as_json)
            return
        stone = delete_person(node, found, reason=said, actor=actor)
        _tell_deleted(f"The {noun} {reference}", stone, as_json=as_json)

    return command


@click.group()
def tombstone() -> None:
    """List what your authority has deleted."""


@tombstone.command(name="list")
@with_actor
@json_flag
def list_(_: Node, actor: Actor, as_json: bool) -> None:
    """List what was deleted, newest first: how much, by whom and why, and nothing of what it was."""
    rows = list_tombstones(actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        state = "" if row.finished_at else " (not finished: give the command again)"
        by = row.deleted_by or "the operator"
        head = f"{row.deleted_at:%Y-%m-%d}  {row.kind} {row.record}, by {by}{state}: {row.reason}"
        click.echo(visible(f"{head}. {_told(row.counts)}"))


def _reason_unless(preview: bool, reason: str | None) -> str:
    if reason is None and not preview:
        raise click.UsageError("Say why with --reason, or only look with --preview.")
    return reason or ""


def _tell_effect(counts: Mapping[str, int], *, as_json: bool) -> None:
    tell({"counts": dict(counts)}, [_told(counts)], as_json=as_json)


def _tell_deleted(what: str, stone: Tombstone, *, as_json: bool) -> None:
    values = {
        "kind": stone.kind,
        "record": stone.record_id,
        "reason": stone.reason,
        "counts": stone.counts,
        "finished_at": stone.finished_at,
    }
    tell(values, [f"{what} is deleted: {_told(stone.counts)}"], as_json=as_json)


def _told(counts: Mapping[str, int]) -> str:
    """Answer counts in words, as ``3 sightings, 2 media``."""
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items()) + "."

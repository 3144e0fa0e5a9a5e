"""``cairn audit list`` and ``looks``: who did what, and why."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.records.audit import AuditTag
from cairn.services.auditing.reading import EventFilter, list_events
from cairn.services.auditing.reading import looks as looks_at
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.users import Actor
    from cairn.services.auditing.reading import EventRow
    from cairn.services.node.opening import Node

_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
_SHOWN_RECORDS = 12


@click.command("list")
@with_actor
@click.option("--by", metavar="CODE", help="Only what this authority did.")
@click.option("--case", metavar="REF", help="Only what was done in this case.")
@click.option(
    "--tag", type=click.Choice([tag.value for tag in AuditTag]), metavar="TAG", help="Only this act."
)
@click.option("--since", type=_DAY, metavar="DATE", help="Only from this day or moment on, in UTC.")
@click.option("--until", type=_DAY, metavar="DATE", help="Only before this day or moment, in UTC.")
@click.option(
    "--most", type=click.IntRange(min=1), default=100, show_default=True, help="The newest so many."
)
@json_flag
def list_(
    _: Node,
    actor: Actor,
    by: str | None,
    case: str | None,
    tag: str | None,
    since: datetime | None,
    until: datetime | None,
    most: int,
    as_json: bool,
) -> None:
    """List what was done: of the own authority, or of all for overseers. The look is audited."""
    wanted = EventFilter(by=by, case=case, tag=tag, since=_utc(since), until=_utc(until), most=most)
    _show(list_events(actor, wanted), as_json=as_json)


@click.command()
@click.argument("series")
@with_actor
@click.option(
    "--most", type=click.IntRange(min=1), default=100, show_default=True, help="The newest so many."
)
@json_flag
def looks(_: Node, actor: Actor, series: str, most: int, as_json: bool) -> None:
    """List who looked at SERIES of the own authority, when, in which case and why; unseen meets too."""
    _show(looks_at(actor, series, most=most), as_json=as_json)


def _utc(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=UTC)


def _show(rows: Sequence[EventRow], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        click.echo(visible(_line(row)))


def _line(row: EventRow) -> str:
    who = f"{row.authority} {row.user}".rstrip()
    words = [f"{row.at:%Y-%m-%d %H:%M:%S}", f"{row.position:>8}", f"{who:<20}", f"{row.tag:<30}"]
    if row.case:
        words.append(f"case {row.case}")
    if row.purpose:
        words.append(f"for {row.purpose}")
    if row.records:
        words.append(f"records {_numbers(row.records)}")
    words.extend(f"{count:,} {name}" for name, count in row.counts.items())
    return "  ".join(words)


def _numbers(records: Sequence[int]) -> str:
    shown = ", ".join(map(str, records[:_SHOWN_RECORDS]))
    more = len(records) - _SHOWN_RECORDS
    return f"{shown} and {more:,} more" if more > 0 else shown

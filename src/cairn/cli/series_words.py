"""What is said of a series: ``alias``, ``mark``, ``note``, ``priority``, ``handling`` and ``thank``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.series import NOTE_LENGTH, Marker, Priority
from cairn.services.series.handling import NewHandling, change_handling
from cairn.services.series.names import find_series
from cairn.services.series.thanking import thank_unseen
from cairn.services.series.words import (
    add_alias,
    add_note,
    clear_marker,
    drop_alias,
    set_marker,
    set_priority,
)
from cairn.types import Handling

if TYPE_CHECKING:
    from cairn.records.series import Series
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

_PRIORITIES = {str(each.label): each for each in Priority}
_remove = click.option("--remove", is_flag=True, help="Take back what your authority has said.")


@click.command()
@click.argument("name")
@click.argument("other_name", metavar="OTHER-NAME")
@with_actor
@_remove
@json_flag
def alias(_: Node, actor: Actor, name: str, other_name: str, remove: bool, as_json: bool) -> None:
    """Call the series NAME OTHER-NAME too; it is then found by your own name for it."""
    found = find_series(name, actor=actor)
    (drop_alias if remove else add_alias)(found, other_name, actor=actor)
    verb = "no longer calls" if remove else "calls"
    values = _said(found, actor) | {"alias": other_name, "removed": remove}
    tell(values, [f"{actor.authority.code} {verb} {found.name} '{other_name}'."], as_json=as_json)


@click.command()
@click.argument("name")
@click.argument("marker", type=click.Choice([each.value for each in Marker]))
@with_actor
@_remove
@json_flag
def mark(_: Node, actor: Actor, name: str, marker: str, remove: bool, as_json: bool) -> None:
    """Mark the series NAME in the name of your authority."""
    chosen, found = Marker(marker), find_series(name, actor=actor)
    (clear_marker if remove else set_marker)(found, chosen, actor=actor)
    verb = "no longer marks" if remove else "marks"
    values = _said(found, actor) | {"marker": chosen.value, "removed": remove}
    tell(values, [f"{actor.authority.code} {verb} {found.name} '{chosen.label}'."], as_json=as_json)


@click.command()
@click.argument("name")
@click.argument("text", required=False)
@with_actor
@json_flag
def note(_: Node, actor: Actor, name: str, text: str | None, as_json: bool) -> None:
    """Add the note TEXT to the series NAME; without TEXT it is read from stdin. All who see it read it."""
    found = find_series(name, actor=actor)
    add_note(found, sys.stdin.read(NOTE_LENGTH * 4) if text is None else text, actor=actor)
    tell(_said(found, actor), [f"The note is added to {found.name}."], as_json=as_json)


@click.command()
@click.argument("name")
@click.argument("level", type=click.Choice(list(_PRIORITIES)))
@with_actor
@json_flag
def priority(_: Node, actor: Actor, name: str, level: str, as_json: bool) -> None:
    """Say how urgent the work on the series NAME is; its owner or its lead can."""
    found = find_series(name, actor=actor)
    set_priority(found, _PRIORITIES[level], actor=actor)
    tell(_said(found, actor) | {"priority": level}, [f"{found.name} is {level}."], as_json=as_json)


@click.command()
@click.argument("name")
@with_actor
@click.option("--handling", "who", type=click.Choice([each.value for each in Handling]), help="Who sees it.")
@click.option(
    "--named", multiple=True, metavar="CODE", help="Who is named; takes the place of the list before."
)
@click.option(
    "--code", type=click.Choice([each.value for each in HandlingCode]), help="The handling code of exports."
)
@click.option("--words", metavar="TEXT", help="The restrictions of code H3.")
@click.option("--tlp", type=click.Choice([each.value for each in Tlp]), help="How far it may be passed on.")
@click.option("--widen", is_flag=True, help="Yes, more authorities than before may learn of it.")
@json_flag
def handling(
    _: Node,
    actor: Actor,
    name: str,
    who: str | None,
    named: tuple[str, ...],
    code: str | None,
    words: str | None,
    tlp: str | None,
    widen: bool,
    as_json: bool,
) -> None:
    """Say who may learn of the series NAME and what receivers may do with it; only its owner can."""
    new = NewHandling(
        handling=None if who is None else Handling(who),
        named=named or None,
        code=None if code is None else HandlingCode(code),
        words=words,
        tlp=None if tlp is None else Tlp(tlp),
        widen=widen,
    )
    made = change_handling(find_series(name, actor=actor), new, actor=actor)
    values = _said(made, actor) | {
        "handling": made.handling,
        "handling_code": made.handling_code,
        "handling_words": made.handling_words,
        "tlp": made.tlp,
    }
    tell(values, [f"{made.name}: {made.handling}, {made.handling_code}, {made.tlp}."], as_json=as_json)


@click.command()
@click.argument("name")
@with_actor
@click.option("--stop", is_flag=True, help="No longer; who was told keeps it.")
@json_flag
def thank(_: Node, actor: Actor, name: str, stop: bool, as_json: bool) -> None:
    """Let those who helped and may not see the series NAME be told so, and the day; only its owner can."""
    made = thank_unseen(find_series(name, actor=actor), thanked=not stop, actor=actor)
    verb = "are no longer told" if stop else "are told"
    values = _said(made, actor) | {"thanks_unseen": made.thanks_unseen}
    tell(values, [f"Those who help and may not see {made.name} {verb} that they did."], as_json=as_json)


def _said(series: Series, actor: Actor) -> dict[str, object]:
    return {"series": series.name, "authority": actor.authority.code}

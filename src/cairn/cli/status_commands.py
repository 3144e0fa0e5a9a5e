"""What ``cairn series``, ``cairn victim`` and ``cairn offender`` have in common: changes of a status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cairn.cli.options import day_option, json_flag, with_actor
from cairn.cli.told import tell
from cairn.services.status.changing import (
    Wish,
    change_status,
    confirm_status,
    refuse_status,
    take_back_status,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from enum import StrEnum

    from cairn.records.status import StatusChange
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.services.status.subjects import Subject

    Find = Callable[[str, Actor], Subject]


def status_commands(noun: str, statuses: type[StrEnum], find: Find) -> tuple[click.Command, ...]:
    """Answer the commands that change the status of one kind of subject.

    Args:
        noun: What it is, as people read it: ``series``.
        statuses: Its statuses.
        find: Answers the subject that was typed.
    """
    name = click.argument("name", metavar="REF" if noun != "series" else "NAME")

    @click.command()
    @name
    @click.argument("new_status", metavar="STATUS", type=click.Choice([str(each) for each in statuses]))
    @with_actor
    @day_option("--on", help="The day of the event itself; without it, today.")
    @click.option("--reason", default="", metavar="TEXT", help="Why; needed where something is taken back.")
    @json_flag
    def status(
        _: Node, actor: Actor, name: str, new_status: str, on: date | None, reason: str, as_json: bool
    ) -> None:
        change = change_status(find(name, actor), Wish(new_status, on, reason), actor=actor)
        said = f"{name}: '{new_status}' is proposed. A second person has to confirm it."
        if not change.is_pending:
            said = f"{name} is {new_status} since {change.holds_since}."
        tell(_values(name, change), [said], as_json=as_json)

    @click.command()
    @name
    @with_actor
    @json_flag
    def confirm(_: Node, actor: Actor, name: str, as_json: bool) -> None:
        change = confirm_status(find(name, actor), actor=actor)
        said = f"{name} is {change.to_status} since {change.holds_since}."
        if change.is_pending:
            said = (
                f"{name}: '{change.to_status}' is now proposed by {actor.user}. A second person has to "
                "confirm it."
            )
        tell(_values(name, change), [said], as_json=as_json)

    @click.command()
    @name
    @with_actor
    @click.option("--reason", required=True, metavar="TEXT", help="Why; it stays in the history.")
    @json_flag
    def refuse(_: Node, actor: Actor, name: str, reason: str, as_json: bool) -> None:
        change = refuse_status(find(name, actor), reason=reason, actor=actor)
        said = f"{name}: '{change.to_status}' is refused."
        tell(_values(name, change, "refused"), [said], as_json=as_json)

    @click.command(name="take-back")
    @name
    @with_actor
    @json_flag
    def take_back(_: Node, actor: Actor, name: str, as_json: bool) -> None:
        change = take_back_status(find(name, actor), actor=actor)
        said = f"{name}: the proposal of '{change.to_status}' is taken back."
        tell(_values(name, change, "taken-back"), [said], as_json=as_json)

    status.help = f"Say that the {noun} is STATUS, or propose it where a second person has to confirm it."
    confirm.help = f"Confirm, as the second person, what was proposed for the {noun}."
    refuse.help = f"Refuse, as the second person, what was proposed for the {noun}."
    take_back.help = f"Take back what you have proposed for the {noun}."
    return status, confirm, refuse, take_back


def _values(name: str, change: StatusChange, outcome: str = "") -> dict[str, object]:
    """Answer the change for a program; the outcome is "proposed" or "holds" where it is not said."""
    found = outcome or ("proposed" if change.is_pending else "holds")
    since = change.holds_since if found == "holds" else None
    return {"name": name, "status": change.to_status, "outcome": found, "since": since}

"""What ``cairn series``, ``cairn victim`` and ``cairn offender`` have in common: changes of a status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cairn.cli.options import day_option, with_actor
from cairn.services.status import Wish, change_status, confirm_status, refuse_status, take_back_status
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from enum import StrEnum

    from cairn.records.users import Actor
    from cairn.services.node import Node
    from cairn.services.status_subjects import Subject

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
    def status(_: Node, actor: Actor, name: str, new_status: str, on: date | None, reason: str) -> None:
        change = change_status(find(name, actor), Wish(new_status, on, reason), actor=actor)
        if change.is_pending:
            click.echo(visible(f"{name}: '{new_status}' is proposed. A second person has to confirm it."))
        else:
            click.echo(visible(f"{name} is {new_status} since {change.holds_since}."))

    @click.command()
    @name
    @with_actor
    def confirm(_: Node, actor: Actor, name: str) -> None:
        change = confirm_status(find(name, actor), actor=actor)
        if change.is_pending:
            click.echo(
                visible(
                    f"{name}: '{change.to_status}' is now proposed by {actor.user}. A second person has to "
                    "confirm it."
                )
            )
        else:
            click.echo(visible(f"{name} is {change.to_status} since {change.holds_since}."))

    @click.command()
    @name
    @with_actor
    @click.option("--reason", required=True, metavar="TEXT", help="Why; it stays in the history.")
    def refuse(_: Node, actor: Actor, name: str, reason: str) -> None:
        change = refuse_status(find(name, actor), reason=reason, actor=actor)
        click.echo(visible(f"{name}: '{change.to_status}' is refused."))

    @click.command(name="take-back")
    @name
    @with_actor
    def take_back(_: Node, actor: Actor, name: str) -> None:
        change = take_back_status(find(name, actor), actor=actor)
        click.echo(visible(f"{name}: the proposal of '{change.to_status}' is taken back."))

    status.help = f"Say that the {noun} is STATUS, or propose it where a second person has to confirm it."
    confirm.help = f"Confirm, as the second person, what was proposed for the {noun}."
    refuse.help = f"Refuse, as the second person, what was proposed for the {noun}."
    take_back.help = f"Take back what you have proposed for the {noun}."
    return status, confirm, refuse, take_back

"""``cairn withdraw``: what is yours is hidden from everybody else at once, until you take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from cairn.cli.options import with_actor
from cairn.records.categories import Categorisation
from cairn.records.people import Offender, Victim
from cairn.records.series import Series
from cairn.services.cases import own_case
from cairn.services.categories import find_category
from cairn.services.keeping import withdrawing
from cairn.services.keeping.categorised import own_categorisation
from cairn.services.keeping.series_deletion import exactly_own_series
from cairn.services.keeping.sightings import take_back_sightings, withdraw_sightings
from cairn.services.people.recording import find_person
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

W = TypeVar("W", Series, Victim, Offender, Categorisation)

_reason = click.option("--reason", required=True, metavar="TEXT", help="Why; the audit log keeps it.")
_back = click.option("--take-back", is_flag=True, help="Let it be seen again by those who may.")


@click.group()
def withdraw() -> None:
    """Hide what is yours from everybody else, at once; who had received it is told."""


@withdraw.command()
@click.argument("name")
@with_actor
@_reason
@_back
def series(_: Node, actor: Actor, name: str, reason: str, take_back: bool) -> None:
    """Withdraw your series NAME."""
    _turn(exactly_own_series(name, actor=actor), f"The series {name}", reason, take_back, actor)


@withdraw.command()
@click.argument("reference")
@with_actor
@click.option("--exhibit", metavar="LABEL", help="Only what was found in this exhibit.")
@_reason
@_back
def sightings(
    _: Node, actor: Actor, reference: str, exhibit: str | None, reason: str, take_back: bool
) -> None:
    """Withdraw what was found in your case REFERENCE."""
    turn = take_back_sightings if take_back else withdraw_sightings
    count = turn(own_case(reference, actor=actor), exhibit=exhibit, reason=reason, actor=actor)
    done = "are seen again by those who may" if take_back else "are hidden from everybody else"
    click.echo(visible(f"{count:,} sightings of the case {reference} {done}."))


@withdraw.command()
@click.argument("sha256")
@click.argument("category", metavar="SCHEME:CODE")
@with_actor
@_reason
@_back
def category(_: Node, actor: Actor, sha256: str, category: str, reason: str, take_back: bool) -> None:
    """Withdraw what you have said with SCHEME:CODE of the media SHA256."""
    found = own_categorisation(sha256, find_category(category), actor=actor)
    _turn(found, f"The category {category}", reason, take_back, actor)


@withdraw.command()
@click.argument("reference")
@with_actor
@_reason
@_back
def victim(_: Node, actor: Actor, reference: str, reason: str, take_back: bool) -> None:
    """Withdraw the record of your victim REFERENCE."""
    found = find_person(Victim, reference, actor=actor)
    _turn(found, f"The victim {reference}", reason, take_back, actor)


@withdraw.command()
@click.argument("reference")
@with_actor
@_reason
@_back
def offender(_: Node, actor: Actor, reference: str, reason: str, take_back: bool) -> None:
    """Withdraw the record of your offender REFERENCE."""
    found = find_person(Offender, reference, actor=actor)
    _turn(found, f"The offender {reference}", reason, take_back, actor)


def _turn(record: W, words: str, reason: str, take_back: bool, actor: Actor) -> None:
    if take_back:
        withdrawing.take_back(record, reason=reason, actor=actor)
        click.echo(visible(f"{words} is seen again by those who may."))
        return
    withdrawing.withdraw(record, reason=reason, actor=actor)
    click.echo(visible(f"{words} is hidden from everybody else."))

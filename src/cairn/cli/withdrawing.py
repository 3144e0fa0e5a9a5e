"""``cairn withdraw``: what is yours is hidden from everybody else at once, until you take that back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
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

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

W = TypeVar("W", Series, Victim, Offender, Categorisation)
_NOUNS = {Series: "series", Victim: "victim", Offender: "offender", Categorisation: "category"}

_reason = click.option("--reason", required=True, metavar="TEXT", help="Why; the audit log keeps it.")
_back = click.option("--take-back", is_flag=True, help="Let it be seen again by those who may.")


@dataclass(frozen=True, slots=True)
class Turn:
    """Why, in which direction, and whether a program asked."""

    reason: str
    back: bool
    as_json: bool


@click.group()
def withdraw() -> None:
    """Hide what is yours from everybody else, at once; who had received it is told."""


@withdraw.command()
@click.argument("name")
@with_actor
@_reason
@_back
@json_flag
def series(_: Node, actor: Actor, name: str, reason: str, take_back: bool, as_json: bool) -> None:
    """Withdraw your series NAME."""
    _turn(exactly_own_series(name, actor=actor), name, Turn(reason, take_back, as_json), actor)


@withdraw.command()
@click.argument("reference")
@with_actor
@click.option("--exhibit", metavar="LABEL", help="Only what was found in this exhibit.")
@_reason
@_back
@json_flag
def sightings(
    _: Node, actor: Actor, reference: str, exhibit: str | None, reason: str, take_back: bool, as_json: bool
) -> None:
    """Withdraw what was found in your case REFERENCE."""
    turn = take_back_sightings if take_back else withdraw_sightings
    count = turn(own_case(reference, actor=actor), exhibit=exhibit, reason=reason, actor=actor)
    done = "are seen again by those who may" if take_back else "are hidden from everybody else"
    values = {"case": reference, "exhibit": exhibit, "sightings": count, "withdrawn": not take_back}
    tell(values, [f"{count:,} sightings of the case {reference} {done}."], as_json=as_json)


@withdraw.command()
@click.argument("sha256")
@click.argument("category", metavar="SCHEME:CODE")
@with_actor
@_reason
@_back
@json_flag
def category(
    _: Node, actor: Actor, sha256: str, category: str, reason: str, take_back: bool, as_json: bool
) -> None:
    """Withdraw what you have said with SCHEME:CODE of the media SHA256."""
    found = own_categorisation(sha256, find_category(category), actor=actor)
    _turn(found, category, Turn(reason, take_back, as_json), actor)


@withdraw.command()
@click.argument("reference")
@with_actor
@_reason
@_back
@json_flag
def victim(_: Node, actor: Actor, reference: str, reason: str, take_back: bool, as_json: bool) -> None:
    """Withdraw the record of your victim REFERENCE."""
    found = find_person(Victim, reference, actor=actor)
    _turn(found, reference, Turn(reason, take_back, as_json), actor)


@withdraw.command()
@click.argument("reference")
@with_actor
@_reason
@_back
@json_flag
def offender(_: Node, actor: Actor, reference: str, reason: str, take_back: bool, as_json: bool) -> None:
    """Withdraw the record of your offender REFERENCE."""
    found = find_person(Offender, reference, actor=actor)
    _turn(found, reference, Turn(reason, take_back, as_json), actor)


def _turn(record: W, name: str, turn: Turn, actor: Actor) -> None:
    kind = _NOUNS[type(record)]
    values = {"kind": kind, "record": name, "withdrawn": not turn.back}
    if turn.back:
        withdrawing.take_back(record, reason=turn.reason, actor=actor)
        said = f"The {kind} {name} is seen again by those who may."
    else:
        withdrawing.withdraw(record, reason=turn.reason, actor=actor)
        said = f"The {kind} {name} is hidden from everybody else."
    tell(values, [said], as_json=turn.as_json)

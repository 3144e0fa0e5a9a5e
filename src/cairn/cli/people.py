"""``cairn victim`` and ``cairn offender``: people without names, by their national reference."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

import click

from cairn.cli.deleting import delete_person_command
from cairn.cli.options import day_option, json_flag, with_actor
from cairn.cli.series_view import event_line, person_line
from cairn.cli.status_commands import status_commands
from cairn.cli.told import tell
from cairn.records.people import AgeBand, Offender, Sex, Support, Victim
from cairn.services.people.pages import list_people, show_person
from cairn.services.people.recording import (
    PersonFacts,
    attach,
    change_person,
    detach,
    find_person,
    record_person,
    say_support,
)
from cairn.services.series.family import family
from cairn.services.series.names import find_series, full_name
from cairn.services.visible import visible
from cairn.types import OffenderStatus, VictimStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from enum import StrEnum

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

R = TypeVar("R")
_reference = click.argument("reference", metavar="REF")


@click.group()
def victim() -> None:
    """Record victims without names, and how far the work for them has come."""


@click.group()
def offender() -> None:
    """Record offenders without names, and how far the work on them has come."""


def _facts(command: Callable[..., R]) -> Callable[..., R]:
    options = (
        click.option("--country", metavar="XX", help="Where the person lives, ISO 3166; else your own."),
        click.option("--sex", type=click.Choice([each.value for each in Sex]), help="As you record it."),
        click.option(
            "--age-band",
            type=click.Choice([each.value for each in AgeBand]),
            help="The age in years at the time of the material.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _as_facts(country: str | None, sex: str | None, age_band: str | None) -> PersonFacts:
    return PersonFacts(
        country, None if sex is None else Sex(sex), None if age_band is None else AgeBand(age_band)
    )


def _find(kind: type[Victim | Offender]) -> Callable[[str, Actor], Victim | Offender]:
    return lambda typed, actor: find_person(kind, typed, actor=actor)


def _saying(kind: type[Victim | Offender]) -> tuple[click.Command, ...]:
    """Answer the commands that record a person, and say something else of one."""
    noun, found = kind.__name__.lower(), _find(kind)

    @click.command(help=f"Record the {noun} of your national reference REF.")
    @_reference
    @with_actor
    @_facts
    @click.option("--series", metavar="NAME", help="The series that the person is in.")
    @json_flag
    def record(
        _: Node,
        actor: Actor,
        reference: str,
        country: str | None,
        sex: str | None,
        age_band: str | None,
        series: str | None,
        as_json: bool,
    ) -> None:
        into = None if series is None else find_series(series, actor=actor)
        made = record_person(kind, reference, _as_facts(country, sex, age_band), actor=actor)
        if into is not None:
            attach(made, into, actor=actor)
        tell(_said(made), [f"The {noun} {reference} is recorded."], as_json=as_json)

    @click.command(help=f"Say something else of the {noun} REF; only its owner can.")
    @_reference
    @with_actor
    @_facts
    @json_flag
    def change(
        _: Node,
        actor: Actor,
        reference: str,
        country: str | None,
        sex: str | None,
        age_band: str | None,
        as_json: bool,
    ) -> None:
        made = change_person(found(reference, actor), _as_facts(country, sex, age_band), actor=actor)
        tell(_said(made), [f"The {noun} {reference} is changed."], as_json=as_json)

    return record, change


def _placing(kind: type[Victim | Offender]) -> tuple[click.Command, ...]:
    """Answer the commands that put a person into a series, and out of it."""
    noun, found = kind.__name__.lower(), _find(kind)

    @click.command(
        name="attach", help=f"Say that the {noun} REF is in SERIES: who sees the series then sees the {noun}."
    )
    @_reference
    @click.argument("series")
    @with_actor
    @json_flag
    def attach_(_: Node, actor: Actor, reference: str, series: str, as_json: bool) -> None:
        into, person = find_series(series, actor=actor), found(reference, actor)
        attach(person, into, actor=actor)
        values = _said(person) | {"series": full_name(into), "inside": True}
        tell(values, [f"The {noun} {reference} is in {into.name}."], as_json=as_json)

    @click.command(name="detach", help=f"Say that the {noun} REF is not in SERIES after all.")
    @_reference
    @click.argument("series")
    @with_actor
    @json_flag
    def detach_(_: Node, actor: Actor, reference: str, series: str, as_json: bool) -> None:
        out_of, person = find_series(series, actor=actor), found(reference, actor)
        detach(person, out_of, actor=actor)
        values = _said(person) | {"series": full_name(out_of), "inside": False}
        tell(values, [f"The {noun} {reference} is not in {out_of.name}."], as_json=as_json)

    return attach_, detach_


def _looking(kind: type[Victim | Offender]) -> tuple[click.Command, ...]:
    """Answer the commands that list people, and show one."""
    noun, found = kind.__name__.lower(), _find(kind)

    @click.command(name="list", help=f"List the {noun}s that your authority may see, newest first.")
    @with_actor
    @click.option("--series", metavar="NAME", help="Only those in this series.")
    @json_flag
    def list_(_: Node, actor: Actor, series: str | None, as_json: bool) -> None:
        inside = None if series is None else family(find_series(series, actor=actor))
        rows = list_people(kind, actor=actor, series=inside)
        if as_json:
            click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
            return
        for row in rows:
            click.echo(visible(person_line(noun, row)))

    @click.command(help=f"Show all that is known of the {noun} REF, or OWNER/REF.")
    @_reference
    @with_actor
    @click.option("--case", default="", metavar="REF", help="Your case; the look is audited with it.")
    @json_flag
    def show(_: Node, actor: Actor, reference: str, case: str, as_json: bool) -> None:
        page = show_person(found(reference, actor), actor=actor, case=case)
        if as_json:
            click.echo(json.dumps(asdict(page), default=str, indent=1))
            return
        inside = [f"  in {name}" for name in page.person.series]
        for line in (person_line(noun, page.person), *inside, *map(event_line, page.history)):
            click.echo(visible(line))

    return list_, show


def _all_commands(kind: type[Victim | Offender], statuses: type[StrEnum]) -> tuple[click.Command, ...]:
    changes = status_commands(kind.__name__.lower(), statuses, _find(kind))
    return (*_saying(kind), *_placing(kind), *_looking(kind), delete_person_command(kind), *changes)


for _command in _all_commands(Victim, VictimStatus):
    victim.add_command(_command)
for _command in _all_commands(Offender, OffenderStatus):
    offender.add_command(_command)


@victim.command()
@click.argument("reference", metavar="REF")
@click.argument("given", type=click.Choice([each.value for each in Support]))
@with_actor
@day_option("--on", help="Since when support was given.")
@json_flag
def support(_: Node, actor: Actor, reference: str, given: str, on: date | None, as_json: bool) -> None:
    """Say whether support was given to the victim REF."""
    found = find_person(Victim, reference, actor=actor)
    say_support(found, Support(given), on=on, actor=actor)
    values = _said(found) | {"support": given, "support_on": on}
    tell(values, [f"Support for the victim {reference}: {Support(given).label}."], as_json=as_json)


def _said(person: Victim | Offender) -> dict[str, object]:
    return {
        "owner": person.owner.code,
        "reference": person.national_reference,
        "country": person.country,
        "sex": person.sex,
        "age_band": person.age_band,
    }

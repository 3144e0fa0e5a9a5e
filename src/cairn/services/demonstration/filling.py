"""A node filled from the generator's story: its authorities, their people, and what each of them holds."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import DecoderPool
from cairn.records.authorities import AuthorityKind
from cairn.records.node import EMBEDDED_DATABASE
from cairn.records.users import Actor, Role
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.demonstration.films import register_film
from cairn.services.demonstration.history import MONTHS, Alliance, held_since, live_two_years, months_ago
from cairn.services.demonstration.members import UNITS, join_everybody
from cairn.services.directory.acting import operator_of
from cairn.services.directory.authorities import NewAuthority, add_authority
from cairn.services.directory.users import create_user
from cairn.services.node.opening import create_node
from cairn.services.series.opening import create_series
from cairn.services.status.changing import confirm_status
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cairn.services.node.opening import Node
    from cairn.synthetic import Holding, Story
    from cairn.synthetic.truth import DemoAuthority, DemoSeries

IRRELEVANT = "exchange:no-interest"


def fill_node(
    folder: Path,
    story: Story,
    *,
    workers: int,
    told: Callable[[str], None] = lambda _: None,
    database: str = EMBEDDED_DATABASE,
) -> Node:
    """Make a node in ``folder`` on which every authority of the story has registered what it holds.

    Args:
        folder: Where the node is to lie.
        story: Who holds what.
        workers: Decoder processes.
        told: Is told each holding, in words, once it is registered.
        database: Where the records are kept, as ``create_node`` takes it.
    """
    by_code = {authority.code: authority for authority in story.authorities}
    node = create_node(folder, authority=_as_new(by_code.pop(story.asker)), database=database)
    for authority in by_code.values():
        add_authority(_as_new(authority), actor=node.operator)
    join_everybody(node)
    persons = {code: _record_persons(node, code) for code in (*UNITS, *by_code, story.asker)}
    with DecoderPool(workers=workers, mode=PdqMode.FAST) as pool:
        for holding in story.holdings:
            if holding.series is not None:
                _open_series(holding.series, by=persons[holding.authority.code])
            check(node, _registration(node, story, holding), open_pool=lambda **_: nullcontext(pool))
            told(_in_words(holding))
        for film in story.films:
            told(register_film(node, film, by=persons[film.authority.code][0]))
        told(live_two_years(Alliance(node, story, persons), open_pool=lambda **_: nullcontext(pool)))
    return node


def _as_new(authority: DemoAuthority) -> NewAuthority:
    return NewAuthority(
        authority.code, authority.name, AuthorityKind.UNIT, authority.country, authority.contact
    )


def _record_persons(node: Node, code: str) -> tuple[Actor, Actor]:
    """Record two people of an authority, because it takes two to say that a victim is identified."""
    first, second = (
        create_user(
            f"{code.lower()}-{number}",
            name=f"Investigator {number}",
            role=Role.INVESTIGATOR,
            password=secrets.token_urlsafe(),
            actor=operator_of(node, code),
        )
        for number in (1, 2)
    )
    return Actor.person(first), Actor.person(second)


def _open_series(series: DemoSeries, *, by: tuple[Actor, Actor]) -> None:
    made = create_series(
        series.name,
        actor=by[0],
        status=series.status,
        since=months_ago(MONTHS // 4).date() if series.status.is_settled else None,
        handling=series.handling,
        named=() if series.named_to is None else (series.named_to,),
    )
    if series.status.is_settled:
        confirm_status(made, actor=by[1])


def _registration(node: Node, story: Story, holding: Holding) -> CheckRequest:
    return CheckRequest(
        paths=(holding.folder,),
        actor=operator_of(node, holding.authority.code),
        case=holding.case,
        register=True,
        series=None if holding.series is None else holding.series.name,
        category=IRRELEVANT if holding.irrelevant else None,
        found_at=months_ago(held_since(story, holding)),
    )


def _in_words(holding: Holding) -> str:
    if holding.irrelevant:
        return f"{holding.authority.code} has registered a list of known-good files."
    if holding.series is None:
        return f"{holding.authority.code} has registered files of case {holding.case}, in no series yet."
    series = holding.series
    state = f"{series.status}, {series.handling}"
    return f"{holding.authority.code} has registered the series {series.name} ({state})."

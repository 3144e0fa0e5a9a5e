"""``/m``: which banks a hash or a file meets, and whether two hashes are near each other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from ninja import Body, Router

from cairn.api.bearer import Call, asked
from cairn.api.hma.files import file_of
from cairn.api.uploads import measured
from cairn.errors import InputError
from cairn.linking import PDQ_31
from cairn.linking.evidence import distance_of
from cairn.services.banks.naming import (
    MATCH,
    RECORDED,
    REPORTERS_NUMBER,
    bank_name,
    entry_number,
    list_bank_name,
)
from cairn.services.banks.reading import content_numbers
from cairn.services.looking_up.asking import look_file_up, look_up
from cairn.services.looking_up.hashes import Hashes, HashKind
from cairn.services.looking_up.reporters import match, match_file
from cairn.services.node.this_process import this_node

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.answering.answer import ListMet
    from cairn.services.looking_up.answer import LookupAnswer

router = Router()
Banks = dict[str, list[dict[str, Any]]]

SIGNALS = {"pdq": HashKind.PDQ, "video_md5": HashKind.MD5}
"""Its names for the kinds of hashes."""
ONE_MATCH = {"bank_content_id": REPORTERS_NUMBER, "distance": "0"}
"""What a reporter is told of a match: not which it is, nor how near."""


@router.get("/lookup")
def lookup(request: Call, signal: str, signal_type: str, banks: str = "") -> Banks:
    """Answer the banks that a hash meets, each with its contents and how near they are."""
    return _chosen(_met(request, signal, signal_type), banks)


@router.post("/lookup")
def lookup_file(request: Call, banks: str = "") -> dict[str, Banks]:
    """Answer the banks that a file meets."""
    caller = asked(request)
    found = measured(file_of(request))
    if caller.is_reporter:
        told = match_file(this_node(), found, actor=caller.actor)
        met: Banks = {MATCH: [ONE_MATCH]} if any(told.matches.values()) else {}
    else:
        met = _banks(look_file_up(this_node(), found, actor=caller.actor), caller.actor)
    return {"pdq": _chosen(met, banks)}


@router.get("/raw_lookup")
def raw_lookup(
    request: Call,
    signal: str,
    signal_type: str,
    banks: str = "",
    include_distance: bool = False,  # noqa: FBT002 - HMA's
) -> dict[str, list[Any]]:
    """Answer the contents that a hash meets, whichever bank they are in."""
    met = _chosen(_met(request, signal, signal_type), banks)
    rows = {each["bank_content_id"]: each for found in met.values() for each in found}
    return {"matches": list(rows.values()) if include_distance else list(rows)}


@router.post("/compare")
def compare(
    request: Call,
    body: dict[str, list[str]] = Body(...),  # type: ignore[type-arg]  # noqa: B008 - ninja's own way
) -> dict[str, list[Any]]:
    """Answer for two hashes of a kind whether they match, and how far they are apart."""
    asked(request)
    return {kind: _compared(kind, pair) for kind, pair in body.items()}


@router.get("/index/status")
def index_status(request: Call, signal_type: str = "") -> dict[str, dict[str, Any]]:
    """Answer that each index is there; how much is recorded is told to nobody, so the size is always 0."""
    asked(request)
    wanted = SIGNALS if not signal_type else {signal_type: _kind_of(signal_type)}
    return {name: {"present": True, "built_to": -1, "size": 0} for name in wanted}


def _met(request: Call, signal: str, signal_type: str) -> Banks:
    kind = _kind_of(signal_type)
    hashes = Hashes.parse({kind: [signal]})
    caller = asked(request)
    if caller.is_reporter:
        told = match(this_node(), hashes, actor=caller.actor)
        return {MATCH: [ONE_MATCH]} if told.matches[kind] else {}
    return _banks(look_up(this_node(), hashes, actor=caller.actor), caller.actor)


def _banks(answer: LookupAnswer, actor: Actor) -> Banks:
    names = {row.facts.id: bank_name(row.facts.owner.authority, row.facts.name) for row in answer.series}
    numbers = content_numbers(set(answer.contents.values()), actor=actor)
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for match_ in (each for hit in answer.hits for each in hit.matches):
        distance = distance_of(match_.evidence) or 0
        row = {"bank_content_id": numbers[answer.contents[match_.media]], "distance": str(distance)}
        for name in [names[series] for series in match_.series] or [RECORDED]:
            found[name].append(row)
    lists = {met.facts.id: _name_of(met, actor) for met in answer.lists if not met.facts.is_irrelevant}
    for listed in (each for hit in answer.hits for each in hit.listed if each.list in lists):
        distance = distance_of(listed.evidence) or 0
        row = {"bank_content_id": entry_number(listed.entry), "distance": str(distance)}
        found[lists[listed.list]].append(row)
    return dict(found)


def _name_of(met: ListMet, actor: Actor) -> str:
    owner = met.facts.owner.authority
    return list_bank_name(owner, met.facts.name, is_own=owner == actor.authority.code)


def _chosen(met: Banks, banks: str) -> Banks:
    wanted = {name for name in banks.split(",") if name}
    return {name: rows for name, rows in met.items() if not wanted or name in wanted}


def _kind_of(signal_type: str) -> HashKind:
    if signal_type not in SIGNALS:
        raise InputError(f"The signal types here are {', '.join(SIGNALS)}.", code="hma.signal-type")
    return SIGNALS[signal_type]


def _compared(name: str, pair: list[str]) -> list[Any]:
    kind = _kind_of(name)
    hashes = Hashes.parse({kind: pair}).of[kind]
    if len(hashes) != 2:  # noqa: PLR2004 - a pair
        raise InputError("Two hashes of a kind are compared.", code="hma.compare")
    one, other = hashes
    distance = int(np.bitwise_count(one ^ other).sum())
    radius = PDQ_31.radius_bits if kind is HashKind.PDQ else 0
    return [distance <= radius, {"distance": distance}]

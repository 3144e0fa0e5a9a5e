"""Hash lists as people read them: what there is, how its lines add up, and the lines that are no entry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.authorities import Authority
from cairn.records.connection import database_errors_in_words
from cairn.records.giving import ListFeedback
from cairn.records.lists import HashList, ListVersion
from cairn.records.lock import under_lock
from cairn.sentences import Sentence, sentence_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a list.

    ``entries`` = ``fresh`` + ``repeated`` + ``retracted``; ``lines`` = ``entries`` + ``rejected`` +
    ``passed_over``.
    """

    label: str
    source: str
    source_format: str
    file_sha256: str
    is_signed: bool
    signed_by: str
    imported_by: str
    began_at: datetime
    completed_at: datetime | None
    state: str
    lines: int
    entries: int
    fresh: int
    repeated: int
    retracted: int
    rejected: int
    passed_over: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list: whose it is, what a hit means, who meets it, and how many entries stand."""

    name: str
    owner: str
    country: str
    contact: str
    kind: str
    audience: str
    named: tuple[str, ...]
    is_given_out: bool
    handling_code: str
    handling_words: str
    tlp: str
    is_withdrawn: bool
    entries: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list with its versions, newest first, and the first rejected lines of the newest.

    ``fits`` and ``fits_not`` count what programs of others say of its entries' hashes.
    """

    row: ListRow
    versions: tuple[VersionRow, ...]
    rejected: tuple[tuple[int, int, str], ...]
    fits: int
    fits_not: int


@under_lock
def list_lists(*, actor: Actor) -> tuple[ListRow, ...]:
    """Answer the lists that the actor may know of, by owner and name; the look is audited.

    Raises:
        AccessError: The actor may not read lists.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.LIST_READ)
        rows = visible_to(actor, HashList).select_related("owner").order_by("owner__code", "name")
        found = tuple(_row(each, _versions(each, actor), actor) for each in rows)
        audit.append(audit.AuditTag.LIST_LISTED, actor=actor, counts={"lists": len(found)})
    return found


@under_lock
def show_list(name: str, *, owner: str | None = None, actor: Actor) -> ListPage:
    """Answer a list with its versions; the look is audited.

    Args:
        name: The list's name.
        owner: The code of its owner; ``None`` for the actor's authority.
        actor: Who asks.

    Raises:
        AccessError: The actor may not read lists.
        InputError: There is none of that name that the actor may see (``list.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.LIST_READ)
        held = find_list(name, owner=owner, actor=actor)
        versions = _versions(held, actor)
        said = visible_to(actor, ListFeedback).filter(hash_list=held).values_list("is_affirmative", flat=True)
        feedback = Counter(said)
        audit.append(audit.AuditTag.LIST_SHOWN, actor=actor, record_ids=[held.pk])
    rejected = versions[0].lines_rejected if versions else []
    return ListPage(
        _row(held, versions, actor),
        tuple(map(_version, versions)),
        tuple((int(first), int(last), sentence_in(str(why))) for first, last, why in rejected),
        fits=feedback[True],
        fits_not=feedback[False],
    )


@under_lock
def find_list(name: str, *, owner: str | None = None, actor: Actor) -> HashList:
    """Answer a list by its name and its owner's code.

    Raises:
        InputError: There is none that the actor may see (``list.missing``).
    """
    code = owner or actor.authority.code
    found = visible_to(actor, HashList).filter(owner__code=code, name=name).select_related("owner").first()
    if found is None:
        raise InputError(
            Sentence("There is no list %(name)s of %(code)s, or you may not see it.", name=name, code=code),
            code="list.missing",
        )
    return found


def _versions(held: HashList, actor: Actor) -> Sequence[ListVersion]:
    rows = visible_to(actor, ListVersion).filter(hash_list=held).select_related("imported_by")
    return list(rows.order_by("-pk"))


def _row(held: HashList, versions: Sequence[ListVersion], actor: Actor) -> ListRow:
    return ListRow(
        name=held.name,
        owner=held.owner.code,
        country=held.owner.country,
        contact=held.owner.contact,
        kind=held.kind,
        audience=held.audience,
        named=_named(held, actor),
        is_given_out=held.is_given_out,
        handling_code=held.handling_code,
        handling_words=held.handling_words,
        tlp=held.tlp,
        is_withdrawn=held.withdrawn_at is not None,
        entries=sum(each.entries - each.retracted for each in versions if _state(each) == "stands"),
    )


def _named(held: HashList, actor: Actor) -> tuple[str, ...]:
    numbers = [int(each) for each in held.named.split(",") if each]
    if not numbers or held.owner_id != actor.authority.pk:  # Who else is named is the owner's to tell.
        return ()
    return tuple(Authority.objects.filter(pk__in=numbers).order_by("code").values_list("code", flat=True))


def _version(version: ListVersion) -> VersionRow:
    return VersionRow(
        label=version.label,
        source=version.source,
        source_format=version.source_format,
        file_sha256=bytes(version.file_digest).hex(),
        is_signed=bool(version.signature),
        signed_by=version.signed_by,
        imported_by="" if version.imported_by is None else version.imported_by.login,
        began_at=version.began_at,
        completed_at=version.completed_at,
        state=_state(version),
        lines=version.lines,
        entries=version.entries,
        fresh=version.fresh,
        repeated=version.repeated,
        retracted=version.retracted,
        rejected=version.rejected,
        passed_over=version.passed_over,
    )


def _state(version: ListVersion) -> str:
    if version.withdrawn_at is not None:
        return "withdrawn"
    if version.completed_at is None:
        return "unfinished"
    return "superseded" if version.superseded_at is not None else "stands"

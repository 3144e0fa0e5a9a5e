"""Saying to a service of others which of its hashes fit: what the authority itself has said of contents.

Nothing is said unless a person asks for it, and what would be said can be looked at before. The rules, by
name ``feedback/1``: a hash fits where the authority has categorised content with exactly this digest as
illegal everywhere or in its country (``exchange:baseline``, ``exchange:national``); it does not fit where it
has categorised it as not illegal, or as of no interest. Where its words contradict each other, nothing is
said. What others have said is never passed on.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from django.db import transaction

from cairn.errors import ConfigurationError, InputError
from cairn.exchange.connection import Service, StaleError
from cairn.exchange.kept import kept_at
from cairn.exchange.source import SourceKind
from cairn.exchange.voting import hashed, reasons_of, vote
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.batches import parts
from cairn.records.categories import Categorisation, Treatment
from cairn.records.connection import database_errors_in_words
from cairn.records.lists import HashList
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.checking.stated import agreeing_media, is_of_no_bytes
from cairn.services.exchange.fetching import alone, headers_of, place_of
from cairn.types import StatedDigests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from cairn.exchange.kept import Kept
    from cairn.exchange.source import Source
    from cairn.exchange.voting import Hashed, Reason
    from cairn.records.categories import Category
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

POLICY: Final = "feedback/1"
SCHEME: Final = "exchange"
FITS: Final = frozenset({"baseline", "national"})
FITS_NOT: Final = frozenset({"not-illegal"})
_TOGETHER: Final = 500
_YES, _NO = "fits", "fits-not"


@dataclass(frozen=True, slots=True)
class Vote:
    """What is to be said of one hash of an entry."""

    of: Hashed
    fits: bool


@dataclass(frozen=True, slots=True)
class Votes:
    """What the authority can say of a source's entries.

    Attributes:
        new: What has not been said yet.
        said_before: How much was said already, and holds still.
        reasons: Why a hash may not fit, as the service offers it; empty where nothing has to be refused.
    """

    new: tuple[Vote, ...]
    said_before: int
    reasons: tuple[Reason, ...]

    def count(self, *, fits: bool) -> int:
        """Answer how many hashes fit, or do not."""
        return sum(each.fits is fits for each in self.new)


@dataclass(frozen=True, slots=True)
class Sent:
    """What was said, and how much was not: refused for want of a reason, or gone at the service."""

    fits: int
    fits_not: int
    without_reason: int
    gone: int


@under_lock
def votes_on(node: Node, source: Source, *, actor: Actor) -> Votes:
    """Answer what would be said to a service; nothing is sent.

    Raises:
        AccessError: The actor may not import lists.
        ConfigurationError: Nothing was fetched from there, or another run is at it.
        InputError: The service takes no such words (``feedback.kind``).
        PeerError: The service does not answer as agreed.
    """
    with _opened(node, source, actor) as (kept, service):
        return _votes(kept, service, actor)


@under_lock
def say_votes(node: Node, source: Source, *, actor: Actor, reason: str = "") -> Sent:
    """Say to a service which hashes fit and which do not; it is audited, also where it breaks off.

    Args:
        node: The open node.
        source: Where the list was fetched.
        actor: Who says so.
        reason: Why those do not fit that do not, as the service calls it, or its id; without one nothing is
            said of them.

    Raises:
        AccessError: The actor may not import lists.
        ConfigurationError: Nothing was fetched from there, or another run is at it.
        InputError: The service takes no such words, or has no such reason (``feedback.kind``,
            ``feedback.reason``).
        PeerError: The service does not answer as agreed; what was said is noted, and is not said again.
    """
    with _opened(node, source, actor) as (kept, service):
        votes = _votes(kept, service, actor)
        ids = _ids(votes.reasons, reason)
        said = {_YES: 0, _NO: 0}
        without = gone = 0
        try:
            for each in votes.new:
                if not each.fits and each.of.type not in ids:
                    without += 1
                    continue
                try:
                    vote(service, each.of, None if each.fits else ids)
                except StaleError:
                    gone += 1
                    continue
                word = _YES if each.fits else _NO
                said[word] += 1
                kept.take([], {_note(each.of): word})
        finally:
            _write_down(source, said, actor)
    return Sent(said[_YES], said[_NO], without, gone)


@contextmanager
def _opened(node: Node, source: Source, actor: Actor) -> Iterator[tuple[Kept, Service]]:
    require(actor, Act.LIST_IMPORT)
    if source.kind is not SourceKind.NCMEC:
        raise InputError(
            Sentence("Only to services of the kind ncmec can be said whether hashes fit."),
            code="feedback.kind",
        )
    path = place_of(node, source, actor.authority)
    if not path.is_file():
        raise ConfigurationError("Nothing was fetched from this source: cairn fetch", code="source.fetched")
    with (
        database_errors_in_words(),
        alone(path),
        kept_at(path) as kept,
        closing(Service(source, headers=headers_of(source))) as service,
    ):
        yield kept, service


def _votes(kept: Kept, service: Service, actor: Actor) -> Votes:
    new, said_before = [], 0
    for some in _entries(hashed(kept)):
        for of, fits in _words(some, actor):
            if kept.place(_note(of)) == (_YES if fits else _NO):
                said_before += 1
            else:
                new.append(Vote(of, fits))
    reasons = reasons_of(service) if any(not each.fits for each in new) else ()
    return Votes(tuple(new), said_before, reasons)


def _entries(found: Iterable[Hashed]) -> Iterator[list[tuple[Hashed, ...]]]:
    """Yield the hashes of some entries at a time, those of an entry together."""
    entries = (tuple(rows) for _, rows in groupby(found, key=lambda each: (each.member, each.entry)))
    while some := list(islice(entries, _TOGETHER)):
        yield some


def _words(entries: list[tuple[Hashed, ...]], actor: Actor) -> Iterator[tuple[Hashed, bool]]:
    """Yield the hashes of which the authority has said something, and whether they fit."""
    stated = [StatedDigests(**{each.type.lower(): each.digest for each in rows}) for rows in entries]
    asked = [
        (rows, one)
        for rows, one in zip(entries, stated, strict=True)
        if one.named and not is_of_no_bytes(one)
    ]
    agreeing = agreeing_media([one for _, one in asked])
    said = _said({one.media for row in agreeing for one in row}, actor)
    for (rows, _), row in zip(asked, agreeing, strict=True):
        words = {fits for one in row for fits in said.get(one.media, ())}
        kinds = {kind for one in row for kind in one.by}
        if len(words) == 1:
            (fits,) = words
            yield from ((each, fits) for each in rows if each.type.lower() in kinds)


def _said(media: Collection[int], actor: Actor) -> Mapping[int, set[bool]]:
    """Answer what the authority itself says of media, where the rules read it."""
    found: defaultdict[int, set[bool]] = defaultdict(set)
    for part in parts(sorted(media)):
        rows = Categorisation.objects.filter(media__in=part, authority=actor.authority, withdrawn_at=None)
        for row in rows.select_related("category__scheme"):
            fits = _fits(row.category)
            if fits is not None:
                found[row.media_id].add(fits)
    return found


def _fits(category: Category) -> bool | None:
    """Answer whether a category says that material is illegal; ``None`` where the rules do not read it."""
    if category.treatment == Treatment.IRRELEVANT:
        return False
    scheme, code = category.scheme, category.code
    if scheme.code != SCHEME:
        code = scheme.mappings.get(SCHEME, {}).get(code, {}).get("code", "")
    return True if code in FITS else False if code in FITS_NOT else None


def _ids(offered: tuple[Reason, ...], wanted: str) -> dict[str, str]:
    """Answer the id of the reason for each type of hash."""
    if not wanted:
        return {}
    found = {
        each.type: each.guid for each in offered if wanted.casefold() in {each.guid, each.words.casefold()}
    }
    if offered and not found:
        raise InputError(
            Sentence(
                "The service has no such reason. It has: %(reasons)s.",
                reasons="; ".join(dict.fromkeys(each.words for each in offered)),
            ),
            code="feedback.reason",
        )
    return found


def _note(of: Hashed) -> str:
    return f"said {of.name}"


def _write_down(source: Source, said: Mapping[str, int], actor: Actor) -> None:
    with database_errors_in_words(), transaction.atomic():
        held = HashList.objects.filter(owner=actor.authority, name=source.list_name)
        audit.append(
            audit.AuditTag.LIST_FEEDBACK_SENT,
            actor=actor,
            record_ids=list(held.values_list("pk", flat=True)),
            counts={word.replace("-", "_"): number for word, number in said.items()},
        )

"""Between digests that somebody states and the media that have them.

A case file says "MD5 this, SHA-1 that" of content that is not at hand. What is stated is compared with every
recorded media by the digests that both have: all of them must be equal, and one at least. A media that was
read has all three; one that is itself known only by a statement has those of the statement.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cairn.errors import Reason
from cairn.records.access import visible_to
from cairn.records.batches import parts
from cairn.records.lock import node_work, under_lock
from cairn.records.media import Media

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.records.users import Actor
    from cairn.types import Digests, StatedDigests

METHOD: Final = "stated"
"""Stands where the method of a measurement stands: nothing was measured."""

NOT_AT_HAND: Final = "Only its digests are at hand, so near copies of it were not looked for."

KINDS: Final = ("md5", "sha1", "sha256")

_OF_NO_BYTES: Final = {kind: hashlib.new(kind, usedforsecurity=False).digest() for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Agreeing:
    """A media that has the stated digests, and the kinds of those that were compared."""

    media: int
    by: tuple[str, ...]


def is_of_no_bytes(stated: Digests | StatedDigests) -> bool:
    """Answer whether it is an empty file, which is the same everywhere: that one is recorded says nothing."""
    return any(getattr(stated, kind) == digest for kind, digest in _OF_NO_BYTES.items())


@node_work("what is hidden is found too, so that its owner can be told; the door decides what is shown")
def agreeing_media(
    wanted: Sequence[StatedDigests], *, unread_only: bool = False
) -> list[tuple[Agreeing, ...]]:
    """Answer the media that have these digests, for each of them in the order of the media.

    Args:
        wanted: What is stated, or was read.
        unread_only: Only media that are themselves known by a statement alone.
    """
    by_digest: dict[str, defaultdict[bytes, list[tuple[int, StatedDigests]]]] = {}
    for kind in KINDS if not unread_only else KINDS[:2]:
        by_digest[kind] = defaultdict(list)
        for media in _with(kind, wanted, unread_only=unread_only):
            by_digest[kind][bytes(getattr(media, kind))].append((media.pk, media.digests))
    return [tuple(_agreeing(each, by_digest)) for each in wanted]


def _with(kind: str, wanted: Sequence[StatedDigests], *, unread_only: bool) -> Iterator[Media]:
    digests = sorted({digest for each in wanted if (digest := getattr(each, kind)) is not None})
    rows = Media.objects.exclude(stated=None) if unread_only else Media.objects.all()
    for part in parts(digests):
        yield from rows.filter(**{f"{kind}__in": part}).only(*KINDS)


def _agreeing(
    wanted: StatedDigests, by_digest: dict[str, defaultdict[bytes, list[tuple[int, StatedDigests]]]]
) -> Iterator[Agreeing]:
    found = {
        number: digests
        for kind, rows in by_digest.items()
        for number, digests in rows.get(getattr(wanted, kind) or b"", ())
    }
    for number, digests in sorted(found.items(), key=lambda row: row[0]):
        both = [kind for kind in KINDS if getattr(wanted, kind) and getattr(digests, kind)]
        if all(getattr(wanted, kind) == getattr(digests, kind) for kind in both):
            yield Agreeing(number, tuple(both))


@under_lock
def record_stated(wanted: Sequence[StatedDigests], *, actor: Actor) -> dict[StatedDigests, int]:
    """Find or create the media of these statements; call it in a transaction.

    A statement joins a media that was read only where the actor may know of that media, and where two digests
    of it are stated, or its SHA-256: one digest of another kind alone can be forged. Else it becomes, or
    joins, a media that is known by the same statement and holds nothing beside it, whoever made it first.

    Args:
        wanted: What is stated; what states neither MD5 nor SHA-1 is left out of the answer.
        actor: Who records it.
    """
    recordable = sorted({each for each in wanted if each.md5 or each.sha1}, key=_key)
    found = _read_and_visible(recordable, actor)
    left = [each for each in recordable if each not in found]
    made = _found_or_made({_key(each): each for each in left})
    return found | {each: made[_key(each)] for each in left}


def _read_and_visible(wanted: Sequence[StatedDigests], actor: Actor) -> dict[StatedDigests, int]:
    rows = dict(zip(wanted, agreeing_media(wanted), strict=True))
    numbers = sorted({each.media for row in rows.values() for each in row})
    seen = visible_to(actor, Media).filter(stated=None)
    visible = {
        number for part in parts(numbers) for number in seen.filter(pk__in=part).values_list("pk", flat=True)
    }
    found = {}
    for each, row in rows.items():
        sure = [one.media for one in row if one.media in visible and (len(one.by) > 1 or "sha256" in one.by)]
        if len(sure) == 1:
            found[each] = sure[0]
    return found


@node_work("one statement is one media, whoever made it")
def _found_or_made(missing: dict[bytes, StatedDigests]) -> dict[bytes, int]:
    Media.objects.bulk_create(
        [
            Media(
                md5=each.md5,
                sha1=each.sha1,
                stated=key,
                reason=Reason.NOT_AT_HAND,
                sentence=NOT_AT_HAND,
                method=METHOD,
            )
            for key, each in missing.items()
        ],
        ignore_conflicts=True,
    )
    found: dict[bytes, int] = {}
    for part in parts(list(missing)):
        rows = Media.objects.filter(stated__in=part).values_list("stated", "pk")
        found.update({bytes(key): number for key, number in rows if key is not None})
    return found


def _key(stated: StatedDigests) -> bytes:
    """Answer 16 bytes that stand for what is stated; a stated SHA-256 is no part of it."""
    said = b"".join(bytes([digest is not None]) + (digest or b"") for digest in (stated.md5, stated.sha1))
    return hashlib.blake2b(said, digest_size=16).digest()

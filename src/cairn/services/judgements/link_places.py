"""Where a page of links ended, so that the next one begins there although links come and go in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.errors import InputError
from cairn.records.access import visible_to
from cairn.records.links import Link
from cairn.records.media import Media
from cairn.services.judgements.judge import Named, find_pair

if TYPE_CHECKING:
    from cairn.linking.judgement import LinkKind
    from cairn.records.users import Actor
    from cairn.services.judgements.judge import Pair


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """The last link of a page, by what the asker was told of it.

    Attributes:
        score: Its score; ``None`` where only people have said something of the pair.
        first: What one media is called.
        second: The other.
        kind: In which way they may be the same.
    """

    score: float | None
    first: str
    second: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Beginning:
    """The conditions on what comes after a place.

    Attributes:
        suggested: On suggestions; ``None`` where all of them lie before it.
        judged: On pairs that only people have said something of.
    """

    suggested: Q | None
    judged: Q

    @classmethod
    def after(cls, place: LinkPlace | None, actor: Actor) -> Beginning:
        """Answer what comes after a place; links as strong as one that is gone are given once more."""
        if place is None:
            return cls(Q(), Q())
        pair = _pair(place, actor)
        if place.score is None:
            return cls(None, Q() if pair is None else _after_pair(pair))
        links = visible_to(actor, Link).filter(score=place.score)
        last = None if pair is None else links.filter(**pair.key).order_by("pk").last()
        equal = Q(score=place.score) if last is None else Q(score=place.score, pk__gt=last.pk)
        return cls(Q(score__lt=place.score) | equal, Q())


def _pair(place: LinkPlace, actor: Actor) -> Pair | None:
    try:
        named = Named(place.first, place.second, place.kind)
        return find_pair(named, among=visible_to(actor, Media))
    except InputError:  # It is gone, or may be seen no more.
        return None


def _after_pair(pair: Pair) -> Q:
    same_first = Q(first=pair.first)
    later = Q(first__gt=pair.first.pk) | same_first & Q(second__gt=pair.second.pk)
    return later | same_first & Q(second=pair.second, kind__gt=pair.kind)

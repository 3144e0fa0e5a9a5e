"""What was said of pairs of media, as far as an actor may know: the standing word of each authority."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.linking.judgement import LinkKind, Outcome, Word, agreement, standing
from cairn.records.access import visible_to
from cairn.records.authorities import Authority
from cairn.records.batches import parts
from cairn.records.links import Judgement
from cairn.records.lock import under_lock
from cairn.services.answering.matches import Said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet

    from cairn.records.users import Actor

Key = tuple[int, int, LinkKind]
"""Two media by their numbers, the lower first, and a kind of link."""

Words = dict[int, Outcome]
"""The standing word of each authority, by its number."""


def standing_words(judgements: QuerySet[Judgement]) -> dict[Key, Words]:
    """Answer what stands of these judgements, for every pair and kind; what was withdrawn counts nothing.

    Args:
        judgements: Those that the asker may see, as ``visible_to`` answers them.
    """
    words: defaultdict[Key, list[Word]] = defaultdict(list)
    rows = judgements.filter(withdrawn_at=None).values_list(
        "first", "second", "kind", "authority", "outcome", "pk"
    )
    for first, second, kind, authority, outcome, number in rows.iterator(chunk_size=10_000):
        words[first, second, LinkKind(kind)].append(Word(authority, Outcome(outcome), number))
    return {key: standing(said) for key, said in words.items()}


def standing_of(judgements: Iterable[Judgement]) -> Words:
    """Answer the same of judgements on one pair that were read."""
    return standing(
        Word(row.authority_id, Outcome(row.outcome), row.pk) for row in judgements if row.withdrawn_at is None
    )


def codes_of(words: Iterable[Words]) -> Mapping[int, str]:
    """Answer the codes of all authorities that have a word here, by their numbers."""
    numbers = {number for each in words for number in each}
    return dict(Authority.objects.filter(pk__in=numbers).values_list("pk", "code"))


@under_lock
def pairs_said(media: Collection[int], *, actor: Actor) -> dict[Key, Said]:
    """Answer what is said of these media and any others, in each kind; each pair both ways round."""
    rows = visible_to(actor, Judgement)
    words: dict[Key, Words] = {}
    for part in parts(sorted(media)):
        words |= standing_words(rows.filter(Q(first__in=part) | Q(second__in=part)))
    codes = codes_of(words.values())
    found: dict[Key, Said] = {}
    for (first, second, kind), each in words.items():
        shown = as_shown(each, codes, own=actor.authority)
        found[first, second, kind] = found[second, first, kind] = shown
    return found


def as_shown(words: Words, codes: Mapping[int, str], *, own: Authority) -> Said:
    """Answer the standing words on a pair as they are shown to somebody of the authority ``own``."""

    def who_says(outcome: Outcome) -> tuple[str, ...]:
        return tuple(sorted(codes[number] for number, word in words.items() if word is outcome))

    return Said(
        own=words.get(own.pk),
        agreement=agreement(words.values()),
        confirmed_by=who_says(Outcome.CONFIRMED),
        rejected_by=who_says(Outcome.REJECTED),
    )

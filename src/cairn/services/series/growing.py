"""What follows from judgements for a series: media that belong to it because people call them the same.

Only the owner lets its series grow, and only by an act of its own: a judgement says something of two
pictures, while a series changes what every authority is answered. The words of others are shown, and count
where the owner says so. What anybody whom the owner can see calls "not the same" is never joined by a chain,
and what the owner has split off does not come back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.linking.chains import pair_of
from cairn.linking.judgement import LinkKind, Outcome
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.media import Media
from cairn.records.regrouping import RegroupedMedia, RegroupingKind
from cairn.records.series import SeriesMedia
from cairn.services.alerting import work_changed
from cairn.services.cases import own_case
from cairn.services.judgements.naming_media import shown_name
from cairn.services.judgements.said import codes_of
from cairn.services.series.adding_media import put_in
from cairn.services.series.around import around_series
from cairn.services.series.names import own_series
from cairn.services.status.changing import locked, require_standing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cairn.linking.chains import Pair
    from cairn.linking.series import Conflict
    from cairn.records.series import Series
    from cairn.records.users import Actor
    from cairn.services.series.around import Around


@dataclass(frozen=True, slots=True)
class Addition:
    """A media that belongs to the series by what people say.

    Attributes:
        media: The first digits of its SHA-256.
        chain: From a media of the series to this one, each by its first digits.
        said_by: The codes of the authorities whose "the same" the chain needs.
    """

    media: str
    chain: tuple[str, ...]
    said_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two media that somebody calls "not the same", and the chain of "the same" between them.

    Attributes:
        pair: The first digits of both.
        chain: The media of the shortest chain, each by its first digits.
        rejected_by: The codes of the authorities that say "not the same".
    """

    pair: tuple[str, str]
    chain: tuple[str, ...]
    rejected_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """What would be added to a series, or was.

    Attributes:
        series: Its name.
        additions: What follows, by the first digits.
        contradictions: Where nothing follows until a person decides.
        of_others: How many more would follow if the words of other authorities counted too.
        applied: True once the additions are in the series.
    """

    series: str
    additions: tuple[Addition, ...]
    contradictions: tuple[Contradiction, ...]
    of_others: int
    applied: bool


@under_lock
def grow(
    name: str,
    *,
    actor: Actor,
    apply: bool,
    kinds: Collection[LinkKind] = (LinkKind.DUPLICATE,),
    with_others: bool = False,
    case: str | None = None,
) -> Growth:
    """Answer what follows from judgements for a series of the actor's authority, and add it where asked to.

    Args:
        name: The series.
        actor: Its owner.
        apply: Add what follows; else it is only shown.
        kinds: In which ways media must be the same to belong together; each kind makes its own chains.
        with_others: Let the words of other authorities count like one's own.
        case: The case of their own in which the media are added.

    Raises:
        AccessError: The actor may not change series.
        InputError: There is no such series or case, or the series was withdrawn or merged
            (``record.withdrawn``, ``series.merged``).
    """
    with database_errors_in_words(), transaction.atomic():
        series = locked(own_series(name, actor=actor))
        require(actor, Act.SERIES_CHANGE, series)
        require_standing(series)
        place = None if case is None else own_case(case, actor=actor)
        arounds = [around_series(series, kind, actor=actor) for kind in kinds]
        growth, found = _growth(series, arounds, own=actor.authority.pk, with_others=with_others)
        added = 0
        if apply:
            added = put_in(series, found, actor=actor, place=place)
            work_changed([series.pk])
        audit.append(
            audit.AuditTag.SERIES_GROWN,
            actor=actor,
            case_reference=case or "",
            record_ids=[series.pk],
            counts={"follows": len(found), "added": added},
        )
    return replace(growth, applied=apply)


def _growth(
    series: Series, arounds: Sequence[Around], *, own: int, with_others: bool
) -> tuple[Growth, set[int]]:
    """Answer what follows, as it is shown, and the numbers of the media."""
    told = _Told(arounds)
    away = _split_off(series) | _in_part(series)
    additions: dict[int, Addition] = {}
    contradictions: list[Contradiction] = []
    beyond: set[int] = set()
    for around in arounds:
        everybody = around.authorities() | {own}
        follows = around.follows(everybody if with_others else {own})
        for media, chain in follows.chains.items():
            if media not in away:
                additions.setdefault(media, told.addition(chain, around))
        contradictions += (told.contradiction(found, around) for found in follows.contradictions)
        beyond |= around.follows(everybody).chains.keys() - away
    growth = Growth(
        series=series.name,
        additions=tuple(sorted(additions.values(), key=lambda row: row.media)),
        contradictions=tuple(contradictions),
        of_others=len(beyond - additions.keys()),
        applied=False,
    )
    return growth, set(additions)


def _split_off(series: Series) -> set[int]:
    """Answer the media that were split off from the series on purpose."""
    moved = RegroupedMedia.objects.filter(
        regrouping__source=series, regrouping__kind=RegroupingKind.SPLIT, regrouping__undone_at=None
    )
    return set(moved.values_list("media", flat=True))


def _in_part(series: Series) -> set[int]:
    """Answer the media of which the series has some seconds, and no more until somebody says so."""
    rows = SeriesMedia.objects.filter(series=series, spans_ms__isnull=False)
    return set(rows.values_list("media", flat=True))


class _Told:
    """Tells chains of numbers in digests and codes."""

    def __init__(self, arounds: Sequence[Around]) -> None:
        numbers = sorted({media for around in arounds for pair in around.words for media in pair})
        self._names: dict[int, str] = {}
        for some in parts(numbers):
            rows = Media.objects.filter(pk__in=some)
            self._names |= {media.pk: shown_name(media) for media in rows.only("sha256", "sha1", "md5")}
        self._codes = codes_of(said for around in arounds for said in around.words.values())

    def addition(self, chain: tuple[int, ...], around: Around) -> Addition:
        steps = (pair_of(*step) for step in pairwise(chain))
        said_by = {code for step in steps for code in self._who(step, Outcome.CONFIRMED, around)}
        return Addition(self._names[chain[0]], self._chain(chain[::-1]), tuple(sorted(said_by)))

    def contradiction(self, found: Conflict, around: Around) -> Contradiction:
        first, second = found.pair
        return Contradiction(
            pair=(self._names[first], self._names[second]),
            chain=self._chain(found.chain),
            rejected_by=tuple(sorted(self._who(found.pair, Outcome.REJECTED, around))),
        )

    def _chain(self, chain: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self._names[media] for media in chain)

    def _who(self, pair: Pair, outcome: Outcome, around: Around) -> set[str]:
        return {self._codes[number] for number, word in around.words[pair].items() if word is outcome}

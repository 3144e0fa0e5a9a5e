"""What an asker may know of recorded media: questions to the records in batches, through the access door."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min

from cairn.linking import Knowledge
from cairn.linking.owned import Owners
from cairn.records.access import (
    hidden_memberships,
    visible_categorisations,
    visible_sightings,
    visible_to,
)
from cairn.records.asked_often import asked_often
from cairn.records.batches import parts
from cairn.records.cases import Exhibit
from cairn.records.categories import Categorisation, Treatment
from cairn.records.lock import as_the_node
from cairn.records.people import Offender
from cairn.records.series import Series, SeriesMedia
from cairn.services.answering.contacts import contact_of, workers_on
from cairn.services.answering.facts import Holder, SeriesFacts
from cairn.services.footage.keeping import frame_times
from cairn.services.judgements.said import pairs_said
from cairn.services.series.spans import owned_from
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from cairn.linking.evidence import Evidence
    from cairn.linking.judgement import LinkKind
    from cairn.linking.owned import Owned
    from cairn.records.cases import Case
    from cairn.records.sightings import Sighting
    from cairn.records.users import Actor
    from cairn.services.answering.matches import Listed, Said

NO_OWNERS = Owners({})


@dataclass(frozen=True, slots=True)
class Known:
    """What the asker may know of one recorded content.

    Attributes:
        holders: Who has recorded it.
        series: The series that it is in, with all of it or with some of its seconds.
        categories: What was said of it, as ``scheme:code``, and whether that means "of no interest".
        owners: What of it is each series', by their numbers in the answer.
    """

    holders: tuple[Holder, ...] = ()
    series: tuple[SeriesFacts, ...] = ()
    categories: tuple[tuple[str, bool], ...] = ()
    owners: Owners = NO_OWNERS

    @property
    def is_anything(self) -> bool:
        """True where the asker may know anything at all of this content."""
        return bool(self.holders or self.series or self.categories)

    @property
    def for_verdict(self) -> Knowledge:
        """The same, as the verdict's rules read it."""
        return Knowledge(
            is_recorded=bool(self.holders),
            series=tuple(facts.status for facts in self.series if self.owners.owned[facts.id] is None),
            treated_irrelevant=tuple(irrelevant for _, irrelevant in self.categories),
            in_part=any(owned is not None for owned in self.owners.owned.values()),
        )

    def series_met(self, evidence: Evidence) -> tuple[SeriesFacts, ...]:
        """Answer the series that have the seconds of the content that agree."""
        met = self.owners.met_by(evidence)
        return tuple(facts for facts in self.series if facts.id in met)


NOTHING = Known()


def taken_together(known: Iterable[Known], listed: Iterable[Listed] = ()) -> Knowledge:
    """Answer what is known of one content that is recorded more than once, as the verdict's rules read it.

    Args:
        known: What the records say.
        listed: What hash lists say of exactly this content: a word as a category is one.
    """
    each = [one.for_verdict for one in known]
    words = tuple(one.is_irrelevant for one in listed)
    return Knowledge(
        is_recorded=any(one.is_recorded for one in each),
        series=tuple(status for one in each for status in one.series),
        treated_irrelevant=(*words, *(each for one in each for each in one.treated_irrelevant)),
        in_part=any(one.in_part for one in each),
    )


class Recollection:
    """Answers what one asker may know, leaving out what the asker's present case itself has added.

    Without that, a check that is run again after registering would call every file of its own seizure known.
    """

    def __init__(self, asker: Actor, *, present_case: Case | None) -> None:
        """Ask as ``asker``, on behalf of ``present_case`` where there is one."""
        self._asker = asker
        self._case = present_case
        self._facts: dict[int, SeriesFacts] = {}

    def of(self, media: Collection[int]) -> Mapping[int, Known]:
        """Answer what is known of these media ids; an id of which nothing may be known is absent."""
        holders = self._holders(media)
        series = self._series(media)
        categories = self._categories(media)
        return {
            number: Known(
                tuple(holders[number]),
                tuple(self._facts[each] for each in series[number].owned),
                tuple(categories[number]),
                self._as_told(series[number]),
            )
            for number in media
            if number in holders or number in series or number in categories
        }

    def known_among(self, media: Collection[int]) -> set[int]:
        """Answer the media of which ``of`` would say anything, with less work."""
        rows = (self._sightings(), self._memberships(), self._said_of())
        return {number for row in rows for number in _media_in(row, media)}

    def said(self, media: Collection[int]) -> Mapping[tuple[int, int, LinkKind], Said]:
        """Answer what people say of these media and others in each kind, the asker's own word included."""
        return pairs_said(media, actor=self._asker)

    def numbers(self) -> Mapping[int, int]:
        """Answer the records' number of every series that was answered, by its number in the answer."""
        return {facts.id: number for number, facts in self._facts.items()}

    def hidden_series(self, media: Collection[int]) -> Mapping[int, Owners]:
        """Answer by media the series that the asker must not learn of: for the audit and the owners alone."""

        def ask(some: Sequence[int]) -> QuerySet[Any, Any]:
            rows = hidden_memberships(self._asker).filter(media__in=some)
            return rows.values_list("media", "series", "spans_ms")

        with as_the_node("owners learn who met what is hidden"):
            return _owners(self._asked("hidden", media, ask))

    def _asked(
        self, what: str, media: Collection[int], build: Callable[[Sequence[int]], QuerySet[Any, Any]]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a question of this asker; its rules are written once, and asked often."""
        asker = self._asker
        case = None if self._case is None else self._case.pk
        name = ("recollection", what, asker.authority.pk, asker.authority.kind, asker.roles, case)
        for some in parts(list(media)):
            yield from asked_often(name, some, build)

    def _sightings(self) -> QuerySet[Sighting]:
        visible = visible_sightings(self._asker)
        if self._case is None:
            return visible
        # Not by way of each sighting's exhibit: those of others are not the asker's to look at.
        return visible.exclude(exhibit__in=Exhibit.objects.filter(case=self._case))

    def _memberships(self) -> QuerySet[SeriesMedia]:
        visible = visible_to(self._asker, SeriesMedia)
        return visible if self._case is None else visible.exclude(added_in=self._case)

    def _said_of(self) -> QuerySet[Categorisation]:
        visible = visible_categorisations(self._asker)
        return visible if self._case is None else visible.exclude(made_in=self._case)

    def _holders(self, media: Collection[int]) -> Mapping[int, list[Holder]]:
        def ask(some: Sequence[int]) -> QuerySet[Any, Any]:
            return (
                self._sightings()
                .filter(media__in=some)
                .values_list("media", "authority__code", "authority__country", "authority__contact")
                .annotate(sightings=Count("pk"), first=Min("recorded_at"))
                .order_by("first", "authority__code")
            )

        found: defaultdict[int, list[Holder]] = defaultdict(list)
        for number, code, country, contact, sightings, first in self._asked("holders", media, ask):
            found[number].append(Holder(code, country, contact, sightings, first))
        return found

    def _series(self, media: Collection[int]) -> Mapping[int, Owners]:
        def ask(some: Sequence[int]) -> QuerySet[Any, Any]:
            rows = self._memberships().filter(media__in=some)
            return rows.order_by("series").values_list("media", "series", "spans_ms")

        found = _owners(self._asked("series", media, ask))
        self._learn({series for owners in found.values() for series in owners.owned})
        return defaultdict(lambda: NO_OWNERS, found)

    def _as_told(self, owners: Owners) -> Owners:
        """Answer the same by the numbers of the series in the answer."""
        owned = {self._facts[series].id: each for series, each in owners.owned.items()}
        return Owners(owned, owners.frames)

    def _categories(self, media: Collection[int]) -> Mapping[int, list[tuple[str, bool]]]:
        def ask(some: Sequence[int]) -> QuerySet[Any, Any]:
            return (
                self._said_of()
                .filter(media__in=some)
                .values_list("media", "category__scheme__code", "category__code", "category__treatment")
                .order_by("pk")
            )

        found: defaultdict[int, list[tuple[str, bool]]] = defaultdict(list)
        for number, scheme, code, treatment in self._asked("categories", media, ask):
            found[number].append((f"{scheme}:{code}", treatment == Treatment.IRRELEVANT))
        return found

    def _learn(self, numbers: set[int]) -> None:
        """Look up the series that were not met before in this check."""
        fresh = numbers - self._facts.keys()
        if not fresh:
            return
        unknown = Series.objects.filter(pk__in=fresh).select_related("owner", "lead")
        workers = workers_on(fresh, actor=self._asker)
        identified = self._with_identified_offender(fresh)
        for series in unknown.annotate(members=Count("seriesmedia")).order_by("owner__code", "name"):
            self._facts[series.pk] = SeriesFacts(
                id=len(self._facts) + 1,
                name=series.name,
                status=SeriesStatus(series.status),
                status_since=series.status_since,
                owner=contact_of(series.owner),
                lead=contact_of(series.lead),
                workers=workers.get(series.pk, ()),
                handling_code=series.handling_code,
                handling_words=series.handling_words,
                tlp=series.tlp,
                media=series.members,
                offender_identified=series.pk in identified,
            )

    def _with_identified_offender(self, numbers: set[int]) -> set[int]:
        between = Offender.series.through.objects.filter(series__in=numbers)
        seen = visible_to(self._asker, Offender).exclude(identified_on=None)
        return set(between.filter(offender__in=seen).values_list("series", flat=True))


def _owners(rows: Iterable[tuple[int, int, Any]]) -> dict[int, Owners]:
    """Answer by media the series that it lies in, and where a series has some of its seconds its frames."""
    found: defaultdict[int, dict[int, Owned]] = defaultdict(dict)
    for number, series, spans_ms in rows:
        found[number][series] = owned_from(spans_ms)
    in_part = [number for number, row in found.items() if any(each is not None for each in row.values())]
    frames = frame_times(in_part) if in_part else {}
    return {number: Owners(row, frames.get(number, ())) for number, row in found.items()}


def _media_in(rows: QuerySet[Any], media: Collection[int]) -> set[int]:
    return set(rows.filter(media__in=media).values_list("media", flat=True))

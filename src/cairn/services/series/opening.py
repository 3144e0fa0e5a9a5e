"""Series: opened and listed; what else can be said and done of them stands in files of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_series, visible_to
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.series import NAME_LENGTH, Priority, Series, SeriesAlias, SeriesMarker, SeriesMedia
from cairn.sentences import Sentence
from cairn.services.directory.authorities import find_authority
from cairn.services.status.changing import Wish, append_change, make_change
from cairn.services.typed_text import require_text
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from cairn.records.authorities import Authority
    from cairn.records.series import Marker
    from cairn.records.users import Actor

MOST_LISTED = 1000
"""Series that one look lists: more are narrowed down, not read."""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series as listed: its values, and how many media are in it."""

    name: str
    owner: str
    country: str
    status: SeriesStatus
    status_since: date
    handling: Handling
    priority: str
    media: int


@dataclass(frozen=True, slots=True)
class SeriesFilter:
    """Which series are asked for; ``None`` asks for any.

    Attributes:
        status: Only those of this status.
        country: Only those whose owner is of this country.
        marker: Only those that carry this marker, whoever set it.
        words: Only those whose name, or whose name with the asker, holds this text.
        most: How many at the most.
    """

    status: SeriesStatus | None = None
    country: str | None = None
    marker: Marker | None = None
    words: str | None = None
    most: int = MOST_LISTED


ALL = SeriesFilter()


@under_lock
def create_series(
    name: str,
    *,
    actor: Actor,
    status: SeriesStatus = SeriesStatus.UNIDENTIFIED,
    since: date | None = None,
    handling: Handling = Handling.ALLIANCE,
    named: Sequence[str] = (),
) -> Series:
    """Open a series.

    A series is opened *unidentified*, and another status is said of it at once. So *identified* is a proposal
    that a second person has to confirm, also for a series that was solved long ago.

    Args:
        name: What the owner calls it.
        actor: Who opens it; their authority owns and leads it.
        status: What it is, or is proposed to be.
        since: The day since when; ``None`` for today.
        handling: Who may learn of it.
        named: The codes of the authorities that may, for handling *named*.

    Raises:
        AccessError: The actor may not.
        InputError: The name cannot be recorded or is taken (``series.invalid``, ``series.exists``); one is
            named although the handling is not *named*, or one that is no police authority or unknown
            (``series.invalid``, ``authority.missing``); or the day does not hold (``status.day``).
    """
    with database_errors_in_words(), transaction.atomic():
        series = opened(name, actor=actor, handling=handling, named=named)
        change = None
        if status is not SeriesStatus.UNIDENTIFIED:
            change = make_change(series, Wish(status, since), actor=actor)
            series.refresh_from_db()
        audit.append(audit.AuditTag.SERIES_CREATED, actor=actor, record_ids=[series.pk])
        if change is not None:
            append_change(change, actor=actor)
    return series


@under_lock
def opened(name: str, *, actor: Actor, handling: Handling, named: Sequence[str]) -> Series:
    """Open a series in a transaction that goes on, and that ends with writing ``SERIES_CREATED`` down.

    Raises:
        AccessError: The actor may not.
        InputError: As ``create_series`` says.
    """
    if not name.strip():
        raise InputError(Sentence("A series needs a name."), code="series.invalid")
    require_text(name, what="The name of a series", longest=NAME_LENGTH, code="series.invalid")
    authorities = named_authorities(handling, named)
    require(actor, Act.SERIES_CREATE)
    if Series.objects.filter(owner=actor.authority, name=name).exists():
        raise InputError(
            Sentence("%(code)s has a series '%(name)s' already.", code=actor.authority.code, name=name),
            code="series.exists",
        )
    if SeriesAlias.objects.filter(authority=actor.authority, name=name).exists():
        raise InputError(
            Sentence(
                "%(code)s calls another series '%(name)s' already.", code=actor.authority.code, name=name
            ),
            code="series.exists",
        )
    series = Series.objects.create(
        owner=actor.authority,
        lead=actor.authority,
        name=name,
        status=SeriesStatus.UNIDENTIFIED,
        handling=handling,
        status_since=timezone.now().date(),
    )
    series.named.set(authorities)
    return series


def named_authorities(handling: Handling, codes: Sequence[str]) -> Sequence[Authority]:
    """Answer the authorities of these codes, where the handling says that there are any, and only there.

    Raises:
        InputError: Some are named and must not be, or the other way round, or one is no police authority
            (``series.invalid``), or is unknown (``authority.missing``).
    """
    if bool(codes) != (handling is Handling.NAMED):
        raise InputError(
            Sentence("Authorities are named for a series of handling 'named', and only there."),
            code="series.invalid",
        )
    named = [find_authority(code) for code in codes]
    for each in named:
        if not each.is_police:
            raise InputError(
                Sentence("%(code)s is no police authority, and sees no series of others.", code=each.code),
                code="series.invalid",
            )
    return named


@under_lock
def list_series(actor: Actor, wanted: SeriesFilter = ALL) -> tuple[SeriesRow, ...]:
    """Answer the series that the actor may learn of, most urgent first; the look is audited."""
    members = SeriesMedia.objects.filter(series=OuterRef("pk")).order_by().values("series")
    count = Subquery(members.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SERIES_READ)
        found = visible_series(actor).filter(asked(wanted, actor), merged_into=None).select_related("owner")
        found = found.annotate(members=Coalesce(count, 0)).order_by("-priority", "owner__code", "name")
        series = list(found[: wanted.most])
        audit.append(audit.AuditTag.SERIES_LISTED, actor=actor, record_ids=[row.pk for row in series])
    return tuple(
        SeriesRow(
            name=row.name,
            owner=row.owner.code,
            country=row.owner.country,
            status=SeriesStatus(row.status),
            status_since=row.status_since,
            handling=Handling(row.handling),
            priority=str(Priority(row.priority).label),
            media=row.members,
        )
        for row in series
    )


@under_lock
def asked(wanted: SeriesFilter, actor: Actor) -> Q:
    """Answer what is asked for as a condition on the series that the actor sees."""
    condition = Q()
    if wanted.status is not None:
        condition &= Q(status=wanted.status)
    if wanted.country is not None:
        condition &= Q(owner__country=wanted.country)
    if wanted.marker is not None:
        marked = visible_to(actor, SeriesMarker).filter(marker=wanted.marker)
        condition &= Q(pk__in=marked.values("series")) | Q(pk__in=_leading_to(marked, actor))
    if wanted.words is not None:
        alias = Series.objects.filter(
            aliases__authority=actor.authority, aliases__name__icontains=wanted.words
        )
        condition &= Q(name__icontains=wanted.words) | Q(pk__in=alias.values("pk"))
    return condition


def _leading_to(marked: QuerySet[SeriesMarker], actor: Actor) -> set[int]:
    """Answer the series into which the marked ones were merged, directly or not, as the actor sees it."""
    merged = visible_series(actor).filter(merged_into__isnull=False)
    found: set[int] = set()
    latest = _targets(merged.filter(pk__in=marked.values("series")))
    while latest:
        found |= latest
        further = [_targets(merged.filter(pk__in=part)) for part in parts(sorted(latest))]
        latest = set().union(*further) - found
    return found


def _targets(merged: QuerySet[Series]) -> set[int]:
    return {number for number in merged.values_list("merged_into", flat=True) if number is not None}

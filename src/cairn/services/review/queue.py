"""The queue of a case: what is new in it, one entry a content, without what is settled.

Settled is what lies in a series that the asker sees, what the asker's authority has put into a category, and
what somebody has put into one of no interest. Nobody needs to look at it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, FloatField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.cases import Exhibit
from cairn.records.categories import Categorisation, Treatment
from cairn.records.connection import database_errors_in_words
from cairn.records.jobs import CheckItem
from cairn.records.links import Link
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.media import Media
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting
from cairn.services.cases import own_case
from cairn.services.review.entries import FAR_FROM_ALL, entries_of

if TYPE_CHECKING:
    from cairn.records.cases import Case
    from cairn.records.users import Actor
    from cairn.services.review.entries import Entry

PAGE = 24
"""Tiles on a page: as many as fit on a screen, and few enough that each is looked at."""
PICTURES = "image/"


class Order(StrEnum):
    """Which of what is new comes first."""

    NEAR = "near"
    FAR = "far"


class Side(StrEnum):
    """On which side of a content a page lies."""

    AFTER = "after"
    AT = "at"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the queue lies: beside a content, which may be settled meanwhile, or begins with it."""

    sha256: str
    side: Side


class View(StrEnum):
    """How what is new is shown: many small, one large, or a row."""

    GRID = "grid"
    LOUPE = "loupe"
    STRIP = "strip"


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue.

    Attributes:
        case: Its reference.
        entries: In the order that was asked for.
        left: Contents that are not settled.
        settled: Contents of the case that are, and are not shown.
        before: The first of the page, by its SHA-256; ``None`` on the first page.
        after: The last of the page, where something follows.
    """

    case: str
    entries: tuple[Entry, ...]
    left: int
    settled: int
    before: str | None
    after: str | None


@under_lock
def review_queue(
    case: str, *, actor: Actor, order: Order = Order.NEAR, place: Place | None = None, most: int = PAGE
) -> Queue:
    """Answer what is new in a case of the actor's own; the look is audited.

    Args:
        case: Its reference.
        actor: Who reviews.
        order: Nearest to what is recorded first, or last.
        place: Beside which content the page lies: nothing is passed over while others are decided. The first
            page, where there is none, or the content is no longer in the case.
        most: How many.

    Raises:
        AccessError: The actor may not work with material.
        InputError: There is no such case (``case.missing``).
    """
    with database_errors_in_words(), look():
        require(actor, Act.MEDIA_REVEAL)
        held = own_case(case, actor=actor)
        pictures = _pictures(held, actor)
        settled = _settled(actor)
        new = pictures.filter(~settled)
        counts = pictures.aggregate(all=Count("pk"), left=Count("pk", filter=~settled))
        nearness = {"nearest": Coalesce(_nearest(held, actor), FAR_FROM_ALL)}
        here = None
        if place is not None:
            same: Any = pictures.filter(sha256=bytes.fromhex(place.sha256)).annotate(**nearness)
            here = same.values_list("nearest", "sha256").first()
        rows, has_more = _page(new.annotate(**nearness), order, place, here, most)
        entries = entries_of(rows, held, actor)
        audit.append(
            audit.AuditTag.QUEUE_LISTED,
            actor=actor,
            case_reference=held.reference,
            purpose=held.purpose,
            record_ids=[held.pk],
            counts={"media": len(entries)},
        )
    digests = [entry.sha256 for entry in entries]
    return Queue(
        case=held.reference,
        entries=entries,
        left=counts["left"],
        settled=counts["all"] - counts["left"],
        before=digests[0] if digests and here is not None else None,
        after=digests[-1] if digests and has_more else None,
    )


def _page(
    new: QuerySet[Any], order: Order, place: Place | None, here: tuple[float, bytes] | None, most: int
) -> tuple[list[Media], bool]:
    """Answer the contents of a page, and whether others follow."""
    # By digest where they are alike: by number would tell which was on the node before.
    forwards = ("-nearest" if order is Order.NEAR else "nearest", "sha256")
    if place is None or here is None:
        rows = list(new.order_by(*forwards)[: most + 1])
        return rows[:most], len(rows) > most
    nearest, sha256 = here
    nearer, farther = Q(nearest__gt=nearest), Q(nearest__lt=nearest)
    earlier, later = (nearer, farther) if order is Order.NEAR else (farther, nearer)
    if place.side is Side.BEFORE:
        backwards = ("nearest" if order is Order.NEAR else "-nearest", "-sha256")
        found = new.filter(earlier | Q(nearest=nearest, sha256__lt=sha256)).order_by(*backwards)
        rows = list(found[:most])[::-1]
        # Fewer than a page came before: that is the first page, and it is shown whole.
        return (rows, True) if len(rows) == most else _page(new, order, None, None, most)
    at = "sha256__gte" if place.side is Side.AT else "sha256__gt"
    rows = list(new.filter(later | Q(**{"nearest": nearest, at: sha256})).order_by(*forwards)[: most + 1])
    return rows[:most], len(rows) > most


def _pictures(case: Case, actor: Actor) -> QuerySet[Media]:
    """Answer the pictures and videos found or checked in the case; it is asked first, not all media."""
    found = Sighting.objects.filter(exhibit__case=case, authority=actor.authority, withdrawn_at=None)
    checked = CheckItem.objects.filter(check_run__case=case, media__isnull=False)
    numbers = found.order_by().values("media").union(checked.order_by().values("media"))
    shows = Q(media_type__startswith=PICTURES) | Q(moves=True)
    return Media.objects.filter(shows, pk__in=numbers)


def _settled(actor: Actor) -> Q:
    here = {"media": OuterRef("pk")}
    # A stretch in a series does not say that anybody has seen the rest.
    in_series = visible_to(actor, SeriesMedia).filter(**here, spans_ms__isnull=True)
    words = visible_to(actor, Categorisation).filter(**here, withdrawn_at=None)
    said = words.filter(Q(authority=actor.authority) | Q(category__treatment=Treatment.IRRELEVANT))
    return Q(Exists(in_series)) | Q(Exists(said))


def _nearest(case: Case, actor: Actor) -> Subquery:
    """Answer the score of the strongest link that the actor sees, from either end, to what was known before.

    That is: to a media that lies in a series that the actor sees, or of which the actor sees a sighting
    outside of this case. So both ends are known to the actor, which is the door's own rule of links; asked
    once more, it would cost more than all else.
    """
    # By the case's own exhibits: those of others are not seen, so a sighting joined to one would vanish.
    elsewhere = visible_to(actor, Sighting).exclude(exhibit__in=Exhibit.objects.filter(case=case))
    in_series = visible_to(actor, SeriesMedia)

    def near(end: str, other: str) -> Q:
        there = {"media": OuterRef(other)}
        known = Q(Exists(in_series.filter(**there))) | Q(Exists(elsewhere.filter(**there)))
        return Q(**{end: OuterRef("pk")}) & known

    links = Link.objects.filter(near("first", "second") | near("second", "first")).order_by()
    # One group of all of them: ordered by score, a database would walk through all links for the first.
    best = links.annotate(all=Value(1)).values("all").annotate(best=Max("score")).values("best")
    return Subquery(best, output_field=FloatField())

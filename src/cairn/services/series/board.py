"""The series board: a series' page, and what its reader may do with the series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.records.access import Act, may, visible_to
from cairn.records.alerts import Subscription
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.series import Priority
from cairn.services.joint.hand_over import LeadOffer, waiting_offer
from cairn.services.series.names import full_name, numbered_series
from cairn.services.series.page import SeriesPage, series_page
from cairn.services.status.subjects import confirmers, proposers

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.records.series import Series
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class Able:
    """What the reader may do with the series, by role and by whose it is.

    Attributes:
        note: Say something of it: notes, names, markers, claims.
        follow: Be told of it.
        ask: Ask an authority about it.
        work: Change it, as its owner or its lead: priority, and the list of its media.
        own: Say who sees it, and regroup it, as its owner.
        propose: Change its status, or propose the change.
        confirm: Be the second person.
        lead_away: Offer its lead to another.
        record: Record who is in it.
        withdraw: Hide it from others.
        read_links: Read the links of its media.
    """

    note: bool
    follow: bool
    ask: bool
    work: bool
    own: bool
    propose: bool
    confirm: bool
    lead_away: bool
    record: bool
    withdraw: bool
    read_links: bool


@dataclass(frozen=True, slots=True)
class Board:
    """A series' page, with what only a page of its own has room for.

    Attributes:
        number: What the page is found by.
        full_name: ``OWNER/NAME``.
        page: All that the reader may know.
        priority: How urgent.
        withdrawn_at: When its owner hid it from others; ``None`` while it stands.
        able: What the reader may do.
        offer: The offer of its lead that waits, where the reader is one of its two sides.
        follows: The number of the reader's subscription to it; ``None`` where there is none.
    """

    number: int
    full_name: str
    page: SeriesPage
    priority: Priority
    withdrawn_at: datetime | None
    able: Able
    offer: LeadOffer | None
    follows: int | None


@under_lock
def series_board(number: int, *, actor: Actor, case: str = "", purpose: str = "") -> Board:
    """Answer the board of the series of that number; the look is audited.

    Raises:
        AccessError: There is none that the actor may see (``access.missing``).
        InputError: The actor has no such case, or the purpose cannot be recorded (``case.missing``,
            ``case.invalid``).
    """
    with database_errors_in_words(), look():
        series = numbered_series(number, actor=actor)
        able = able_with(series, actor=actor)
        return Board(
            number=series.pk,
            full_name=full_name(series),
            priority=Priority(series.priority),
            withdrawn_at=series.withdrawn_at,
            able=able,
            offer=waiting_offer(series, actor=actor) if may(actor, Act.SERIES_HAND_OVER).allowed else None,
            follows=_follows(series, actor) if able.follow else None,
            page=series_page(series, actor=actor, case=case, purpose=purpose),
        )


@under_lock
def able_with(series: Series, *, actor: Actor) -> Able:
    """Answer what the actor, who sees the series, may do with it; each act asks for itself once more."""
    mine = actor.authority.pk
    leads, owns = mine in proposers(series), mine == series.owner_id
    stands = series.withdrawn_at is None

    def role(act: Act) -> bool:
        return may(actor, act).allowed

    return Able(
        note=stands and role(Act.SERIES_NOTE),
        follow=role(Act.SUBSCRIPTION_MANAGE),
        ask=stands and role(Act.QUESTION_ASK),
        work=leads and stands and role(Act.SERIES_CHANGE),
        own=owns and stands and role(Act.SERIES_SHARE),
        propose=leads and stands and role(Act.STATUS_PROPOSE),
        confirm=mine in confirmers(series) and stands and role(Act.STATUS_CONFIRM),
        lead_away=leads and stands and role(Act.SERIES_HAND_OVER),
        record=stands and role(Act.PERSON_CHANGE),
        withdraw=owns and role(Act.RECORD_WITHDRAW),
        read_links=role(Act.LINK_READ),
    )


def _follows(series: Series, actor: Actor) -> int | None:
    rows = visible_to(actor, Subscription).filter(series=series).order_by("pk")
    return rows.values_list("pk", flat=True).first()

"""Subscriptions: what an authority wants to be told of, and who of its people by e-mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_series, visible_to
from cairn.records.alerts import Subscription
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.users import EMAIL_LENGTH
from cairn.sentences import Sentence
from cairn.services.series.names import find_series

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.records.users import Actor
    from cairn.services.alerting.searches import Search

_COUNTRY = re.compile(r"[A-Z]{2}")
_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is subscribed to: a series, a country or a search; none of them for every alert.

    Attributes:
        series: A series, as the actor calls it.
        country: What the authorities of this country register.
        search: What fits this.
        by_email: Write to the person, too.
    """

    series: str | None = None
    country: str | None = None
    search: Search | None = None
    by_email: bool = False


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription as listed.

    Attributes:
        number: How it is ended.
        series: The series' name, where it is of one; empty where the actor sees it no more.
        country: The country, or empty.
        search: The filters of a saved search, or ``None``.
        person: The login of who made it; ``None`` for the operator.
        by_email: They are written to.
        since: Since when.
    """

    number: int
    series: str | None
    country: str
    search: dict[str, object] | None
    person: str | None
    by_email: bool
    since: datetime


@under_lock
def subscribe(wanted: Wanted, *, actor: Actor) -> Subscription:
    """Follow a series, a country or a search for the actor's authority.

    Raises:
        AccessError: The actor may not.
        InputError: More than one thing is named, there is no such series, or a mail is wanted by somebody who
            has no address (``subscription.invalid``, ``series.missing``, ``subscription.address``).
    """
    given = [each for each in (wanted.series, wanted.country, wanted.search) if each is not None]
    if len(given) > 1 or (not given and not wanted.by_email):
        raise InputError(
            Sentence("Name one thing to follow: a series, a country or a search; or all alerts, by e-mail."),
            code="subscription.invalid",
        )
    if wanted.country is not None and not _COUNTRY.fullmatch(wanted.country):
        raise InputError(
            Sentence(
                "'%(country)s' is no country: use the two capitals of ISO 3166.", country=wanted.country
            ),
            code="subscription.invalid",
        )
    if wanted.by_email and (actor.user is None or not actor.user.email):
        raise InputError(
            Sentence(
                "E-mail goes to a person who signs in with --user and has given an address with: cairn alert "
                "address"
            ),
            code="subscription.address",
        )
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SUBSCRIPTION_MANAGE)
        made = Subscription.objects.create(
            authority=actor.authority,
            user=actor.user,
            series=None if wanted.series is None else find_series(wanted.series, actor=actor),
            country=wanted.country or "",
            search=None if wanted.search is None else wanted.search.as_record(),
            by_email=wanted.by_email,
        )
        audit.append(audit.AuditTag.SUBSCRIBED, actor=actor, record_ids=[made.pk])
    return made


@under_lock
def unsubscribe(number: int, *, actor: Actor) -> None:
    """End a subscription of the actor's authority.

    Raises:
        AccessError: The actor may not.
        InputError: There is none of that number (``subscription.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        found = visible_to(actor, Subscription).filter(pk=number).first()
        if found is None:
            raise InputError(
                Sentence(
                    "%(code)s has no subscription %(number)s.", code=actor.authority.code, number=str(number)
                ),
                code="subscription.missing",
            )
        require(actor, Act.SUBSCRIPTION_MANAGE, found)
        found.delete()
        audit.append(audit.AuditTag.UNSUBSCRIBED, actor=actor, record_ids=[number])


@under_lock
def list_subscriptions(*, actor: Actor) -> tuple[SubscriptionRow, ...]:
    """Answer what the actor's authority follows; the look is audited."""
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SUBSCRIPTION_MANAGE)
        rows = list(visible_to(actor, Subscription).select_related("user").order_by("pk"))
        wanted = {row.series_id for row in rows if row.series_id is not None}
        names = dict(visible_series(actor).filter(pk__in=wanted).values_list("pk", "name"))
        audit.append(audit.AuditTag.SUBSCRIPTION_LISTED, actor=actor, record_ids=[row.pk for row in rows])
    return tuple(
        SubscriptionRow(
            number=row.pk,
            series=None if row.series_id is None else names.get(row.series_id, ""),
            country=row.country,
            search=row.search,
            person=None if row.user is None else row.user.login,
            by_email=row.by_email,
            since=row.created_at,
        )
        for row in rows
    )


@under_lock
def set_address(address: str, *, actor: Actor) -> None:
    """Say where the person who acts can be written to; empty for nowhere.

    Raises:
        InputError: It is no address, or the operator acts, who is no person (``subscription.address``).
    """
    if actor.user is None:
        raise InputError(
            Sentence("An address is a person's: sign in with --user."), code="subscription.address"
        )
    if address and (len(address) > EMAIL_LENGTH or not _ADDRESS.fullmatch(address)):
        raise InputError(
            Sentence("'%(address)s' is no e-mail address.", address=address), code="subscription.address"
        )
    with database_errors_in_words(), transaction.atomic():
        actor.user.email = address
        actor.user.save(update_fields=["email"])
        audit.append(audit.AuditTag.USER_CHANGED, actor=actor, record_ids=[actor.user.pk])

"""People of an authority, and series that two of them have settled, for the tests of the services."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from cairn.records.users import Actor, Role, User
from cairn.services.series.opening import create_series
from cairn.services.status.changing import Wish, change_status, confirm_status
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.authorities import Authority
    from cairn.records.series import Series
    from cairn.services.status.subjects import Subject

numbers = itertools.count(1)


def person(authority: Authority, role: Role = Role.INVESTIGATOR) -> Actor:
    """Record a person of the authority, who has signed in."""
    login = f"{authority.code.lower()}-{next(numbers)}"
    user = User.objects.create(authority=authority, login=login, name=login, role=role, password="!")
    return Actor.person(user)


def settle(subject: Subject, owner: Authority, status: str, *, on: date | None = None) -> None:
    """Let one person of the authority propose the status, and another one confirm it."""
    change_status(subject, Wish(status, on), actor=person(owner))
    confirm_status(subject, actor=person(owner))
    subject.refresh_from_db()


def settled_series(
    name: str,
    owner: Authority,
    *,
    status: SeriesStatus = SeriesStatus.IDENTIFIED,
    on: date | None = None,
    **words: object,
) -> Series:
    """Open a series whose victim two persons of its owner say is identified."""
    series = create_series(name, actor=Actor.operator(owner), **words)  # type: ignore[arg-type]  # a test's words
    settle(series, owner, status, on=on)
    return series

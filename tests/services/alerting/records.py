"""Small alliances for the tests of alerts: authorities, series, media and sightings, without any file."""

from __future__ import annotations

import itertools
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from cairn.records.alerts import Alert
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.media import Media
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting, SightingSource, digest_of_address
from cairn.records.status import StatusChange
from cairn.records.users import Role, User
from cairn.services.alerting import work_changed
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

numbers = itertools.count()

DAY = date(2026, 3, 14)


def authority(code: str, kind: AuthorityKind = AuthorityKind.UNIT, *, country: str = "BR") -> Authority:
    return Authority.objects.create(code=code, name=code, kind=kind, country=country, contact=f"desk@{code}")


def person(of: Authority, login: str, role: Role = Role.INVESTIGATOR, *, email: str = "") -> User:
    return User.objects.create(
        authority=of, login=login, name=login, role=role, email=email, password=make_password("long and ours")
    )


def media() -> Media:
    digest = sha256(str(next(numbers)).encode()).digest()
    return Media.objects.create(sha256=digest, sha1=digest[:20], md5=digest[:16], size_bytes=1, method="m")


def case(of: Authority, reference: str = "K1") -> Case:
    return Case.objects.get_or_create(authority=of, reference=reference)[0]


def sighting(
    what: Media, by: Authority, *, source: SightingSource = SightingSource.SEIZURE, reference: str = "K1"
) -> Sighting:
    exhibit, _ = Exhibit.objects.get_or_create(case=case(by, reference), label="1")
    address = str(next(numbers))
    return Sighting.objects.create(
        media=what,
        authority=by,
        exhibit=exhibit,
        address=address,
        address_digest=digest_of_address(address),
        source=source,
    )


def series(
    owner: Authority,
    *of: Media,
    handling: Handling = Handling.ALLIANCE,
    named: Iterable[Authority] = (),
    status: SeriesStatus = SeriesStatus.UNIDENTIFIED,
    name: str | None = None,
) -> Series:
    made = Series.objects.create(
        owner=owner,
        lead=owner,
        name=name or f"Series {next(numbers)}",
        status=status,
        status_since=timezone.now().date(),
        handling=handling,
    )
    made.named.set(named)
    SeriesMedia.objects.bulk_create([SeriesMedia(series=made, media=each, added_by=owner) for each in of])
    return made


def identified(what: Series, *, by: Authority | None = None, confirmed: bool = True) -> StatusChange:
    """Answer a change that says that the series' victim was identified."""
    return StatusChange.objects.create(
        series=what,
        from_status=SeriesStatus.IN_PROGRESS,
        to_status=SeriesStatus.IDENTIFIED,
        holds_since=DAY,
        authority=by or what.owner,
        confirmed_at=timezone.now() if confirmed else None,
    )


def look_for_same_work(*what: Series) -> None:
    with transaction.atomic():
        work_changed([each.pk for each in what])


def told(authority: Authority) -> list[tuple[str, int | None, str | None]]:
    """Answer what an authority was told, in order: the kind, the series' id and the other's code."""
    rows = Alert.objects.filter(authority=authority).order_by("kind", "series", "about__code")
    return list(rows.values_list("kind", "series", "about__code"))

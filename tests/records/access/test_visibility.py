"""The door: what an asker may not see does not exist for the asker."""

from __future__ import annotations

import itertools
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.records.access import visible_categorisations, visible_series, visible_sightings
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation, Category
from cairn.records.media import Media
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting, digest_of_address
from cairn.records.users import Actor, Role
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

numbers = itertools.count()


def authority(kind: AuthorityKind) -> Authority:
    return Authority.objects.create(
        code=f"A{next(numbers)}", name="name", kind=kind, country="BR", contact="contact"
    )


def worker(own: Authority) -> Actor:
    """Answer somebody who works with material, whatever the authority is."""
    return Actor(own, frozenset({Role.INVESTIGATOR}))


def recorded_by(holder: Authority) -> Media:
    digest = sha256(str(next(numbers)).encode()).digest()
    media = Media.objects.create(sha256=digest, sha1=digest[:20], md5=digest[:16], size_bytes=1, method="m")
    exhibit = Exhibit.objects.create(case=Case.objects.create(authority=holder, reference="1"), label="1")
    Sighting.objects.create(
        media=media, authority=holder, exhibit=exhibit, address="a", address_digest=digest_of_address("a")
    )
    Categorisation.objects.create(media=media, authority=holder, category=Category.objects.all()[0])
    return media


def series_of(owner: Authority, media: Media, handling: Handling, *named: Authority) -> Series:
    series = Series.objects.create(
        owner=owner,
        lead=owner,
        name="S",
        status=SeriesStatus.UNIDENTIFIED,
        status_since=timezone.now().date(),
        handling=handling,
    )
    series.named.set(named)
    SeriesMedia.objects.create(series=series, media=media, added_by=owner)
    return series


def sees(asker: Authority, media: Media) -> tuple[bool, bool]:
    """Answer whether the asker sees a sighting, and a categorisation, of the media."""
    return (
        visible_sightings(worker(asker)).filter(media=media).exists(),
        visible_categorisations(worker(asker)).filter(media=media).exists(),
    )


@pytest.mark.parametrize("kind", AuthorityKind)
@pytest.mark.parametrize("handling", Handling)
@pytest.mark.parametrize("named", [False, True])
def test_who_sees_a_series_of_another_authority(
    node: Node, kind: AuthorityKind, handling: Handling, named: bool
) -> None:
    asker = authority(kind)
    media = recorded_by(node.authority)
    series = series_of(node.authority, media, handling, *([asker] if named else []))
    police = kind in {AuthorityKind.UNIT, AuthorityKind.HUB}
    expected = police and (handling is Handling.ALLIANCE or (handling is Handling.NAMED and named))
    assert visible_series(worker(asker)).filter(pk=series.pk).exists() is expected
    assert sees(asker, media) == (expected, expected)


@pytest.mark.parametrize("kind", AuthorityKind)
@pytest.mark.parametrize("handling", Handling)
def test_an_authority_always_sees_what_is_its_own(
    node: Node, kind: AuthorityKind, handling: Handling
) -> None:
    owner = authority(kind)
    media = recorded_by(owner)
    series = series_of(owner, media, handling)
    assert visible_series(worker(owner)).filter(pk=series.pk).exists()
    assert sees(owner, media) == (True, True)


@pytest.mark.parametrize("kind", AuthorityKind)
def test_police_see_what_is_recorded_outside_any_series_and_others_do_not(
    node: Node, kind: AuthorityKind
) -> None:
    asker = authority(kind)
    assert sees(asker, recorded_by(node.authority)) == ((asker.is_police,) * 2)


def test_a_third_authority_s_record_does_not_give_a_blind_series_away(node: Node) -> None:
    third, asker = authority(AuthorityKind.UNIT), authority(AuthorityKind.UNIT)
    media = recorded_by(third)
    assert sees(asker, media) == (True, True)
    series_of(node.authority, media, Handling.BLIND)
    assert sees(asker, media) == (False, False)
    assert sees(third, media) == (True, True)


def test_the_asker_s_own_sighting_stays_its_own_beside_a_blind_series(node: Node) -> None:
    asker = authority(AuthorityKind.UNIT)
    media = recorded_by(asker)
    series_of(node.authority, media, Handling.BLIND)
    assert set(visible_sightings(worker(asker)).filter(media=media).values_list("authority", flat=True)) == {
        asker.pk
    }


def holders_seen(asker: Authority, media: Media) -> tuple[set[int], set[int]]:
    """Answer whose sightings, and whose categorisations, of the media the asker sees."""
    sightings = visible_sightings(worker(asker)).filter(media=media).values_list("authority", flat=True)
    words = visible_categorisations(worker(asker)).filter(media=media).values_list("authority", flat=True)
    return set(sightings), set(words)


def seen_by(holder: Authority, media: Media) -> None:
    """Let another authority record and categorise the media too."""
    exhibit = Exhibit.objects.create(case=Case.objects.create(authority=holder, reference="2"), label="1")
    Sighting.objects.create(
        media=media, authority=holder, exhibit=exhibit, address="a", address_digest=digest_of_address("a")
    )
    Categorisation.objects.create(media=media, authority=holder, category=Category.objects.all()[0])


def test_a_media_of_a_series_that_is_seen_keeps_its_holders_beside_a_blind_series(node: Node) -> None:
    owner, blind, third, asker = (authority(AuthorityKind.UNIT) for _ in range(4))
    media = recorded_by(owner)
    for holder in (blind, third):
        seen_by(holder, media)
    series_of(owner, media, Handling.ALLIANCE)
    before = holders_seen(asker, media)
    series_of(blind, media, Handling.BLIND)
    assert before == ({owner.pk, blind.pk, third.pk},) * 2
    assert holders_seen(asker, media) == ({owner.pk, third.pk},) * 2


def test_an_owner_of_a_seen_and_of_a_blind_series_stays_a_holder_of_what_is_in_both(node: Node) -> None:
    owner, asker = authority(AuthorityKind.UNIT), authority(AuthorityKind.UNIT)
    media = recorded_by(owner)
    series_of(owner, media, Handling.ALLIANCE)
    hidden = series_of(authority(AuthorityKind.UNIT), media, Handling.BLIND)
    Series.objects.filter(pk=hidden.pk).update(owner=owner, name="T")
    assert holders_seen(asker, media) == ({owner.pk},) * 2
    Series.objects.filter(owner=owner).update(handling=Handling.BLIND)
    assert holders_seen(asker, media) == (set(), set())

"""Registering a check: what was found becomes sightings, which the whole alliance can then meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records import audit
from cairn.records.access import visible_sightings
from cairn.records.batches import parts
from cairn.records.categories import Categorisation
from cairn.records.connection import database_errors_in_words
from cairn.records.sightings import Sighting
from cairn.services.alerting.following import tell_of_registering
from cairn.services.alerting.same_work import WorkWatch
from cairn.services.features.keeping import await_features
from cairn.services.node.indexing import await_index, await_links
from cairn.services.series.adding_media import append_added, put_in, standing_locked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from cairn.records.cases import Exhibit
    from cairn.records.categories import Category
    from cairn.records.jobs import Check, CheckItem
    from cairn.records.series import Series
    from cairn.records.sightings import SightingSource
    from cairn.records.users import Actor

BATCH_ITEMS = 500
"""Items a transaction: what is registered before a crash stays, and the same command adds the rest."""


@dataclass(frozen=True, slots=True)
class Registration:
    """Where the items of a check are to be recorded, and what is said of them."""

    actor: Actor
    exhibit: Exhibit
    series: Series | None
    category: Category | None
    source: SightingSource
    found_at: datetime | None


def register(check: Check, registration: Registration, *, met: Collection[bytes]) -> int:
    """Record a sighting of every item that was read, and answer how many were not there before.

    Args:
        check: The check, completely measured.
        registration: Where, and what is said.
        met: The address digests of this walk; items of an earlier walk that are gone are left out.

    Raises:
        AccessError: The series is no longer the actor's to change; what came before stays registered.
        InputError: The series was withdrawn since (``record.withdrawn``).
    """
    with database_errors_in_words():
        before = Sighting.objects.filter(exhibit=registration.exhibit).count()
        for part in parts(list(_met(check, met)), BATCH_ITEMS):
            items = check.items.filter(pk__in=part)
            with transaction.atomic():
                _register_batch(list(items), registration)
        return Sighting.objects.filter(exhibit=registration.exhibit).count() - before


def tell_of_registered(check: Check, registration: Registration, *, met: Collection[bytes]) -> None:
    """Tell of what a check has registered, as ``tell_of_media``.

    Args:
        check: The check.
        registration: Where it was registered.
        met: The address digests of this walk.
    """
    media = {number for number in _met(check, met).values() if number is not None}
    tell_of_media(check, registration, media=media)


def tell_of_media(check: Check, registration: Registration, *, media: Collection[int]) -> None:
    """Tell those who work on the same, and those who follow what was registered; all of it or nothing.

    Whom it tells, and so how long it takes, depends on what the actor may not know: it is called in an even
    time. Killed before its end, it is made up for by the same command, which tells of everything again.
    """
    watch = WorkWatch()
    with database_errors_in_words(), transaction.atomic():
        for part in parts(sorted(media), BATCH_ITEMS):
            watch.registered(part)
        tell_of_registering(check, registration.exhibit, by=registration.actor.authority)


def _met(check: Check, met: Collection[bytes]) -> Mapping[int, int | None]:
    """Answer the items of this walk that were read, each with its media."""
    rows = check.items.filter(media__isnull=False).order_by("pk")
    found = rows.values_list("pk", "media", "address_digest").iterator(chunk_size=10_000)
    return {number: media for number, media, digest in found if bytes(digest) in met}


def _register_batch(items: Sequence[CheckItem], registration: Registration) -> None:
    """Write one batch in the order in which a reader may rely on it: the hash waits for the index first."""
    found = [_sighting(item, item.media_id, registration) for item in items if item.media_id is not None]
    write_sightings(found, registration)


def write_sightings(found: Sequence[Sighting], registration: Registration) -> None:
    """Record sightings, and what is said of their media; in a transaction, as an audited act."""
    # Sorted, so that two checks that register the same wait for each other and never in a circle.
    sightings = sorted(found, key=lambda each: (each.media_id, bytes(each.address_digest)))
    media = {sighting.media_id for sighting in sightings}
    # What the actor may not see waits as if it were new: the work and its time are as where nobody holds it.
    # The index and the links leave out by themselves what they have already.
    known = visible_sightings(registration.actor).filter(media__in=media)
    recorded = set(known.values_list("media", flat=True))
    await_index(sorted(media - recorded))
    await_links(sorted(media - recorded))
    await_features(sorted(media - recorded))
    actor, case = registration.actor, registration.exhibit.case
    series = None if registration.series is None else standing_locked(registration.series, actor=actor)
    Sighting.objects.bulk_create(sightings, ignore_conflicts=True)
    added = 0 if series is None else put_in(series, media, actor=actor, place=case)
    _categorise(media, registration)
    if series is not None:
        append_added(series, added, actor=actor, place=case)
    audit.append(
        audit.AuditTag.CHECK_REGISTERED,
        actor=actor,
        case_reference=case.reference,
        record_ids=[registration.exhibit.pk],
        counts={"items": len(found)},
    )


def _sighting(item: CheckItem, media: int, registration: Registration) -> Sighting:
    return Sighting(
        media_id=media,
        authority=registration.actor.authority,
        exhibit=registration.exhibit,
        address=item.address,
        address_digest=item.address_digest,
        file_changed_at=item.file_changed_at,
        source=registration.source,
        found_at=registration.found_at,
    )


def _categorise(media: Collection[int], registration: Registration) -> None:
    """Put the media into the category that was named with the command."""
    if registration.category is not None:
        Categorisation.objects.bulk_create(
            [
                Categorisation(
                    media_id=number,
                    category=registration.category,
                    authority=registration.actor.authority,
                    made_in=registration.exhibit.case,
                )
                for number in sorted(media)
            ],
            ignore_conflicts=True,
        )

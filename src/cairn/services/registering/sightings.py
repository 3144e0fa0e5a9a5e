"""Sightings that a program hands in: recorded in its authority's own case, and told to who holds the content.

The answer says how much of it is new in the case itself, and nothing of what others hold; all of it takes an
even time.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.linking import PDQ_31
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.authorities import AuthorityKind
from cairn.records.batches import parts
from cairn.records.cases import LABEL_LENGTH, REFERENCE_LENGTH, Exhibit
from cairn.records.connection import database_errors_in_words
from cairn.records.jobs import Check, CheckItem
from cairn.records.lock import node_work, under_lock
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting, SightingSource, digest_of_address
from cairn.services.alerting.meeting import Meeting, Met, tell_holders
from cairn.services.cases import case_of_check
from cairn.services.checking.content import record_contents
from cairn.services.checking.even_time import evenly
from cairn.services.checking.register import Registration, tell_of_media, write_sightings
from cairn.services.checking.stated import METHOD, record_stated
from cairn.services.checking.suggesting import suggest
from cairn.services.typed_text import require_text
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.types import Fingerprints, StatedDigests

MOST_SIGHTINGS: Final = 500
"""In one call: as many as one transaction takes everywhere else."""
STEP_S: Final = 0.5
"""Several times what a full call takes, also where it meets hidden series; see ``even_time``."""
ADDRESS_LENGTH: Final = 4_000
_SOURCES: Mapping[str, SightingSource] = {
    AuthorityKind.HOTLINE: SightingSource.HOTLINE_REPORT,
    AuthorityKind.COMPANY: SightingSource.COMPANY_REPORT,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where sightings are recorded, and how the content came there.

    Attributes:
        case: The authority's own reference; the case is opened where there is none.
        exhibit: What in the case it is of.
        source: How it came; ``None`` for what is usual for such an authority.
        found_at: When it was met, where that is known.
    """

    case: str
    exhibit: str
    source: SightingSource | None = None
    found_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One content, by what is stated of it, and where it was found: a path, or a number at the reporter's."""

    digests: StatedDigests
    address: str


@dataclass(frozen=True, slots=True)
class Registered:
    """How many sightings were handed in, and how many of them the case did not have before."""

    asked: int
    added: int


@under_lock
def register_stated(node: Node, found: Sequence[Found], place: Place, *, actor: Actor) -> Registered:
    """Record sightings of contents that are not at hand; what is there already is not added twice.

    Raises:
        AccessError: The actor may not register.
        InputError: There is none or there are too many, one states neither MD5 nor SHA-1, or a text cannot be
            recorded (``sighting.invalid``).
    """
    if not 1 <= len(found) <= MOST_SIGHTINGS:
        raise _invalid(f"Register 1 to {MOST_SIGHTINGS:,} sightings at once.")
    for number, each in enumerate(found):
        if each.digests.md5 is None and each.digests.sha1 is None:
            raise _invalid(f"The sighting at position {number} has neither an MD5 nor a SHA-1.")

    def numbers() -> list[int]:
        recorded = record_stated([each.digests for each in found], actor=actor)
        return [recorded[each.digests] for each in found]

    return _registered(node, numbers, [each.address for each in found], place, actor)


@under_lock
def register_file(node: Node, file: Fingerprints, address: str, place: Place, *, actor: Actor) -> Registered:
    """Record a sighting of a file that was measured; its picture is met by near copies from now on.

    Raises:
        AccessError: The actor may not register.
        InputError: A text cannot be recorded (``sighting.invalid``).
    """

    def numbers() -> list[int]:
        return list(record_contents([file], mode=PdqMode.FAST).values())

    return _registered(node, numbers, [address], place, actor)


def _registered(
    node: Node, numbers: Callable[[], list[int]], addresses: Sequence[str], place: Place, actor: Actor
) -> Registered:
    require(actor, Act.SIGHTING_REPORT)
    _require_texts(place, addresses)
    with database_errors_in_words(), evenly(STEP_S):
        with transaction.atomic():
            registration = _registration(place, actor)
            media = numbers()
            rows = [_sighting(*each, registration) for each in zip(media, addresses, strict=True)]
            held = Sighting.objects.filter(exhibit=registration.exhibit)
            before = held.count()
            write_sightings(rows, registration)
            added = held.count() - before
            run = _run(rows, registration)
        tell_of_media(run, registration, media=media)
        suggest(node, policy=PDQ_31, check=run)
        with transaction.atomic():
            _tell_holders(run, media, registration)
    return Registered(len(addresses), added)


def _require_texts(place: Place, addresses: Sequence[str]) -> None:
    code = "sighting.invalid"
    require_text(place.case, what="A case reference", longest=REFERENCE_LENGTH, code=code)
    require_text(place.exhibit, what="An exhibit", longest=LABEL_LENGTH, code=code)
    for address in addresses:
        require_text(address, what="Where something was found", longest=ADDRESS_LENGTH, code=code)


def _registration(place: Place, actor: Actor) -> Registration:
    case = case_of_check(place.case, actor=actor)
    exhibit, _ = Exhibit.objects.get_or_create(case=case, label=place.exhibit)
    source = place.source or _SOURCES.get(actor.authority.kind, SightingSource.SEIZURE)
    return Registration(actor, exhibit, None, None, source=source, found_at=place.found_at)


def _sighting(media: int, address: str, registration: Registration) -> Sighting:
    return Sighting(
        media_id=media,
        authority=registration.actor.authority,
        exhibit=registration.exhibit,
        address=address,
        address_digest=digest_of_address(address),
        source=registration.source,
        found_at=registration.found_at,
    )


def _run(rows: Sequence[Sighting], registration: Registration) -> Check:
    """Answer the check that stands for this call, with what it met: so withdrawals find whom to tell."""
    run = Check.objects.create(
        authority=registration.actor.authority,
        case=registration.exhibit.case,
        request_digest=secrets.token_bytes(32),
        finished_at=timezone.now(),
    )
    items = [
        CheckItem(
            check_run=run,
            address=each.address,
            address_digest=digest_of_address(f"{each.address}\0{number}"),
            signature=METHOD,
            is_done=True,
            media_id=each.media_id,
        )
        for number, each in enumerate(rows)
    ]
    CheckItem.objects.bulk_create(items)
    return run


def _tell_holders(run: Check, media: Sequence[int], registration: Registration) -> None:
    """Tell those who hold the series of what was registered; the caller is told of none."""
    actor, case = registration.actor, registration.exhibit.case
    met = Met({}, _series(media))
    tell_holders(run, met, asker=actor, registered=True)
    audit.append(
        audit.AuditTag.SERIES_MET_UNSEEN,
        actor=actor,
        case_reference=case.reference,
        purpose=case.purpose,
        record_ids=met.unseen,
    )


@node_work("holders learn who has registered what lies in their series")
def _series(media: Sequence[int]) -> dict[int, Meeting]:
    lies: defaultdict[int, set[int]] = defaultdict(set)
    for part in parts(sorted(set(media))):
        for number, series in SeriesMedia.objects.filter(media__in=part).values_list("media", "series"):
            lies[number].add(series)
    exact = Counter(series for number in media for series in lies.get(number, ()))
    return {series: Meeting(count, 0) for series, count in exact.items()}


def _invalid(sentence: str) -> InputError:
    return InputError(sentence, code="sighting.invalid")

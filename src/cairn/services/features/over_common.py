"""The list of over-common points: frames of apps, captions. They link nothing.

Most of it the node learns (``cairn.services.features.recurring``); the operator adds what is known from
elsewhere, such as a picture of an app's empty screen, and takes off what should link. A learnt entry counts
for somebody only as far as its pictures may be known to them: what is hidden can be inferred from nothing.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from cairn.errors import CairnError, InputError
from cairn.evidence import opened
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.linking.keypoints import keypoints
from cairn.linking.over_common import LEAST_PICTURES, OverCommon, Pattern, as_array, frame_of
from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node, node_work, under_lock
from cairn.records.over_common import CommonPoints, CommonPointsIn
from cairn.services.features.rivals import open_among
from cairn.types import DESCRIPTOR_BYTES, LOCAL_METHOD, LocalFeatures, PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from cairn.fingerprints.sandbox import Done
    from cairn.linking.keypoints import Keypoints
    from cairn.linking.over_common import Frame
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import OpenPool

LEARNT: Final = "learnt-"
"""How the names of what the node learns begin."""

LONGEST_NAME: Final = 80
LONGEST_REASON: Final = 300

FEWEST_SCREENS: Final = 2
"""Pictures from which the operator adds: what is in one alone may be all that it shows, and each point has a
look of its own on each background."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list.

    Attributes:
        name: By which it is told.
        reason: Why it is there.
        points: How many.
        pictures: In how many different pictures it stands, of those that every police authority may see; 0
            where the operator has added it.
        is_learnt: The node has learnt it.
        added_at: When.
        is_off: It was taken off the list, and is not learnt again.
    """

    name: str
    reason: str
    points: int
    pictures: int
    is_learnt: bool
    added_at: datetime
    is_off: bool


def over_common_for(knows: Callable[[Collection[int]], Collection[int]]) -> OverCommon:
    """Answer the list as it counts for somebody.

    Args:
        knows: Answers which of these media they may know.
    """
    rows, pictures = _rows()
    known = set(knows(sorted({media for places in pictures.values() for media in places})))
    patterns = []
    for row in rows:
        places = pictures.get(row.pk, {})
        different = len({group for media, group in places.items() if media in known})
        if not row.is_learnt or different >= LEAST_PICTURES:
            patterns.append(Pattern(row.name, different, as_array(bytes(row.descriptors))))
    return OverCommon(patterns)


def added_alone() -> OverCommon:
    """Answer what the operator has put on the list: it tells nothing of anybody's pictures."""
    return over_common_for(lambda _: ())


def for_police() -> OverCommon:
    """Answer the list as it counts for every police authority."""
    return over_common_for(open_among)


@node_work("the list of over-common points is the node's")
def _rows() -> tuple[list[CommonPoints], dict[int, dict[int, int]]]:
    """Answer what is on the list, and of each learnt entry its pictures with their groups."""
    rows = list(CommonPoints.objects.filter(method=LOCAL_METHOD, removed_at=None).order_by("pk"))
    pictures: defaultdict[int, dict[int, int]] = defaultdict(dict)
    seen = CommonPointsIn.objects.filter(common__in=[row.pk for row in rows if row.is_learnt])
    for common, media, group in seen.values_list("common", "media", "group"):
        pictures[common][media] = group
    return rows, pictures


@node_work("the operator sees the whole node")
def listed_common_points() -> tuple[Entry, ...]:
    """Answer everything that is, or was, on the list, by name."""
    found = []
    for row in CommonPoints.objects.order_by("name"):
        places = dict(CommonPointsIn.objects.filter(common=row).values_list("media", "group"))
        different = len({places[media] for media in open_among(sorted(places))})
        points = len(bytes(row.descriptors)) // DESCRIPTOR_BYTES
        found.append(
            Entry(
                name=row.name,
                reason=row.reason,
                points=points,
                pictures=different,
                is_learnt=row.is_learnt,
                added_at=row.added_at,
                is_off=row.removed_at is not None,
            )
        )
    return tuple(found)


@under_lock
def add_common_pictures(
    paths: Sequence[Path], *, name: str, reason: str, actor: Actor, open_pool: OpenPool = DecoderPool
) -> Entry:
    """Look at pictures of one app's screen that show different things, and put what they share on the list.

    Raises:
        InputError: There are fewer than two, one cannot be read, they share no frame, or the name is taken.
    """
    for path in paths:
        with opened(path):
            pass  # A path that cannot be read is told as everywhere.
    jobs = [Job(key, partial(os.open, path, os.O_RDONLY)) for key, path in enumerate(paths)]
    with open_pool(workers=1, mode=PdqMode.FAST, with_features=True) as pool:
        found = [_features_of(done) for done in pool.measure_all(jobs)]
    least = min(len(found), LEAST_PICTURES)
    frame = None if least < FEWEST_SCREENS else frame_of(found, least=least, then=FEWEST_SCREENS)
    if frame is None:
        raise InputError(
            "At least two pictures of one app's screen are needed, which show different things in one frame.",
            code="points.nothing",
        )
    return _add(frame, name=name.strip(), reason=reason.strip(), actor=actor)


def _features_of(done: Done) -> Keypoints:
    if isinstance(done.result, CairnError):
        raise done.result
    return keypoints(done.result.picture.features or LocalFeatures(1, 1, b"", b""))


def _add(frame: Frame, *, name: str, reason: str, actor: Actor) -> Entry:
    if not 0 < len(name) <= LONGEST_NAME or not 0 < len(reason) <= LONGEST_REASON:
        raise InputError(
            f"A name of 1 to {LONGEST_NAME} signs and a reason of 1 to {LONGEST_REASON} are needed.",
            code="points.words",
        )
    if name.startswith(LEARNT):
        raise InputError(f"Names that begin with {LEARNT} are the node's own.", code="points.words")
    with database_errors_in_words(), transaction.atomic():
        with as_the_node("the list of over-common points is the node's"):
            if CommonPoints.objects.filter(name=name).exists():
                raise InputError("An entry of this name is on the list already.", code="points.taken")
            row = CommonPoints.objects.create(
                name=name,
                reason=reason,
                method=LOCAL_METHOD,
                is_learnt=False,
                descriptors=frame.descriptors,
            )
        audit.append(audit.AuditTag.COMMON_POINTS_ADDED, actor=actor, purpose=reason, record_ids=[row.pk])
    points = len(frame.descriptors) // DESCRIPTOR_BYTES
    return Entry(name, reason, points, 0, is_learnt=False, added_at=row.added_at, is_off=False)


@under_lock
def remove_common_points(name: str, *, actor: Actor) -> None:
    """Take an entry off the list: it links again from then on, and is not learnt anew.

    Raises:
        InputError: No entry of this name is on the list.
    """
    with database_errors_in_words(), transaction.atomic():
        with as_the_node("the list of over-common points is the node's"):
            row = CommonPoints.objects.filter(name=name, removed_at=None).first()
            if row is None:
                raise InputError("No entry of this name is on the list.", code="points.unknown")
            row.removed_at = timezone.now()
            row.save(update_fields=["removed_at"])
        audit.append(audit.AuditTag.COMMON_POINTS_REMOVED, actor=actor, record_ids=[row.pk])

"""The list of over-common sounds: songs and jingles that are heard everywhere, and so link nothing.

Each is kept by its points, from a file that the operator names. Where one is heard in a file, those seconds
are left out before the file is compared, and the answer says so. The list is the node's own, and is shown
with everything that was ever put on it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Count

from cairn.errors import CairnError, InputError
from cairn.evidence import opened
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.linking.audio import Heard, without_spans
from cairn.linking.judgement import LinkKind
from cairn.linking.policy import SOUND_2
from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.links import Link
from cairn.records.lock import as_the_node, node_work, under_lock
from cairn.records.media import Media
from cairn.records.sounds import CommonSound
from cairn.types import SOUND_METHOD, PdqMode, SoundPoints

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cairn.linking.policy import SoundPolicy
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import OpenPool

LONGEST_NAME: Final = 80
LONGEST_REASON: Final = 300

SUSPECT_LINKS: Final = 20
"""Links by sound from which on a recorded media is a suspect: as many as a file has candidates."""


@dataclass(frozen=True, slots=True)
class OverCommon:
    """One sound on the list."""

    name: str
    reason: str
    duration_ms: int
    points: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Suspect:
    """A recorded media whose sound many others have."""

    sha256: str
    links: int


class CommonSounds:
    """The list, ready to be taken out of files."""

    def __init__(self, known: dict[str, SoundPoints], policy: SoundPolicy) -> None:
        """Take the sounds by name."""
        self._known = known
        self._policy = policy

    def out_of(self, sound: SoundPoints) -> tuple[SoundPoints, frozenset[str]]:
        """Answer a sound without what is over-common in it, and the names of what that was."""
        names = set()
        for name, common in self._known.items():
            found = Heard(sound, self._policy).with_known(common)
            if found is not None:
                names.add(name)
                sound = without_spans(sound, found.spans)
        return sound, frozenset(names)


@node_work("the list of over-common sounds is the node's")
def common_sounds(policy: SoundPolicy = SOUND_2) -> CommonSounds:
    """Answer the list as it stands."""
    rows = CommonSound.objects.filter(method=SOUND_METHOD).order_by("name")
    return CommonSounds({row.name: SoundPoints(row.duration_ms, bytes(row.points)) for row in rows}, policy)


@node_work("the list of over-common sounds is the node's")
def listed_common() -> tuple[OverCommon, ...]:
    """Answer everything on the list, by name."""
    rows = CommonSound.objects.order_by("name")
    return tuple(
        OverCommon(
            row.name, row.reason, row.duration_ms, len(SoundPoints(0, bytes(row.points))), row.added_at
        )
        for row in rows
    )


@node_work("suspects are told to the operator, who sees the whole node")
def suspects() -> tuple[Suspect, ...]:
    """Answer the recorded media with most links by sound, where they have enough to be suspected."""
    counts: dict[int, int] = {}
    for end in ("first", "second"):
        rows = Link.objects.filter(kind=LinkKind.AUDIO).values(end).annotate(links=Count("pk")).order_by()
        for number, links in rows.values_list(end, "links"):
            counts[number] = counts.get(number, 0) + links
    many = {number: links for number, links in counts.items() if links >= SUSPECT_LINKS}
    named = dict(Media.objects.filter(pk__in=many).values_list("pk", "sha256"))
    found = [Suspect(bytes(digest).hex(), many[number]) for number, digest in named.items() if digest]
    return tuple(sorted(found, key=lambda each: (-each.links, each.sha256)))


@under_lock
def add_common_file(
    path: Path, *, name: str, reason: str, actor: Actor, open_pool: OpenPool = DecoderPool
) -> OverCommon:
    """Listen to a file, and put what is heard on the list.

    Raises:
        InputError: The file cannot be read, nothing stands out in it, or the name is taken.
    """
    with opened(path):
        pass  # A path that cannot be read is told as everywhere.
    job = Job(0, lambda: os.open(path, os.O_RDONLY))
    with open_pool(workers=1, mode=PdqMode.FAST, with_sound=True) as pool:
        (done,) = pool.measure_all([job])
    if isinstance(done.result, CairnError):
        raise done.result
    sound = done.result.picture.sound
    if sound is None or not len(sound):
        raise InputError("In this file nothing is heard that could be compared.", code="sound.nothing")
    return add_common(sound, name=name, reason=reason, actor=actor)


@under_lock
def add_common(sound: SoundPoints, *, name: str, reason: str, actor: Actor) -> OverCommon:
    """Put a sound on the list.

    Raises:
        InputError: The name is taken, or it or the reason is empty or too long.
    """
    if not 0 < len(name.strip()) <= LONGEST_NAME or not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InputError(
            f"A name of 1 to {LONGEST_NAME} signs and a reason of 1 to {LONGEST_REASON} are needed.",
            code="sound.words",
        )
    with database_errors_in_words(), transaction.atomic():
        with as_the_node("the list of over-common sounds is the node's"):
            if CommonSound.objects.filter(name=name.strip()).exists():
                raise InputError("A sound of this name is on the list already.", code="sound.taken")
            row = CommonSound.objects.create(
                name=name.strip(),
                reason=reason.strip(),
                method=SOUND_METHOD,
                duration_ms=sound.duration_ms,
                points=sound.points,
            )
        audit.append(
            audit.AuditTag.COMMON_SOUND_ADDED, actor=actor, purpose=reason.strip(), record_ids=[row.pk]
        )
    return OverCommon(row.name, row.reason, row.duration_ms, len(sound), row.added_at)


@under_lock
def remove_common(name: str, *, actor: Actor) -> None:
    """Take a sound off the list; links are made by it again from then on.

    Raises:
        InputError: No sound of this name is on the list.
    """
    with database_errors_in_words(), transaction.atomic():
        with as_the_node("the list of over-common sounds is the node's"):
            row = CommonSound.objects.filter(name=name).first()
            if row is None:
                raise InputError("No sound of this name is on the list.", code="sound.unknown")
            number = row.pk
            row.delete()
        audit.append(audit.AuditTag.COMMON_SOUND_REMOVED, actor=actor, record_ids=[number])

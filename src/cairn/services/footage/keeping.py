"""Between what was seen of videos and the rows that keep it: of what is recorded, and of a running check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.measure import MINIMUM_QUALITY
from cairn.frames import VideoMode, no_frames
from cairn.linking.clip.recorded import worth_keeping
from cairn.records.batches import parts
from cairn.records.footage import Footage
from cairn.records.jobs import CheckItem
from cairn.records.lock import node_work
from cairn.records.sightings import Sighting
from cairn.services.features import frames as detailed
from cairn.services.features.keeping import await_features
from cairn.services.footage.columns import as_columns, from_columns, times_of
from cairn.services.node.indexing import await_index

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cairn.frames import Frames, VideoFacts, VideoFingerprint
    from cairn.records.jobs import Check


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one video.

    Attributes:
        frames: Those that are kept, as they lie.
        covered_s: How far the video was followed.
    """

    frames: Frames
    covered_s: float


@node_work("one content is one media, whoever met it")
def keep(found: Mapping[int, VideoFingerprint], *, method: str, with_asked: bool = True) -> None:
    """Keep the frames of these media, in a transaction; those of recorded media wait for the index.

    Of a media of which more is kept than a running check has seen, only what that check needs is kept.

    Args:
        found: By media what was seen.
        method: With which method.
        with_asked: Also what only a running check needs; else what such a check has put there is left alone.
    """
    asked = ("asked",) if with_asked else ()
    rows = [_as_row(media, found[media], method, with_asked=with_asked) for media in sorted(found)]
    less = {row.media_id for row in rows if with_asked and covers_less(found[row.media_id], row.media_id)}
    for row in rows:
        if row.media_id in less:
            Footage.objects.filter(media=row.media_id).update(asked=row.asked)
    Footage.objects.bulk_create(
        [row for row in rows if row.media_id not in less],
        update_conflicts=True,
        unique_fields=["media"],
        update_fields=[
            *("method", "mode", "facts", "covered_s", "frames", "comparable", "reason", "sentence"),
            *("kept", "columns", "detailed", "details", *asked),
        ],
    )
    recorded = Sighting.objects.filter(media__in=list(found)).values_list("media", flat=True).distinct()
    await_index(sorted(recorded))
    await_features(recorded)


def covers_less(video: VideoFingerprint, media: int) -> bool:
    """Tell whether more is kept of a media than was seen now: farther, or of more of its seconds."""
    rows = Footage.objects.select_for_update().filter(media=media, comparable__gt=0)
    before = rows.values_list("covered_s", "mode").first()
    if before is None:
        return False
    covered_s, mode = before
    if mode == VideoMode.EVEN and video.mode is not VideoMode.EVEN:
        return True
    return not video.is_whole and bool(covered_s > video.covered_s or not comparable_of(video.frames))


@node_work("frames are one content's, whoever looked at it")
def kept_of(media: Collection[int]) -> dict[int, Kept]:
    """Answer what is kept of some media; a media that is no video, or was not looked at, is absent."""
    found: dict[int, Kept] = {}
    for part in parts(sorted(media)):
        rows = Footage.objects.filter(media__in=part, kept__gt=0).values_list("media", "columns", "covered_s")
        found.update({number: Kept(from_columns(bytes(row)), covered_s) for number, row, covered_s in rows})
    return found


@node_work("frames are one content's, whoever looked at it")
def frame_times(media: Collection[int]) -> dict[int, list[float]]:
    """Answer when the kept frames of some media are shown, in seconds, and nothing of what they show."""
    found: dict[int, list[float]] = {}
    for part in parts(sorted(media)):
        rows = Footage.objects.filter(media__in=part, kept__gt=0).values_list("media", "columns")
        found.update({number: times_of(bytes(row)) for number, row in rows})
    return found


@node_work("frames are one content's, whoever looked at it")
def looked_at(media: Collection[int]) -> set[int]:
    """Answer which of these media have footage."""
    return {
        number
        for part in parts(sorted(media))
        for number in Footage.objects.filter(media__in=part).values_list("media", flat=True)
    }


@node_work("footage is kept of what somebody has recorded, whoever that is")
def drop_unneeded(check: Check) -> None:
    """Forget what only this check needed: all of what nobody records, and the dense frames of the rest."""
    waits = CheckItem.objects.filter(media=OuterRef("media"), check_run__finished_at=None)
    elsewhere = Exists(waits.exclude(check_run=check).exclude(footage_method=""))
    numbers = check.items.exclude(footage_method="").values_list("media", flat=True).distinct()
    for part in parts(sorted(numbers)):
        rows = Footage.objects.filter(~elsewhere, media__in=part)
        rows.filter(~Exists(Sighting.objects.filter(media=OuterRef("media")))).delete()
        rows.update(asked=None)


def asked_frames(row: Footage) -> Frames:
    """Answer the dense frames of a video that a running check has looked at."""
    return no_frames() if row.asked is None else from_columns(bytes(row.asked))


def stopped_of(row: Footage) -> NotComparable | None:
    """Answer why the frames end before the video does."""
    return NotComparable(Reason(row.reason), row.sentence) if row.reason else None


def comparable_of(frames: Frames) -> int:
    """Answer how many of some frames have a hash that means anything, of all they show or within borders."""
    good = (frames.quality >= MINIMUM_QUALITY) | (frames.inside_quality >= MINIMUM_QUALITY)
    return int(good.sum())


def _as_row(media: int, video: VideoFingerprint, method: str, *, with_asked: bool) -> Footage:
    frames = video.frames
    kept = worth_keeping(frames)
    details = detailed.worth_keeping(frames.details)
    return Footage(
        media_id=media,
        method=method,
        mode=video.mode.value,
        facts=facts_row(video.facts),
        covered_s=video.covered_s,
        frames=len(frames),
        comparable=comparable_of(frames),
        reason="" if video.stopped is None else video.stopped.reason.value,
        sentence="" if video.stopped is None else video.stopped.sentence[:500],
        kept=len(kept),
        columns=as_columns(kept, in_all_turns=False),
        asked=as_columns(frames, in_all_turns=True) if with_asked and len(frames) else None,
        detailed=len(details),
        details=detailed.as_bytes(details) if details else None,
    )


def facts_row(facts: VideoFacts) -> dict[str, object]:
    """Answer what a container says of itself as it is kept and told."""
    return {
        "container": facts.container,
        "codec": facts.codec,
        "width": facts.width,
        "height": facts.height,
        "rotation": facts.rotation,
        "duration_s": facts.duration_s,
        "frame_rate": facts.frame_rate,
        "created_at": None if facts.created_at is None else facts.created_at.isoformat(),
        "encoder": facts.encoder,
        "make": facts.make,
        "model": facts.model,
        "streams": [f"{stream.kind}:{stream.codec}" for stream in facts.streams],
    }

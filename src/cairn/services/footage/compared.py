"""What a running check has found by comparing videos, kept until it is answered; see ``ComparedFootage``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cairn.linking.clip import ClipLink, Grade
from cairn.linking.evidence import stored
from cairn.linking.footage import footage_from_stored
from cairn.records.batches import parts
from cairn.records.footage import ComparedFootage
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.services.features.recorded import recorded_media
from cairn.services.footage.comparing import Seen, is_recording

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cairn.linking import Neighbour
    from cairn.records.jobs import Check


@node_work("a check that goes on knows what it had found, also for owners of what is hidden")
def keep_compared(check: Check, near: Mapping[int, Sequence[Neighbour]]) -> None:
    """Keep that these videos are compared, and which recorded ones they are the same recording as."""
    ComparedFootage.objects.bulk_create(
        [
            ComparedFootage(check_run=check, media_id=number, links=_as_rows(near[number]))
            for number in sorted(near)
        ],
        update_conflicts=True,
        unique_fields=["check_run", "media"],
        update_fields=["links"],
    )


@node_work("a check that goes on knows what it had found, also for owners of what is hidden")
def compared_before(check: Check, media: Collection[int]) -> dict[int, dict[int, ClipLink]]:
    """Answer by video what this check has found before; a video that it has not compared is absent.

    What nobody records any more is not answered with: it was recorded when it was found.
    """
    found: dict[int, dict[int, ClipLink]] = {}
    for part in parts(sorted(media)):
        rows = ComparedFootage.objects.filter(check_run=check, media__in=part).values_list("media", "links")
        found.update({number: dict(map(_link, links)) for number, links in rows})
    still = _recorded({other for links in found.values() for other in links})
    return {
        number: {other: link for other, link in links.items() if other in still}
        for number, links in found.items()
    }


@node_work("a check that goes on knows what it had found, also for owners of what is hidden")
def how_many_compared(check: Check) -> int:
    """Answer how many videos the check, stopped before its end, had followed and compared."""
    return ComparedFootage.objects.filter(check_run=check).count()


@node_work("what a check has found is gone with it")
def drop_compared(check: Check) -> None:
    """Forget what the check has found, in the transaction in which it ends."""
    ComparedFootage.objects.filter(check_run=check).delete()


@node_work("what a check has found is gone with it")
def drop_compared_of_ended() -> None:
    """Forget what checks have found that are answered by now."""
    ComparedFootage.objects.exclude(check_run__finished_at=None).delete()


def _recorded(media: Collection[int]) -> set[int]:
    return {
        number
        for part in parts(sorted(media))
        for number in recorded_media(Media.objects.filter(pk__in=part)).values_list("pk", flat=True)
    }


def with_earlier(seen: Seen, earlier: Mapping[int, Mapping[int, ClipLink]]) -> Seen:
    """Answer what was seen with the recordings that an earlier run has found, where hashes have not."""
    near = {number: _with(row, earlier.get(number, {})) for number, row in seen.near.items()}
    return Seen(seen.videos, near)


def _with(row: Sequence[Neighbour], earlier: Mapping[int, ClipLink]) -> tuple[Neighbour, ...]:
    met = {media for media, why in row if is_recording(why)}
    more = {media: link for media, link in earlier.items() if media not in met}
    return (*((media, why) for media, why in row if media not in more), *more.items())


def _as_rows(row: Sequence[Neighbour]) -> list[dict[str, object]]:
    links = ((media, why) for media, why in row if isinstance(why, ClipLink) and why.grade is Grade.RECORDING)
    return [{"media": media, "evidence": stored(link)} for media, link in links]


def _link(row: Mapping[str, Any]) -> tuple[int, ClipLink]:
    """Answer a link as it was kept.

    Raises:
        TypeError: It is none of two videos.
    """
    media, link = row["media"], footage_from_stored(row["evidence"])
    if not isinstance(media, int) or not isinstance(link, ClipLink):
        raise TypeError("A link of two videos is kept with the number of the recorded one.")
    return media, link

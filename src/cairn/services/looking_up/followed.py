"""A file that was followed beside its digests and its picture: what its frames and its sound meet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.media_type import SOUND_TYPES
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.services.fingerprinting.following import Wanted
from cairn.services.footage.comparing import compare_video
from cairn.services.footage.video_pass import OPEN
from cairn.services.looking_up.hashes import HashKind
from cairn.services.looking_up.meeting_media import Contact
from cairn.services.sounds.comparing import compare_heard
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.index import Index
    from cairn.linking import Neighbour
    from cairn.records.users import Actor
    from cairn.services.answering.matches import VideoAnswer
    from cairn.services.checking.knowledge import Recollection
    from cairn.services.fingerprinting.following import Heard
    from cairn.services.footage.asked import AskedVideo
    from cairn.services.footage.deadline import Deadline
    from cairn.services.node.opening import Node
    from cairn.types import Fingerprints


COMPARED_S: Final = 60.0
"""So long a video that came with a call is compared with what may be told; others wait for its turn."""

_NO_FURTHER: Final = NotComparable(
    Reason.TIMED_OUT,
    f"The file was compared with recorded videos for {COMPARED_S:.0f} s and no further; "
    "some are met by their nearest frame alone.",
)


def stopped_comparing(video: VideoAnswer) -> VideoAnswer:
    """Answer a video whose comparison was not ended, with the reason that it has already, if it has one."""
    if video.stopped is None:
        return replace(video, stopped=_NO_FURTHER)
    sentence = f"{video.stopped.sentence} {_NO_FURTHER.sentence}"
    return replace(video, stopped=replace(video.stopped, sentence=sentence))


def could_be_followed(file: Fingerprints) -> Wanted:
    """Answer what there may be to follow in a file."""
    return Wanted(video=file.picture.moves, sound=file.picture.media_type in SOUND_TYPES)


def left_open(wanted: Wanted, verdict: Verdict) -> Wanted:
    """Answer what of it is worth being followed, as in a check, after what hashes have said."""
    is_unmet = verdict in {Verdict.NEW, Verdict.NOT_COMPARABLE}
    return Wanted(video=wanted.video and verdict in OPEN, sound=wanted.sound and is_unmet)


@node_work("one content is one media, whoever met it")
def number_of(file: Fingerprints) -> int:
    """Answer the media that has a file's content, which is no match of itself; 0 where none has."""
    return Media.objects.filter(sha256=file.digests.sha256).values_list("pk", flat=True).first() or 0


def contacts_of_video(
    node: Node, index: Index, video: AskedVideo, *, recollection: Recollection, deadline: Deadline
) -> Iterator[Contact]:
    """Yield every recorded media that frames of a video meet; the door decides what is told."""
    found = compare_video(node, index, video, recollection=recollection, deadline=deadline)
    return map(_contact, found)


def contacts_of_sound(
    node: Node, heard: Heard, number: int, *, asker: Actor, recollection: Recollection
) -> Iterator[Contact]:
    """Yield every recorded media that has parts of a sound; as above.

    Args:
        node: The open node.
        heard: What was heard.
        number: The media that has the file's content; 0 where none has.
        asker: Who asks.
        recollection: What the asker may know.
    """
    mine = {} if heard.sound is None else {number: heard.sound}
    found = compare_heard(node, mine, asked=1, asker=asker, recollection=recollection)
    return map(_contact, found.near.get(number, ()))


def _contact(neighbour: Neighbour) -> Contact:
    media, evidence = neighbour
    return Contact(HashKind.SHA256, 0, media, evidence)

"""What is shown of a link, in words and units that a person can check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from cairn.linking.clip.link import ClipLink
from cairn.linking.footage import (
    FrameNear,
    clip_in_words,
    footage_from_stored,
    frame_in_words,
    stored_footage,
)
from cairn.linking.judgement import LinkKind
from cairn.linking.learnt import LearntNear, learnt_from_stored, learnt_in_words, stored_learnt
from cairn.linking.photodna import PhotoDnaNear, photodna_from_stored, photodna_in_words, stored_photodna
from cairn.linking.points import (
    PlaceAgrees,
    PointsAgree,
    from_stored,
    place_in_words,
    points_in_words,
    stored_place,
    stored_points,
)
from cairn.linking.sound_spans import SoundAgrees, sound_from_stored, sound_in_words, stored_sound
from cairn.sentences import Sentence, both
from cairn.types import PDQ_BITS, Orientation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class DigestEqual:
    """The file and the recorded media are the same content, byte for byte.

    Attributes:
        stated: Empty where both contents were read. Else the digests that were compared because somebody
            states them of a content that is not at hand, such as ``("md5", "sha1")``.
    """

    stated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PdqNear:
    """The file's PDQ hash lies near that of recorded media.

    Attributes:
        distance_bits: 0 to 256, the number of bits that differ.
        orientation: How the recorded picture was turned to become this file.
    """

    distance_bits: int
    orientation: Orientation


Suggested = PdqNear | PointsAgree | PlaceAgrees | LearntNear | SoundAgrees | FrameNear | ClipLink
"""What a method suggests a link by."""

Evidence = DigestEqual | PhotoDnaNear | Suggested


def in_words(evidence: Evidence) -> str:
    """Answer the evidence as a sentence.

    >>> in_words(PdqNear(6, Orientation.FLIPPED_LEFT_RIGHT))
    'PDQ distance 6 of 256 bits, mirrored left to right'
    """
    match evidence:
        case DigestEqual(stated):
            return _equal_in_words(stated)
        case PdqNear(distance_bits, orientation):
            return Sentence(
                "PDQ distance %(distance)s of %(bits)s bits, %(turned)s",
                distance=str(distance_bits),
                bits=str(PDQ_BITS),
                turned=orientation_in_words(orientation),
            )
        case PhotoDnaNear():
            return photodna_in_words(evidence)
        case SoundAgrees():
            return sound_in_words(evidence)
        case PointsAgree() | PlaceAgrees() | LearntNear():
            return _picture_in_words(evidence)
        case FrameNear() | ClipLink():
            return _footage_in_words(evidence)
        case _:
            assert_never(evidence)


def _picture_in_words(evidence: PointsAgree | PlaceAgrees | LearntNear) -> str:
    """Answer what a closer look at two pictures shows."""
    if isinstance(evidence, PointsAgree):
        return points_in_words(evidence)
    return place_in_words(evidence) if isinstance(evidence, PlaceAgrees) else learnt_in_words(evidence)


def _equal_in_words(stated: tuple[str, ...]) -> str:
    if stated:
        return _stated_in_words([_DIGESTS[kind] for kind in stated])
    return Sentence("SHA-256 is equal: the same content, byte for byte")


def _footage_in_words(evidence: FrameNear | ClipLink) -> str:
    if isinstance(evidence, ClipLink):
        return clip_in_words(evidence)
    return frame_in_words(evidence, orientation_in_words(evidence.orientation))


def distance_of(evidence: Evidence) -> int | None:
    """Answer the distance of the two hashes that evidence is of, in bits; ``None`` where it is of none."""
    return evidence.distance_bits if isinstance(evidence, PdqNear | FrameNear) else None


def _stated_in_words(names: Sequence[str]) -> Sentence:
    if len(names) == 1:
        return Sentence(
            "%(digest)s is equal to what is stated: the same content, if that is true", digest=names[0]
        )
    return Sentence(
        "%(digests)s are equal to what is stated: the same content, if that is true", digests=both(names)
    )


_DIGESTS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}


def kind_of_link(evidence: PhotoDnaNear | Suggested) -> LinkKind:
    """Answer in which way the evidence says that two media are the same."""
    if isinstance(evidence, LearntNear):
        return LinkKind(evidence.link)
    if isinstance(evidence, SoundAgrees):
        return LinkKind.AUDIO
    if isinstance(evidence, FrameNear | ClipLink):
        return LinkKind.CLIP
    return LinkKind.SCENE if isinstance(evidence, PlaceAgrees) else LinkKind.DUPLICATE


def stored(evidence: PhotoDnaNear | Suggested) -> dict[str, object]:
    """Answer the evidence as values that a table of links, or a kept answer, keeps."""
    match evidence:
        case PhotoDnaNear():
            return stored_photodna(evidence)
        case PdqNear(distance_bits, orientation):
            return {
                "kind": "pdq-near",
                "distance_bits": distance_bits,
                "orientation": orientation.value,
            }
        case PointsAgree() | PlaceAgrees():
            return stored_points(evidence) if isinstance(evidence, PointsAgree) else stored_place(evidence)
        case LearntNear():
            return stored_learnt(evidence)
        case SoundAgrees():
            return stored_sound(evidence)
        case FrameNear() | ClipLink():
            return stored_footage(evidence)
        case _:
            assert_never(evidence)


def stored_in_words(values: Mapping[str, object]) -> str:
    """Answer evidence that a table of links, or a kept answer, keeps as a sentence.

    Of a kind that this version does not know, its kind.

    >>> stored_in_words(stored(PdqNear(6, Orientation.ORIGINAL)))
    'PDQ distance 6 of 256 bits, not turned'
    """
    kind, distance, turned = (values.get(key) for key in ("kind", "distance_bits", "orientation"))
    if kind == "digest-equal":
        stated = values.get("stated")
        return in_words(DigestEqual(tuple(stated) if isinstance(stated, list) else ()))
    if kind == "pdq-near" and isinstance(distance, int) and isinstance(turned, str):
        return in_words(PdqNear(distance, Orientation(turned)))
    readers = (from_stored, learnt_from_stored, sound_from_stored, footage_from_stored, photodna_from_stored)
    found = next((read for read in (each(values) for each in readers) if read is not None), None)
    if found is not None:
        return in_words(found)
    return Sentence("evidence of the kind %(kind)s", kind=str(kind))


def orientation_in_words(orientation: Orientation) -> Sentence:
    """Answer how a picture was turned, as a person would say it."""
    return _TURNED[orientation]


_TURNED = {
    Orientation.ORIGINAL: Sentence("not turned"),
    Orientation.ROTATED_90: Sentence("turned by a quarter counter-clockwise"),
    Orientation.ROTATED_180: Sentence("turned by a half"),
    Orientation.ROTATED_270: Sentence("turned by a quarter clockwise"),
    Orientation.FLIPPED_TOP_BOTTOM: Sentence("mirrored top to bottom"),
    Orientation.FLIPPED_LEFT_RIGHT: Sentence("mirrored left to right"),
    Orientation.TRANSPOSED: Sentence("mirrored along the falling diagonal"),
    Orientation.TRANSVERSED: Sentence("mirrored along the rising diagonal"),
}

# Undoing a turn: the query was turned to meet the recorded picture, and the evidence tells the story the
# other way round. Only the quarter turns differ from their own undoing.
_UNDONE = {
    Orientation.ROTATED_90: Orientation.ROTATED_270,
    Orientation.ROTATED_270: Orientation.ROTATED_90,
}


def undo(orientation: Orientation) -> Orientation:
    """Answer the turn that takes a picture back to how it lay before ``orientation``."""
    return _UNDONE.get(orientation, orientation)

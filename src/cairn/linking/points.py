"""What detailed comparisons show, as values: points of two pictures that agree as one change would have them.

These values know nothing of how they were found, so that who only reads evidence loads no computer vision.
``cairn.linking.detailed`` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cairn.linking.left_out import LeftOut, left_out_in_words, stored_left_out
from cairn.linking.places import rounded, stored_lines
from cairn.sentences import Sentence, listed_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cairn.linking.places import Line, Place

Tried = tuple[str, bool, int]
"""One way of comparing: the change, whether the file was mirrored first, and how many places agreed."""

_COPY: Final = Sentence("Altered copy")
_NAMED: Final = {"perspective": Sentence("Altered copy, or one flat thing from another side")}
"""A wall that fills two photos changes as a slanted picture does; no more can be told from points."""

_UNDER: Final = {
    "similarity": Sentence("one move, turn and change of size"),
    "perspective": Sentence("one perspective change"),
}
_NONE: Final = Sentence("none")


@dataclass(frozen=True, slots=True)
class PointsAgree:
    """Two pictures share a picture: one is an altered copy of the other, or of a part of it.

    Attributes:
        policy: The name of the policy that made the link.
        change: ``similarity`` or ``perspective``.
        is_mirrored: The known picture was mirrored to become this file.
        places: How many places agree.
        alike: How many pairs of points looked alike before geometry was asked.
        spanned_of_file: Share of the file's picture that the agreeing places span, 0 to 1.
        spanned_of_known: The same of the known picture.
        shared: Share of the known picture that the file would show under this change, 0 to 1.
        outline: Where the four corners of the file's picture fall on the known picture.
        lines: Some of the agreeing pairs, to be drawn.
        file_frame: Width and height of the file's picture as it was looked at, in working pixels.
        known_frame: The same of the known picture.
        tried: Every way that was tried.
        unrelated_pairs: How many pairs of unrelated pictures the policy was measured on.
        chance_links: How many of these it linked.
        left_out: What was over-common in one of the pictures, and was left out before.
    """

    policy: str
    change: str
    is_mirrored: bool
    places: int
    alike: int
    spanned_of_file: float
    spanned_of_known: float
    shared: float
    outline: tuple[Place, ...]
    lines: tuple[Line, ...]
    file_frame: tuple[int, int]
    known_frame: tuple[int, int]
    tried: tuple[Tried, ...]
    unrelated_pairs: int
    chance_links: int
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceAgrees:
    """Two pictures agree as views of one place would.

    Attributes:
        policy: The name of the policy that made the link.
        planes: How many places agree on each flat part, most first.
        in_motion: How many places agree with one motion of the camera.
        alike: How many pairs of points looked alike before geometry was asked.
        likelihood_ratio: How many times likelier so much agreement is of one place than of two.
        lines: Some of the agreeing pairs, to be drawn.
        file_frame: Width and height of the file's picture as it was looked at, in working pixels.
        known_frame: The same of the known picture.
        same_places: On how many pairs of one place that was learnt.
        different_places: On how many pairs of different places.
        chance_links: How many of the latter the policy linked.
        left_out: What was over-common in one of the pictures, and was left out before.
    """

    policy: str
    planes: tuple[int, ...]
    in_motion: int
    alike: int
    likelihood_ratio: float
    lines: tuple[Line, ...]
    file_frame: tuple[int, int]
    known_frame: tuple[int, int]
    same_places: int
    different_places: int
    chance_links: int
    left_out: tuple[LeftOut, ...] = ()


def points_in_words(found: PointsAgree) -> Sentence:
    """Answer the evidence as two sentences: what agrees, and how often as much agrees by chance."""
    return Sentence(
        "%(what)s: %(places)s of %(alike)s points that look alike agree under %(mirrored)s%(change)s, "
        "spanning %(share)s of the known picture. Of %(pairs)s pairs of unrelated pictures, %(chance)s "
        "agreed that well%(left_out)s",
        what=_NAMED.get(found.change, _COPY),
        places=found.places,
        alike=found.alike,
        mirrored=_mirrored(found.is_mirrored),
        change=_UNDER.get(found.change, found.change),
        share=percent(found.spanned_of_known),
        pairs=found.unrelated_pairs,
        chance=found.chance_links or _NONE,
        left_out=left_out_in_words(found.left_out),
    )


def _mirrored(is_mirrored: bool) -> str:
    return Sentence("mirrored, ") if is_mirrored else ""


def place_in_words(found: PlaceAgrees) -> Sentence:
    """Answer the evidence as two sentences: what agrees, and what that is worth.

    >>> found = PlaceAgrees("scene/1", (14, 7), 30, 80, 9500.0, (), (4, 3), (4, 3), 127, 10033, 2)
    >>> place_in_words(found)[:65]
    'Same place: of 80 points that look alike, 21 agree on 2 flat part'
    """
    return Sentence(
        "Same place: of %(alike)s points that look alike, %(flat)s, and %(in_motion)s with one motion of the "
        "camera. So much agreement was about %(times)s times as frequent between views of one place "
        "(%(same)s pairs) as between different places (%(different)s pairs, %(chance)s of which would be "
        "linked)%(left_out)s",
        alike=found.alike,
        flat=_on_planes(found.planes),
        in_motion=found.in_motion,
        times=round(found.likelihood_ratio),
        same=found.same_places,
        different=found.different_places,
        chance=found.chance_links,
        left_out=left_out_in_words(found.left_out),
    )


def _on_planes(planes: tuple[int, ...]) -> Sentence:
    match len(planes):
        case 0:
            return Sentence("none agree on a flat part")
        case 1:
            return Sentence("%(points)s agree on 1 flat part", points=planes[0])
        case parts:
            return Sentence("%(points)s agree on %(parts)s flat parts", points=sum(planes), parts=parts)


def alternatives_in_words(tried: Iterable[Tried]) -> str:
    """Answer every way in which the pictures were compared, the best first."""
    ordered = sorted(tried, key=lambda way: -way[2])
    return listed_apart([_tried(*way) for way in ordered])


_CHANGES: Final = {"similarity": Sentence("similarity"), "perspective": Sentence("perspective")}


def _tried(change: str, is_mirrored: bool, places: int) -> Sentence:
    return Sentence(
        "%(mirrored)s%(change)s: %(places)s",
        mirrored=_mirrored(is_mirrored),
        change=_CHANGES.get(change, change),
        places=places,
    )


def percent(share: float) -> Sentence:
    """Answer a share in whole percent; what is more than nothing is never called 0 %."""
    whole = round(100 * share)
    if share > 0 and not whole:
        return Sentence("less than 1 %%")
    return Sentence("%(percent)s %%", percent=whole)


def stored_points(found: PointsAgree) -> dict[str, object]:
    """Answer the evidence as values that a table of links keeps."""
    return {
        "kind": "points-agree",
        "policy": found.policy,
        "change": found.change,
        "is_mirrored": found.is_mirrored,
        "places": found.places,
        "alike": found.alike,
        "spanned_of_file": round(found.spanned_of_file, 4),
        "spanned_of_known": round(found.spanned_of_known, 4),
        "shared": round(found.shared, 4),
        "outline": [list(rounded(corner)) for corner in found.outline],
        "lines": stored_lines(found.lines),
        "file_frame": list(found.file_frame),
        "known_frame": list(found.known_frame),
        "tried": [list(way) for way in found.tried],
        "unrelated_pairs": found.unrelated_pairs,
        "chance_links": found.chance_links,
        "left_out": stored_left_out(found.left_out),
    }


def stored_place(found: PlaceAgrees) -> dict[str, object]:
    """Answer the evidence as values that a table of links keeps."""
    return {
        "kind": "place-agrees",
        "policy": found.policy,
        "planes": list(found.planes),
        "in_motion": found.in_motion,
        "alike": found.alike,
        "likelihood_ratio": found.likelihood_ratio,
        "lines": stored_lines(found.lines),
        "file_frame": list(found.file_frame),
        "known_frame": list(found.known_frame),
        "same_places": found.same_places,
        "different_places": found.different_places,
        "chance_links": found.chance_links,
        "left_out": stored_left_out(found.left_out),
    }


def from_stored(values: Mapping[str, object]) -> PointsAgree | PlaceAgrees | None:
    """Answer stored evidence as a value; ``None`` where it is of another kind, or lacks something."""
    found = {name: _as_tuple(value) for name, value in values.items() if name != "kind"}
    # Links that were stored before there was a list lack it, or the places of its points.
    found["left_out"] = tuple(LeftOut(*each) for each in found.get("left_out", ()))  # type: ignore[attr-defined]
    for kind, made in (("points-agree", PointsAgree), ("place-agrees", PlaceAgrees)):
        if values.get("kind") == kind and found.keys() == set(made.__slots__):
            return made(**found)  # type: ignore[arg-type]  # as the node itself has stored it
    return None


def _as_tuple(value: object) -> object:
    """Answer what JSON made a list of as the tuple that it was."""
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value

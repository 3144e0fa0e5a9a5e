"""What was left out of two pictures before they were compared, because many other pictures have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.linking.places import some_places
from cairn.sentences import Sentence, one_after_another

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.linking.places import Place


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was left out of one of two pictures before they were compared, because it is over-common.

    Attributes:
        name: Of the pattern, as on the list.
        points: How many points that were.
        pictures: In how many different pictures it stands; 0 where the operator has put it on the list.
        places: Where some of these points lie, to be drawn.
        in_known: They lie in the known picture, not in the file's.
    """

    name: str
    points: int
    pictures: int
    places: tuple[Place, ...] = ()
    in_known: bool = False


def left_out_in_words(left_out: Iterable[LeftOut]) -> str:
    """Answer what was left out as over-common, and why, as sentences that follow another.

    >>> left_out_in_words([LeftOut("learnt-1", 214, 12)])
    '. 214 points of learnt-1 were left out, because they stand in 12 different pictures'
    """
    return one_after_another([_left_out(each) for each in left_out])


def _left_out(each: LeftOut) -> Sentence:
    if each.pictures:
        return Sentence(
            ". %(points)s points of %(name)s were left out, because they stand in %(pictures)s different "
            "pictures",
            points=each.points,
            name=each.name,
            pictures=each.pictures,
        )
    return Sentence(
        ". %(points)s points of %(name)s were left out, because the operator lists them",
        points=each.points,
        name=each.name,
    )


def stored_left_out(left_out: Iterable[LeftOut]) -> list[list[object]]:
    """Answer what was left out as values that a table of links keeps."""
    return [
        [each.name, each.points, each.pictures, list(map(list, some_places(each.places))), each.in_known]
        for each in left_out
    ]

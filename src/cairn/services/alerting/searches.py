"""Saved searches: what a series must be like for its follower to be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from cairn.errors import InputError
from cairn.records.series import Marker
from cairn.sentences import Sentence
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from cairn.records.series import Series

E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Search:
    """The filters of a saved search; what is empty lets everything pass.

    Attributes:
        status: The series has one of these.
        marker: Somebody has set one of these markers on it.
        country: Its owner is of this country.
        owner: The code of its owner.
        handling: It is handled in one of these ways.
        min_new: So many media of it are met at once, at least; a change of status passes whatever this says.
    """

    status: tuple[SeriesStatus, ...] = ()
    marker: tuple[Marker, ...] = ()
    country: str = ""
    owner: str = ""
    handling: tuple[Handling, ...] = ()
    min_new: int = 1

    def as_record(self) -> dict[str, object]:
        """Answer the search as it is recorded."""
        return {
            "status": [str(each) for each in self.status],
            "marker": [str(each) for each in self.marker],
            "country": self.country,
            "owner": self.owner,
            "handling": [str(each) for each in self.handling],
            "min_new": self.min_new,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> Search:
        """Answer a recorded search.

        Raises:
            InputError: It is none (``subscription.invalid``).
        """
        least = record.get("min_new")
        if not isinstance(least, int) or least < 1:
            raise _damaged()
        return cls(
            status=_choices(SeriesStatus, record.get("status")),
            marker=_choices(Marker, record.get("marker")),
            country=_word(record.get("country")),
            owner=_word(record.get("owner")),
            handling=_choices(Handling, record.get("handling")),
            min_new=least,
        )

    def fits(self, series: Series, *, markers: AbstractSet[str]) -> bool:
        """Answer whether a series, with these markers on it, passes every filter."""
        return (
            (not self.status or series.status in self.status)
            and (not self.marker or not markers.isdisjoint(self.marker))
            and self.country in {"", series.owner.country}
            and self.owner in {"", series.owner.code}
            and (not self.handling or series.handling in self.handling)
        )


def _choices(kind: type[E], values: object) -> tuple[E, ...]:
    if not isinstance(values, list):
        raise _damaged()
    try:
        return tuple(kind(value) for value in values)
    except ValueError:
        raise _damaged() from None


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise _damaged()
    return value


def _damaged() -> InputError:
    return InputError(
        Sentence("A saved search cannot be read any more. End it, and save it again."),
        code="subscription.invalid",
    )

"""What one export is about, as its writers need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.services.answering.restrictions import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from cairn.records.cases import Case
    from cairn.records.users import Actor
    from cairn.services.answering.restrictions import Restrictions
    from cairn.services.exports.rows import Row
    from cairn.services.exports.wish import ExportWish
    from cairn.services.node.opening import Node


@dataclass(frozen=True, slots=True)
class Subject:
    """A series, or a case, that is being exported.

    Attributes:
        node: That exports.
        actor: Who does.
        wish: What was asked for.
        name: Of the series or the case.
        case: The case; ``None`` for a series.
        exhibits: The numbers and labels of its exhibits.
        held: What the receiver is held to.
        media: The numbers of the media.
        counts: As they stand in the manifest.
        made_at: When.
        rows: Reads the media anew; of one exhibit where its number is given.
        is_holdings: Whether it is all that the authority has categorised in a scheme, which is its name.
    """

    node: Node
    actor: Actor
    wish: ExportWish
    name: str
    case: Case | None
    exhibits: Sequence[tuple[int, str]]
    held: Restrictions
    media: Sequence[int]
    counts: dict[str, int]
    made_at: datetime
    rows: Callable[[int | None], Iterator[Row]]
    is_holdings: bool = False

    @property
    def kind(self) -> str:
        """``series``, ``case`` or ``holdings``."""
        if self.is_holdings:
            return "holdings"
        return "series" if self.case is None else "case"

    @property
    def handling(self) -> str:
        """What may be done with it, in one line."""
        return in_words(self.held)

    @property
    def source(self) -> str:
        """Who says so, and what may be done with it: for records that travel on without their file."""
        return f"Cairn {self.node.config.identity}: {self.actor.authority.code} ({self.handling})"

    @property
    def notes(self) -> tuple[str, ...]:
        """The lines at the head of a text file."""
        return (
            self.handling,
            f"The {self.kind} {self.name}, exported for {self.wish.recipient}",
            f"By {self.actor.authority.code} on {self.made_at:%Y-%m-%d %H:%M} UTC",
        )

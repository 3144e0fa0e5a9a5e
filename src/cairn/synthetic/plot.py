"""Who holds what, and what a seizure is made of: the plot of the demonstration as plain tables."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.synthetic.truth import Alteration, DemoAuthority, DemoSeries
from cairn.types import Handling, SeriesStatus

NL = DemoAuthority("NL-DEMO", "Demo unit Netherlands", "NL", "desk@nl-demo.example")
BR = DemoAuthority("BR-DEMO", "Demo unit Brazil", "BR", "desk@br-demo.example")
JP = DemoAuthority("JP-DEMO", "Demo unit Japan", "JP", "desk@jp-demo.example")
ASKER = NL
"""Whose node the demonstration runs on."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One holding before its pictures are drawn.

    Attributes:
        authority: Whose it is.
        case: The reference of the case.
        series: ``None`` for what nobody has grouped.
        photos: How many photographs it has.
        irrelevant: True for a known-good list.
        with_flat: True if it also has one photo of nothing, that only its digests can meet again.
    """

    authority: DemoAuthority
    case: str
    series: DemoSeries | None
    photos: int
    irrelevant: bool = False
    with_flat: bool = False


def _series(name: str, status: SeriesStatus, handling: Handling, named_to: str | None = None) -> DemoSeries:
    """Answer a series."""
    return DemoSeries(name, status, handling, named_to)


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        NL, "NL-2024-102", _series("NL-0007 Harbour", SeriesStatus.SAFEGUARDED, Handling.ALLIANCE), photos=8
    ),
    Chapter(
        NL, "NL-2025-014", _series("NL-0012 Lantern", SeriesStatus.UNIDENTIFIED, Handling.ALLIANCE), photos=7
    ),
    Chapter(NL, "NL-2025-014", None, photos=6, with_flat=True),
    Chapter(
        BR, "BR-2024-033", _series("BR-0021 Orchard", SeriesStatus.IDENTIFIED, Handling.ALLIANCE), photos=9
    ),
    Chapter(
        BR, "BR-2025-008", _series("BR-0030 Meadow", SeriesStatus.IN_PROGRESS, Handling.ALLIANCE), photos=7
    ),
    Chapter(
        BR,
        "BR-2025-009",
        _series("BR-0031 Quarry", SeriesStatus.UNIDENTIFIED, Handling.NAMED, JP.code),
        photos=6,
    ),
    Chapter(
        BR,
        "BR-2025-011",
        _series("BR-0034 Ferry", SeriesStatus.IN_PROGRESS, Handling.NAMED, NL.code),
        photos=4,
    ),
    Chapter(
        JP, "JP-2023-071", _series("JP-0003 Bridge", SeriesStatus.SAFEGUARDED, Handling.ALLIANCE), photos=6
    ),
    Chapter(
        JP, "JP-2025-020", _series("JP-0016 Tower", SeriesStatus.UNIDENTIFIED, Handling.ALLIANCE), photos=6
    ),
    Chapter(JP, "JP-2025-021", _series("JP-0017 Valley", SeriesStatus.IN_PROGRESS, Handling.BLIND), photos=5),
    Chapter(NL, "NL-2023-001", None, photos=8, irrelevant=True),
)
"""Series are named after places and things, never after people."""

EXACT_COPIES = 24
HIDDEN_EXACT = 6
HIDDEN_ALTERED = 3
IRRELEVANT_COPIES = 8
NEW_PHOTOS = 50
DUPLICATES_OF_KNOWN = 3
DUPLICATES_OF_NEW = 6
FLAT_PHOTOS = 3
ALTERED: dict[Alteration, int] = {
    Alteration.RESIZED: 12,
    Alteration.RECOMPRESSED: 10,
    Alteration.MIRRORED: 7,
    Alteration.ROTATED_90: 3,
    Alteration.ROTATED_180: 2,
    Alteration.ROTATED_270: 3,
    Alteration.BRIGHTENED: 3,
    Alteration.DARKENED: 2,
}
"""Altered copies of what the asker may see: 42. With four odd files and a recorded flat one, 150 in all."""
TURNED = (Alteration.MIRRORED, Alteration.ROTATED_90, Alteration.ROTATED_180, Alteration.ROTATED_270)

"""The demonstration's story: what three authorities hold, a seizure, and the truth about every file of it.

``write_story`` draws everything from one seed. The truth is known because the files were made so, and not
because Cairn was asked; so a check whose answer differs from it is wrong.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cairn.synthetic import plot
from cairn.synthetic.cameras import Camera, fleet
from cairn.synthetic.files import JpegSettings, write_jpeg
from cairn.synthetic.noise import stream
from cairn.synthetic.oddities import flat_photo
from cairn.synthetic.parallel import in_parallel
from cairn.synthetic.photographs import Shot, Subject, write_photograph
from cairn.synthetic.seizing import Record, write_seizure
from cairn.synthetic.structure import fragility
from cairn.synthetic.truth import Holding, Story

if TYPE_CHECKING:
    from pathlib import Path

CHAPTER_STRIDE = 10_000
"""Places of different holdings have seeds this far apart, so that no two holdings show one place."""


def _subject_of(chapter: plot.Chapter, number: int) -> tuple[Subject, int]:
    """Answer what photograph ``number`` of a holding shows, and which of the holding's places."""
    if chapter.series is not None:
        return (Subject.STILL_LIFE if number % 3 == 2 else Subject.ROOM), 0  # noqa: PLR2004 - every third photo
    mixed = (Subject.STILL_LIFE, Subject.PATTERN, Subject.ROOM)
    return mixed[number % len(mixed)], number


def _write_holding(
    folder: Path, chapter: plot.Chapter, *, seed: int, camera: Camera
) -> tuple[Holding, list[Record]]:
    """Draw one holding into its folder."""
    place = folder / chapter.authority.code / (chapter.series.name if chapter.series else chapter.case)
    if chapter.irrelevant:
        place = folder / chapter.authority.code / "known good"
    holding = Holding(chapter.authority, chapter.case, chapter.series, place, chapter.irrelevant)
    records = []
    for number in range(chapter.photos):
        subject, own = _subject_of(chapter, number)
        path = place / camera.model.file_pattern.format(number + 1)
        pixels = write_photograph(path, Shot(subject, seed + own, number, camera))
        records.append(Record(path, holding, fragility(pixels)))
    if chapter.with_flat:
        path = place / camera.model.file_pattern.format(chapter.photos + 1)
        write_jpeg(path, flat_photo(seed, (camera.model.width, camera.model.height)), JpegSettings())
        records.append(Record(path, holding, flat=True))
    return holding, records


def write_story(folder: Path, *, seed: int) -> Story:
    """Draw holdings and a seizure into a folder, and answer the truth about them.

    Args:
        folder: Made if it is not there; it must not have ``holdings`` or ``seizure`` in it yet.
        seed: At least 0; the same seed gives the same pictures, names and truth.

    Returns:
        The story; the truth is in memory only until ``save_truth`` writes it.

    Raises:
        FileExistsError: A story was already written here; nothing is overwritten.
    """
    for part in ("holdings", "seizure"):
        if (folder / part).exists():
            raise FileExistsError(f"{folder / part} is already there, and nothing is overwritten")
    base = int(stream(seed, 20).integers(1 << 40))
    cameras = fleet(base, len(plot.CHAPTERS) + 1)
    chapters = [
        partial(
            _write_holding,
            folder / "holdings",
            chapter,
            seed=base + (number + 1) * CHAPTER_STRIDE,
            camera=cameras[number],
        )
        for number, chapter in enumerate(plot.CHAPTERS)
    ]
    written = in_parallel(chapters)
    records = [record for _, made in written for record in made]
    seizure = folder / "seizure"
    phone = Camera(cameras[1].model, cameras[-1].serial)
    expected = write_seizure(seizure, records, asker=plot.ASKER.code, camera=phone, seed=base)
    return Story(seed, plot.ASKER.code, tuple(holding for holding, _ in written), seizure, expected)

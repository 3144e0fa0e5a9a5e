"""Putting a seizure together: copies of what is recorded, altered copies, new photographs, odd files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from cairn.synthetic import alterations, oddities, plot
from cairn.synthetic.files import JpegSettings, read_pixels, write_jpeg, write_new, write_png, write_webp
from cairn.synthetic.noise import chance, stream
from cairn.synthetic.parallel import in_parallel
from cairn.synthetic.photographs import Shot, Subject, take, write_photograph
from cairn.synthetic.truth import Alteration, Expected, Holding
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cairn.synthetic.cameras import Camera

FOLDERS = (
    "laptop/Downloads",
    "laptop/Pictures/collection/01",
    "laptop/Pictures/collection/02",
    "laptop/Pictures/sorted/a",
    "phone/Received",
    "stick/backup 2024/set 1",
    "stick/backup 2024/set 2",
)
"""Where copies lie on the seized devices; new photographs lie in the phone's camera roll."""
ROLL_LENGTH = 20
"""A camera roll starts a new folder after so many photographs."""


@dataclass(frozen=True, slots=True)
class Record:
    """One recorded file and the holding that it belongs to.

    Attributes:
        path: Where it lies.
        holding: Whose it is.
        fragility: As ``structure.fragility`` measures it; copies of the least fragile are turned.
        flat: True if it shows nothing, so that only its digests can be met.
    """

    path: Path
    holding: Holding
    fragility: int = 0
    flat: bool = False

    def is_visible_to(self, asker: str) -> bool:
        """Answer whether ``asker`` may learn that this file is recorded."""
        series = self.holding.series
        return series is None or series.is_visible_to(asker=asker, owner=self.holding.authority.code)


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the seizure before it has a name.

    Attributes:
        expected: What a check must say of it.
        write: Writes it to a path.
        suffix: How its name ends.
        from_camera: True if it lies in the camera roll.
    """

    expected: Expected
    write: Callable[[Path], None]
    suffix: str = ".jpg"
    from_camera: bool = False


def _copy(source: Path, target: Path) -> None:
    """Write the bytes of one file as another."""
    write_new(target, source.read_bytes())


def truth_of_copy(record: Record, asker: str, alteration: Alteration) -> Expected:
    """Answer what a check must say of a copy of a recorded file.

    Args:
        record: What it is a copy of.
        asker: The code of the authority that checks.
        alteration: ``EXACT_COPY`` if its digests are equal, else what was done to it.
    """
    series = record.holding.series
    name = series.name if series else None
    if not record.is_visible_to(asker):
        return Expected(Verdict.NEW, None, alteration, hidden_series=name)
    if alteration is not Alteration.EXACT_COPY:
        return Expected(Verdict.SIMILAR, name, alteration)
    if record.holding.irrelevant:
        return Expected(Verdict.IRRELEVANT, None, alteration)
    settled = series is not None and series.status.is_settled
    return Expected(Verdict.IDENTIFIED if settled else Verdict.KNOWN, name, alteration)


def altered(pixels: NDArray[np.uint8], alteration: Alteration, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Answer pixels after an alteration; recompression leaves them to the file writer.

    Args:
        pixels: ``(h, w, 3)`` uint8 RGB.
        alteration: One of ``plot.ALTERED``.
        rng: Decides by how much.
    """
    changes: dict[Alteration, Callable[[], NDArray[np.uint8]]] = {
        Alteration.RESIZED: lambda: alterations.resized(pixels, float(rng.uniform(0.35, 0.65))),
        Alteration.RECOMPRESSED: lambda: pixels,
        Alteration.MIRRORED: lambda: alterations.mirrored(pixels),
        Alteration.ROTATED_90: lambda: alterations.rotated(pixels, 1),
        Alteration.ROTATED_180: lambda: alterations.rotated(pixels, 2),
        Alteration.ROTATED_270: lambda: alterations.rotated(pixels, 3),
        Alteration.BRIGHTENED: lambda: alterations.brightened(pixels, float(rng.uniform(1.15, 1.3))),
        Alteration.DARKENED: lambda: alterations.brightened(pixels, float(rng.uniform(0.6, 0.8))),
    }
    return changes[alteration]()


def _write_altered(
    source: Path, alteration: Alteration, seed: tuple[int, ...], suffix: str, target: Path
) -> None:
    """Write an altered copy of a recorded file."""
    rng = stream(*seed)
    pixels = altered(read_pixels(source), alteration, rng)
    if suffix == ".png":
        write_png(target, pixels)
    elif suffix == ".webp":
        write_webp(target, pixels)
    else:
        low, high = (30, 60) if alteration is Alteration.RECOMPRESSED else (80, 93)
        write_jpeg(target, pixels, JpegSettings(int(rng.integers(low, high)), int(rng.integers(3))))


def _changes(visible: Sequence[Record], rng: np.random.Generator) -> list[tuple[Record, Alteration]]:
    """Answer which recorded files are altered, and how: only the firmest pictures are turned."""
    turned = [kind for kind in plot.TURNED for _ in range(plot.ALTERED[kind])]
    kept = [kind for kind, count in plot.ALTERED.items() if kind not in plot.TURNED for _ in range(count)]
    firm = sorted(visible, key=lambda record: record.fragility)
    others = firm[len(turned) :]
    shuffled = [others[i] for i in rng.permutation(len(others))]
    return list(zip(firm, turned, strict=False)) + list(zip(shuffled, kept, strict=False))


def copies(records: Sequence[Record], *, asker: str, seed: int) -> list[Item]:
    """Answer all copies of recorded files, exact and altered, as the plot counts them."""
    rng = stream(seed, 30)
    visible = [r for r in records if r.is_visible_to(asker) and not r.holding.irrelevant and not r.flat]
    hidden = [r for r in records if not r.is_visible_to(asker)]
    irrelevant = [r for r in records if r.holding.irrelevant]
    exact = [visible[i] for i in rng.permutation(len(visible))[: plot.EXACT_COPIES]]
    exact += [hidden[i] for i in rng.permutation(len(hidden))[: plot.HIDDEN_EXACT]]
    exact += irrelevant[: plot.IRRELEVANT_COPIES] + [r for r in records if r.flat]
    changed = _changes(visible, rng)
    some = (hidden[i] for i in rng.permutation(len(hidden)))
    changed += list(zip(some, list(plot.ALTERED)[: plot.HIDDEN_ALTERED], strict=False))
    items = [
        Item(truth_of_copy(record, asker, Alteration.EXACT_COPY), partial(_copy, record.path))
        for record in exact
    ]
    for number, (record, kind) in enumerate(changed):
        suffix = (".png", ".webp")[number % 2] if kind is Alteration.RESIZED and chance(rng, 0.4) else ".jpg"
        make = partial(_write_altered, record.path, kind, (seed, 31, number), suffix)
        items.append(Item(truth_of_copy(record, asker, kind), make, suffix))
    return items


def _photograph(shot: Shot, target: Path) -> None:
    """Write a new photograph."""
    write_photograph(target, shot)


def new_photographs(camera: Camera, *, seed: int) -> list[Item]:
    """Answer the photographs that nobody has recorded: rooms seen twice, still lifes, patterns."""
    subjects = (Subject.ROOM, Subject.ROOM, Subject.STILL_LIFE, Subject.PATTERN, Subject.STILL_LIFE)
    made = []
    for number in range(plot.NEW_PHOTOS):
        group, place = divmod(number, len(subjects))
        own = place if subjects[place] is not Subject.ROOM else 0
        shot = Shot(subjects[place], seed + 1_000 + 10 * group + own, place, camera)
        expected = Expected(Verdict.NEW, None, Alteration.NONE)
        made.append(Item(expected, partial(_photograph, shot), from_camera=True))
    return made


def odd_files(camera: Camera, *, seed: int) -> list[Item]:
    """Answer the files that cannot be compared: flat, too small, truncated, no picture, empty."""

    def expected(alteration: Alteration) -> Expected:
        return Expected(Verdict.NOT_COMPARABLE, None, alteration)

    def write_flat(target: Path, *, number: int) -> None:
        size = (camera.model.width, camera.model.height)
        write_jpeg(target, oddities.flat_photo(seed + number, size), JpegSettings())

    def write_truncated(target: Path) -> None:
        write_new(target, oddities.truncated_jpeg(take(Shot(Subject.STILL_LIFE, seed + 3_000, 0, camera))))

    def write_tiny(target: Path) -> None:
        write_png(target, oddities.tiny_picture(seed))

    items = [
        Item(expected(Alteration.FLAT), partial(write_flat, number=number), from_camera=True)
        for number in range(plot.FLAT_PHOTOS)
    ]
    items.append(Item(expected(Alteration.TRUNCATED), write_truncated))
    items.append(Item(expected(Alteration.TOO_SMALL), write_tiny, ".png"))
    text = partial(write_new, content=oddities.TEXT.encode())
    items.append(Item(expected(Alteration.NOT_A_PICTURE), text, ".txt"))
    items.append(Item(expected(Alteration.EMPTY), partial(write_new, content=b"")))
    return items


def _name(item: Item, number: int, rng: np.random.Generator, camera: Camera) -> str:
    """Answer a path for an item that no other number can have."""
    if item.from_camera:
        folder = f"phone/DCIM/{100 + number // ROLL_LENGTH}FONE"
        return f"{folder}/{camera.model.file_pattern.format(number + 1)}"
    styles = (f"image ({number})", f"img_2024{number:04d}", f"{rng.integers(1 << 40):010x}{number:03x}")
    folder = FOLDERS[int(rng.integers(len(FOLDERS)))]
    return f"{folder}/{styles[int(rng.integers(len(styles)))]}{item.suffix}"


def _seconds(named: dict[str, Item], folder: Path, rng: np.random.Generator) -> list[Item]:
    """Answer second copies of files that already lie in the seizure: of known ones and of new ones."""
    verdicts = ((Verdict.KNOWN, plot.DUPLICATES_OF_KNOWN), (Verdict.NEW, plot.DUPLICATES_OF_NEW))
    made = []
    for verdict, count in verdicts:
        names = [name for name, item in named.items() if item.expected.verdict is verdict]
        for index in rng.permutation(len(names))[:count]:
            first = named[names[index]]
            expected = replace(first.expected, alteration=Alteration.DUPLICATE)
            made.append(Item(expected, partial(_copy, folder / names[index]), first.suffix))
    return made


def write_seizure(
    folder: Path, records: Sequence[Record], *, asker: str, camera: Camera, seed: int
) -> dict[str, Expected]:
    """Write a seizure into a new folder.

    Args:
        folder: Where to.
        records: Everything that the authorities hold.
        asker: The code of the authority that will check it.
        camera: The seized phone.
        seed: Decides what is copied, how it is altered, and what is new.

    Returns:
        What a check must say of every file, by its path relative to ``folder`` with forward slashes.
    """
    rng = stream(seed, 32)
    items = copies(records, asker=asker, seed=seed) + new_photographs(camera, seed=seed)
    items += odd_files(camera, seed=seed)
    named = {_name(item, number, rng, camera): item for number, item in enumerate(items)}
    seconds = {
        _name(item, number, rng, camera): item
        for number, item in enumerate(_seconds(named, folder, rng), start=len(named))
    }
    for batch in (named, seconds):
        in_parallel([partial(item.write, folder / name) for name, item in batch.items()])
    return {name: item.expected for name, item in (named | seconds).items()}

"""Looking at a hash list without recording anything: what it is, what it holds, and what cannot be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cairn.errors import InputError
from cairn.evidence import opened, printable
from cairn.intake.lists import (
    NotRecognised,
    Reckoning,
    Recognised,
    Said,
    read_list,
    read_profile,
    recognise_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cairn.intake.lists import Batch, Hash, Profile, Remark

MAX_PROFILE_BYTES: Final = 400_000


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in a list.

    Attributes:
        recognised: What kind of list it is.
        reckoning: How its lines add up.
        hashes: How many entries have a hash of each kind.
        said: Of how many entries the list says what, beside hashes; flags count where they are true.
        broken: Why it could not be read to its end, if so; everything before was counted.
    """

    recognised: Recognised
    reckoning: Reckoning
    hashes: dict[str, int]
    said: dict[str, int]
    broken: InputError | None


def inspect_list(
    path: Path,
    *,
    profile_path: Path | None,
    bare_64: Hash | None,
    on_remark: Callable[[Remark], None],
    on_lines: Callable[[int], None],
) -> Inspection:
    """Read a list to its end, and answer what is in it.

    Args:
        path: The list.
        profile_path: What an operator says of its columns.
        bare_64: What hashes of 64 digits are, where somebody knows it.
        on_remark: Is told of every line that is set aside or doubtful, in order within a batch.
        on_lines: Is told how many lines were read.

    Raises:
        InputError: It cannot be opened, or it is not recognised (``list.unknown``).
    """
    profile = profile_at(profile_path) if profile_path else None
    recognised = recognise_file(path, profile=profile, bare_64=bare_64)
    if isinstance(recognised, NotRecognised):
        raise InputError(f"{printable(path)}: {recognised.sentence}", code="list.unknown")
    reckoning, hashes, said = Reckoning(), Counter[str](), Counter[str]()
    broken = None
    try:
        for batch in read_list(path, recognised):
            reckoning.add(batch)
            _count(batch, hashes, said)
            for remark in sorted([*batch.set_aside, *batch.doubts], key=lambda each: each.line):
                on_remark(remark)
            on_lines(reckoning.lines)
    except InputError as error:
        broken = error
    return Inspection(recognised, reckoning, dict(hashes), dict(said), broken)


def _count(batch: Batch, hashes: Counter[str], said: Counter[str]) -> None:
    for kind, column in batch.hashes.items():
        hashes[kind.value] += int(column.present.sum())
    for field, values in batch.said.items():
        is_flag = field.startswith("is_") or field in {Said.VICTIM_IDENTIFIED, Said.OFFENDER_IDENTIFIED}
        said[field.value] += sum(value is True if is_flag else value is not None for value in values)


def profile_at(path: Path) -> Profile:
    """Read the profile in a file.

    Raises:
        InputError: It cannot be opened, or is none (``list.profile-invalid``).
    """
    with opened(path) as stream:
        raw = stream.read(MAX_PROFILE_BYTES)
    try:
        return read_profile(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{printable(path)} is no text.", code="list.profile-invalid") from None

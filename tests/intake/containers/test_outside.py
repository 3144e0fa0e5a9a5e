"""What a reader from outside hands out are members, and its failure is said."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake import STANDARD_RULES, ContainerRules
from intake.containers.making import OTHER, PICTURE, found, tar_of, zip_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

RAR = b"Rar!\x1a\x07\1\0"


@dataclass(frozen=True)
class Unwraps:
    """A reader for archives that are a TAR behind eight bytes."""

    error: InputError | None = None

    def as_tar(self, archive: int) -> Iterator[bytes]:
        yield os.pread(archive, 1 << 20, len(RAR))
        if self.error is not None:
            raise self.error

    def missing_protections(self) -> Sequence[str]:
        return ()


def rules(error: InputError | None = None) -> ContainerRules:
    return replace(STANDARD_RULES, outside_reader=Unwraps(error))


def test_what_the_reader_hands_out_are_the_members(tmp_path: Path) -> None:
    archive = RAR + tar_of({"DCIM/1.jpg": PICTURE, "2.png": OTHER})
    assert found(tmp_path, archive, rules()) == {"!/DCIM/1.jpg": PICTURE, "!/2.png": OTHER}


def test_an_archive_inside_another_one_is_handed_over_alone(tmp_path: Path) -> None:
    outer = zip_of({"before": b"x", "in.rar": RAR + tar_of({"1.jpg": PICTURE}), "after": b"y"}, 0)
    assert found(tmp_path, outer, rules())["!/in.rar!/1.jpg"] == PICTURE


def test_members_before_a_failure_are_read_and_the_failure_is_said(tmp_path: Path) -> None:
    failing = rules(InputError("It broke off.", code="input.damaged"))
    answers = found(tmp_path, RAR + tar_of({"1.jpg": PICTURE}), failing)
    assert answers["!/1.jpg"] == PICTURE
    assert "It broke off." in str(answers["!/"])


def test_without_a_reader_the_archive_is_named(tmp_path: Path) -> None:
    (answer,) = found(tmp_path, RAR, STANDARD_RULES).values()
    assert "a RAR archive" in str(answer)
    assert "--bsdtar" in str(answer)

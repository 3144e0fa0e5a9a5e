"""Single packed files and packed TARs come out whole, or up to the damage."""

from __future__ import annotations

import bz2
import gzip
import importlib
import io
import lzma
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.intake import STANDARD_RULES
from intake.containers.making import OTHER, PICTURE, chance, found, tar_of, zstd_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


PACKERS = [gzip.compress, bz2.compress, lzma.compress, lambda d: lzma.compress(d, lzma.FORMAT_ALONE), zstd_of]


@pytest.mark.parametrize("pack", PACKERS)
def test_a_packed_file_has_one_member(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert found(tmp_path, pack(PICTURE)) == {"!/content": PICTURE}


@pytest.mark.parametrize("pack", PACKERS)
def test_a_packed_tar_is_one_container(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(tar_of({"DCIM/1.jpg": PICTURE, "2.png": OTHER}))
    assert found(tmp_path, packed) == {"!/DCIM/1.jpg": PICTURE, "!/2.png": OTHER}


@pytest.mark.parametrize("pack", [*PACKERS[:3], zstd_of])
def test_streams_one_after_the_other_are_one_file(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert found(tmp_path, pack(PICTURE) + pack(OTHER) + bytes(700)) == {"!/content": PICTURE + OTHER}
    assert found(tmp_path, pack(PICTURE) + b"rubbish behind it") == {"!/content": PICTURE}


@pytest.mark.parametrize("pack", PACKERS[:3])
def test_a_packed_tar_that_was_cut_off_yields_the_members_before_the_cut(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    files = {f"{number}.jpg": chance(number).randbytes(120_000) for number in range(4)}
    tars = tar_of(files)
    packed = pack(tars) if pack is not bz2.compress else bz2.compress(tars, 1)
    answers = found(tmp_path, packed[: len(packed) * 3 // 4 - 100])
    assert answers["!/0.jpg"] == files["0.jpg"]
    assert "ends too early" in str(answers["!/"])
    assert str(answers["!/"]).startswith("input.damaged")


def test_a_packed_tar_with_a_damaged_tar_says_so(tmp_path: Path) -> None:
    answers = found(tmp_path, gzip.compress(tar_of({"1.jpg": PICTURE})[:-11000]))
    assert "!/" in answers


def test_a_packed_file_that_was_cut_off_or_changed_is_refused(tmp_path: Path) -> None:
    cut = found(tmp_path, gzip.compress(PICTURE)[:-5000])
    assert "ends too early" in str(cut["!/content"])
    changed = bytearray(gzip.compress(PICTURE))
    changed[-6] ^= 1
    assert "damaged" in str(found(tmp_path, bytes(changed))["!/content"])


def test_gzip_gives_the_name_that_it_keeps(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile("été.jpg", "wb", fileobj=buffer, mtime=5) as packed:
        packed.write(PICTURE)
    assert list(found(tmp_path, buffer.getvalue())) == ["!/\\xe9t\\xe9.jpg"]
    raw = gzip.compress(PICTURE)
    with_extra = raw[:3] + bytes([4 | 8]) + raw[4:10] + b"\2\0ab" + b"1.jpg\0" + raw[10:]
    assert found(tmp_path, with_extra) == {"!/1.jpg": PICTURE}


def test_a_dictionary_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    packed = lzma.compress(PICTURE, preset=9)
    answers = found(tmp_path, packed, replace(STANDARD_RULES, dictionary_bytes=1 << 20))
    assert "needs more memory than the limit" in str(answers["!/"])


def test_a_stream_larger_than_the_scratch_limit_is_refused(tmp_path: Path) -> None:
    answers = found(tmp_path, gzip.compress(PICTURE), replace(STANDARD_RULES, scratch_bytes=1000))
    assert str(answers["!/"]).startswith("input.limit")


def test_zstandard_without_a_decoder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zstd_of(PICTURE)

    def nothing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", nothing)
    assert "no decoder is installed" in str(found(tmp_path, packed)["!/"])

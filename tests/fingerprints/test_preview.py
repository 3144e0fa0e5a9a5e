"""Small pictures to look at: plain pixels from a confined process, believed no further than agreed."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.preview import preview
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.message import Answer, pack, take
from cairn.types import PREVIEW_SIDE, PdqMode, Picture, Preview
from fingerprints.drawn import as_file
from pictures import drawn

if TYPE_CHECKING:
    from pathlib import Path


def shown(data: bytes) -> Preview:
    found = preview(data).preview
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "layout"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("TIFF", "F")],
)
def test_every_layout_becomes_plain_colour_of_the_size_that_it_says(kind: str, layout: str) -> None:
    picture = drawn(1, size=(300, 200))
    source = (picture.convert("L") if layout in {"I;16", "F"} else picture).convert(layout)
    found = shown(as_file(source, kind))
    assert (found.width, found.height, found.orientation) == (300, 200, 1)
    assert len(found.pixels) == 3 * 300 * 200


def test_a_large_picture_is_made_small_and_stays_itself() -> None:
    large = drawn(2, size=(3000, 1500))
    found = shown(as_file(large, "PNG"))
    assert (found.width, found.height) == (PREVIEW_SIDE, PREVIEW_SIDE // 2)
    assert (found.full_width, found.full_height) == (3000, 1500)
    small = Image.frombytes("RGB", (found.width, found.height), found.pixels).resize((8, 4))
    expected = large.resize((8, 4))
    assert all(abs(a - b) < 24 for a, b in zip(small.tobytes(), expected.tobytes(), strict=True))


def test_how_the_file_asks_to_be_turned_is_told_and_not_done(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.jpg"
    drawn(3, size=(320, 160)).save(path, exif=exif)
    found = shown(path.read_bytes())
    assert (found.width, found.height, found.orientation) == (320, 160, 6)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.UNSUPPORTED),
        (b"no picture at all", Reason.UNSUPPORTED),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), Reason.UNDECODABLE),
    ],
)
def test_what_cannot_be_shown_is_said(data: bytes, reason: Reason) -> None:
    found = preview(data)
    assert found.preview is None
    assert isinstance(found.comparison, NotComparable)
    assert found.comparison.reason is reason


def test_a_confined_process_makes_them_and_the_digest_is_made_outside(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    drawn(4).save(path)
    with DecoderPool(workers=1, mode=PdqMode.FAST, with_preview=True) as pool:
        done = list(pool.measure_all([Job(0, lambda: os.open(path, os.O_RDONLY))]))
    assert not isinstance(done[0].result, Exception)
    assert done[0].result.picture == preview(path.read_bytes())


def message(found: Preview) -> bytearray:
    picture = Picture("image/png", None, None, NotComparable(Reason.UNSUPPORTED, "x"), preview=found)
    return bytearray(pack(Answer(1, picture)))


def test_a_false_answer_is_not_taken() -> None:
    good = Preview(2, 1, 1, bytes(6), 2, 1)
    taken = take(message(good))
    assert isinstance(taken, Answer)
    assert taken.picture.preview == good
    false = [
        replace(good, width=0),
        replace(good, width=PREVIEW_SIDE + 1),
        replace(good, orientation=9),
        replace(good, pixels=bytes(5)),
        replace(good, pixels=bytes(7)),
        replace(good, full_width=1 << 31),
    ]
    for each in false:
        with pytest.raises(MessageError):
            take(message(each))

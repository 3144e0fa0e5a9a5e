from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.fingerprints.media_type import HEAD_BYTES, PICTURE_TYPES, media_type
from fingerprints.drawn import as_file, picture


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("JPEG", {}, "image/jpeg"),
        ("PNG", {}, "image/png"),
        ("GIF", {}, "image/gif"),
        ("BMP", {}, "image/bmp"),
        ("TIFF", {}, "image/tiff"),
        ("TIFF", {"big_tiff": True}, "image/tiff"),
        ("WEBP", {}, "image/webp"),
        ("AVIF", {}, "image/avif"),
        ("HEIF", {}, "image/heic"),
        ("JPEG2000", {}, "image/jp2"),
        ("JPEG2000", {"no_jp2": True}, "image/j2c"),
    ],
)
def test_each_written_format_is_told_by_its_bytes(kind: str, options: dict[str, bool], expected: str) -> None:
    found = media_type(as_file(picture(width=64, height=48), kind, **options)[:HEAD_BYTES])

    assert found == expected
    assert found in PICTURE_TYPES


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"MM\x00*rest", "image/tiff"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video/x-msvideo"),
        (b"RIFF\x00\x00\x00\x00ACON", None),
        (b"%PDF-1.7", "application/pdf"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomavc1", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ", "video/quicktime"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", "image/avif"),
        (b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00mif1", "image/heif"),
        (b"\x00\x00\x00\x14ftypavis\x00\x00\x00\x00avif", "image/avif"),
        (b"BM, said the letter", None),
        (b"", None),
        (b"plain words", None),
    ],
)
def test_signatures_name_the_type_or_stay_silent(head: bytes, expected: str | None) -> None:
    assert media_type(head) == expected


def test_brands_beyond_the_end_of_the_box_do_not_count() -> None:
    head = b"\x00\x00\x00\x10ftypmif1\x00\x00\x00\x00avifheic"

    assert media_type(head) == "image/heif"


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes_end_in_an_answer(head: bytes) -> None:
    assert media_type(head) is None or "/" in (media_type(head) or "")

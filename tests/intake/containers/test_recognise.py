"""Containers are told by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct

import pytest

from cairn.intake.containers.recognise import Kind, NotOpened, image_name, outside_name, recognise
from intake.containers.making import OTHER, PICTURE, tar_of, zip_of

MAIL = b"From: a@b\nTo: c@d\nDate: today\n\ntext"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (zip_of({"1.jpg": PICTURE}), Kind.ZIP),
        (b"PK00" + zip_of({"1.jpg": PICTURE}), Kind.ZIP),
        (zip_of({}), Kind.ZIP),
        (zip_of({"word/document.xml": b"x"}), Kind.DOCUMENT),
        (zip_of({"mimetype": b"application/vnd.oasis.opendocument.text"}, 0), Kind.DOCUMENT),
        (zip_of({"mimetype": b"something else"}, 0), Kind.ZIP),
        (tar_of({"1.jpg": PICTURE}), Kind.TAR),
        (gzip.compress(b"x", mtime=0), Kind.GZIP),
        (bz2.compress(b"x"), Kind.BZIP2),
        (bz2.compress(b""), Kind.BZIP2),
        (lzma.compress(b"x"), Kind.XZ),
        (lzma.compress(b"x", lzma.FORMAT_ALONE), Kind.XZ),
        (b"\x28\xb5\x2f\xfd", Kind.ZSTD),
        (b"\xef\xbb\xbf%PDF-1.4", Kind.PDF),
        (MAIL, Kind.MESSAGE),
        (b"\xef\xbb\xbf" + MAIL, Kind.MESSAGE),
        (b"From a@b today\n" + MAIL, Kind.MAILBOX),
        (b"Rar!\x1a\x07\0", Kind.OUTSIDE),
        (b"xx-lh5-", Kind.OUTSIDE),
        (PICTURE, None),
        (OTHER, None),
        (b"", None),
        (b"\x5d\0\0" + b"\xff" * 40, None),
        (b"BZh9 is the beginning of a text", None),
        (b"From here to there\nno header", None),
        (b"xx-lhx", None),
    ],
    ids=lambda value: "head" if isinstance(value, bytes) else str(value),  # Archives hold the time of day.
)
def test_kinds_are_told_by_content(head: bytes, kind: Kind | None) -> None:
    assert recognise(head[:4096]) == kind


@pytest.mark.parametrize(
    ("at", "magic", "words"),
    [
        (0, b"AFF4", "AFF4"),
        (32, b"NXSB", "APFS"),
        (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Outlook"),
    ],
)
def test_known_containers_that_are_not_opened_are_named(at: int, magic: bytes, words: str) -> None:
    kind = recognise(bytes(at) + magic + bytes(50))
    assert isinstance(kind, NotOpened)
    assert words in kind.name


@pytest.mark.parametrize(
    ("at", "magic", "words"),
    [(0, b"EVF\x09\x0d\x0a\xff\0", "E01"), (3, b"NTFS    ", "NTFS"), (1080, b"\x53\xef", "ext")],
)
def test_images_are_told_and_have_a_name_where_there_is_no_reader(at: int, magic: bytes, words: str) -> None:
    head = bytes(at) + magic + bytes(50)
    assert recognise(head) is Kind.IMAGE
    name = image_name(head)
    assert name is not None
    assert words in name.name


def line(*, mark: int = 0, kind: int = 7, begin: int = 64, length: int = 100) -> bytes:
    return struct.pack("<B3xB3xLL", mark, kind, begin, length)


@pytest.mark.parametrize(
    ("lines", "is_table"),
    [
        (line(), True),
        (line(mark=0x80) + line(begin=200), True),
        (b"", False),
        (line(mark=1), False),
        (line(begin=0), False),
        (line(length=0), False),
        (line() + line(), False),
        (bytes(range(1, 65)), False),
    ],
)
def test_partition_tables_are_told_from_other_boot_sectors(lines: bytes, is_table: bool) -> None:
    head = bytes(446) + lines.ljust(64, b"\0") + b"\x55\xaa"
    assert (recognise(head) is Kind.IMAGE) == is_table


def test_only_archives_for_the_outside_reader_have_a_name_there() -> None:
    assert outside_name(b"MSCF\0\0\0\0") == "a CAB archive"
    assert outside_name(PICTURE) is None

"""What a hostile container costs grows with its size, and not with the square of it.

Each input here takes a second or two; where the work grew with the square, it took minutes to hours.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from cairn.intake.containers.mail_header import read_part_header
from cairn.intake.containers.names import Addresses
from intake.containers.making import chance, found
from intake.containers.test_sevenzip import LOCKED, with_header
from intake.containers.test_tar import with_header as tar_header
from intake.containers.test_zip_archive import one_member

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(30)


def test_equal_names_tens_of_thousands_of_times() -> None:
    addresses = Addresses()
    last = [addresses.unique("1.jpg") for _ in range(40_000)][-1]
    assert last == "1.jpg (40000)"


def test_an_extended_header_of_very_many_small_lines(tmp_path: Path) -> None:
    header = tar_header(b"pax", b"x", b"5 a=\n" * 120_000) + tar_header(b"1.jpg", b"0", b"x") + bytes(1024)
    assert found(tmp_path, header) == {"!/1.jpg": b"x"}


def test_extra_fields_that_fill_the_directory(tmp_path: Path) -> None:
    assert found(tmp_path, one_member(b"x", b"x", extra=bytes(65_532))) == {"!/1.jpg": b"x"}


@pytest.mark.parametrize("piece", [b';a="\\"', b';a="', b"; a", b";a=\\", b"; a*0*="])
def test_parameters_that_never_close(piece: bytes) -> None:
    raw = b"Content-Type: x" + piece * (200_000 // len(piece))
    assert read_part_header(raw).kind == "x"


def test_members_without_length_that_lie_in_each_other(tmp_path: Path) -> None:
    header = b"PK\x03\x04\x14\0" + struct.pack("<4H3L2H", 8, 8, 0, 0, 0, 0, 0, 1, 0) + b"a"
    inside = header * 12_000  # As one stored Deflate block after another, which holds further headers.
    blocks = b"".join(
        b"\0" + struct.pack("<HH", len(part), len(part) ^ 0xFFFF) + part
        for part in (inside[at : at + 31 * 2000] for at in range(0, len(inside), 31 * 2000))
    )
    answers = found(tmp_path, header + blocks)
    assert "!/" in answers
    assert all(isinstance(answer, str) for answer in answers.values())
    given_up = sum("Its length is lost" in str(answer) for answer in answers.values())
    assert given_up > 11_000, "each of the members was unpacked to find its end"


def test_a_pdf_of_nothing_but_beginnings(tmp_path: Path) -> None:
    assert found(tmp_path, b"%PDF-1.4\n" + b"1 0 obj " * 40_000) == {}
    objects = b"1 0 obj << /Subtype /Image /Filter [ " + b"/F [ " * 3000 + b">>\nstream\n"
    answers = found(tmp_path, b"%PDF-1.4\n" + objects * 20)
    assert "ends before the end of this stream" in str(answers)


def test_a_7z_that_asks_for_a_new_key_for_every_file(tmp_path: Path) -> None:
    count = 40
    coder = b"\1\x24\6\xf1\7\1\3\x82\0%c"  # AES, with two to the power of two rounds and one byte of salt.
    folders = b"".join(coder % number for number in range(count))
    sizes = b"\1" * count
    names = "".join(f"{number}\0" for number in range(count)).encode("utf-16-le")
    header = (
        b"\1\4\6\0%c\x09%s\0" % (count, sizes)
        + b"\7\x0b%c\0%s\x0c%s\0\0" % (count, folders, sizes)
        + b"\5%c\x11\x80%c\0%s\0\0" % (count, len(names) + 1, names)
    )
    answers = found(tmp_path, with_header(header, packed=chance(5).randbytes(count)), LOCKED)
    assert len(answers) == count
    assert "more keys than the limit of 16" in str(answers["!/39"])

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.intake.containers.sevenzip_cursor import Cursor


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("00", 0),
        ("7f", 127),
        ("8080", 128),
        ("bfff", 0x3FFF),
        ("c00040", 0x4000),
        ("ff8877665544332211", 0x1122334455667788),
    ],
)
def test_leading_ones_say_how_many_bytes_follow(written: str, number: int) -> None:
    cursor = Cursor(bytes.fromhex(written) + b"\x05")
    assert cursor.number() == number
    assert cursor.byte() == 5


def test_a_count_that_the_header_cannot_hold_is_damage() -> None:
    assert Cursor(b"\x10\0").count() == 16
    with pytest.raises(InputError, match="more than it can hold"):
        Cursor(b"\x11\0").count()


def test_flags_stand_highest_bit_first_and_may_be_left_out() -> None:
    assert Cursor(b"\xa0").bits(3) == [True, False, True]
    assert Cursor(b"\x01").optional_bits(2) == [True, True]
    assert Cursor(b"\x00\x40").optional_bits(2) == [False, True]


def test_checksums_are_read_where_they_are_stated() -> None:
    assert Cursor(b"\x00\x40" + bytes([4, 3, 2, 1])).digests(2) == [None, 0x01020304]


def test_a_property_out_of_place_is_damage() -> None:
    assert Cursor(b"\x04").expect(4, 5) == 4
    with pytest.raises(InputError, match="breaks its own rules"):
        Cursor(b"\x06").expect(4, 5)


@given(st.binary(max_size=12))
def test_numbers_never_reach_beyond_the_end(data: bytes) -> None:
    cursor = Cursor(data)
    read = 0
    with pytest.raises(InputError, match="ends too early"):
        while True:
            cursor.number()
            read += 1
    assert read <= len(data)
    assert Cursor(data).rest() == data

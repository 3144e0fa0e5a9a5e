"""Decoders hand out bounded pieces and never more than was asked for."""

from __future__ import annotations

import bz2
import lzma
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.intake.containers import decoders

DATA = b"cairn " * 100_000


def in_pieces(data: bytes, length: int = 1000) -> list[bytes]:
    return [data[at : at + length] for at in range(0, len(data), length)]


@given(st.integers(1, 5000))
def test_the_cut_of_the_input_does_not_matter(length: int) -> None:
    packed = zlib.compress(DATA[:20_000])
    assert b"".join(decoders.inflate(in_pieces(packed, length), wbits=15)) == DATA[:20_000]


def test_pieces_are_bounded() -> None:
    for pieces in (
        decoders.inflate([zlib.compress(DATA)], wbits=15),
        decoders.bunzip([bz2.compress(DATA)]),
        decoders.unxz_all([lzma.compress(DATA)], dictionary_bytes=1 << 28),
    ):
        whole = list(pieces)
        assert max(map(len, whole)) <= 64 * 1024
        assert b"".join(whole) == DATA


def test_a_bare_stream_ends_at_the_stated_length() -> None:
    filters = [{"id": lzma.FILTER_LZMA2}]
    packed = lzma.compress(DATA, lzma.FORMAT_RAW, filters=filters)
    assert b"".join(decoders.unlzma([packed], filters=filters, length=100)) == DATA[:100]
    assert list(decoders.unlzma([packed], filters=filters, length=0)) == []
    with pytest.raises(InputError, match="ends too early"):
        list(decoders.unlzma([packed], filters=filters, length=len(DATA) + 1))


def test_settings_that_the_library_refuses_are_damage() -> None:
    with pytest.raises(InputError, match="make no sense"):
        list(decoders.unlzma([b"x"], filters=[{"id": lzma.FILTER_LZMA1, "lc": 9}], length=5))


@pytest.mark.parametrize("decode", [decoders.gunzip_all, decoders.bunzip_all])
def test_nothing_at_all_is_damage(decode: object) -> None:
    assert callable(decode)
    with pytest.raises(InputError, match="ends too early"):
        list(decode([]))

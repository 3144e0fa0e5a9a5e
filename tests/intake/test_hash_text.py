"""Hashes are read from text exactly, or not at all."""

from __future__ import annotations

import base64

import pytest

from cairn.intake.hash_text import parse_hexadecimal, parse_photodna


@pytest.mark.parametrize("text", ["ab", "AB", "aB"])
def test_digits_of_either_case_are_read(text: str) -> None:
    assert parse_hexadecimal(text, 1) == b"\xab"


@pytest.mark.parametrize("text", ["", "a", "abc", "0x", "a b ", "ag", "٣٣٣٣"])
def test_other_text_is_no_hash(text: str) -> None:
    assert parse_hexadecimal(text, 2) is None


def test_photodna_is_read_in_both_forms_and_in_no_other() -> None:
    value = bytes(range(144))
    assert parse_photodna(base64.b64encode(value).decode()) == value
    assert parse_photodna(value.hex()) == value
    assert parse_photodna("*" * 192) is None
    assert parse_photodna("A" * 191) is None
    assert parse_photodna("A" * 190 + "==") is None

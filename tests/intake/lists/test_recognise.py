"""A list is recognised by its content; where it is not, it is said why."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.intake.lists import Hash, ListFormat, NotRecognised, Recognised, read_stream, recognise_list
from cairn.intake.lists.bits import tell_64_digits
from cairn.intake.lists.recognise import WORDS
from cairn.intake.vics import SeriesSpan
from intake.lists.samples import entries_of, lines, md5, pdq, recognised, sha256
from intake.vics.samples import FORMS, file_text, record

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_vics_set_is_a_list_too() -> None:
    spans = SeriesSpan("NO-0007", 192.0, 280.5), SeriesSpan("Two words", 300.0, 301.0)
    told = [{"PropertyName": each.as_fact().name, "PropertyValue": each.as_fact().value} for each in spans]
    data = file_text(FORMS[1], [record(Exifs=told), record(MD5=None, SHA1=None), None]).encode()
    assert recognised(data).format is ListFormat.VICS
    assert recognised(data).sentence == "This is a VICS file, version 1.3."
    [entry] = entries_of(data)
    assert entry.facts == {"CairnSpan": "00:03:12-00:04:40.5 NO-0007; 00:05:00-00:05:01 Two words"}
    assert (entry.reference, entry.category, entry.name) == ("7", "1", "Files\\7.jpg")


def test_a_vics_set_whose_version_stands_at_its_end_is_known_by_its_records() -> None:
    data = json.dumps({"value": [record()], FORMS[1].key: FORMS[1].address}).encode()
    found = recognised(data[:200])
    assert (found.format, found.sentence) == (ListFormat.VICS, "This is a VICS file.")
    assert len(list(read_stream(io.BytesIO(data), found))) == 1


@pytest.mark.parametrize(("made", "kind"), [(pdq, Hash.PDQ), (sha256, Hash.SHA256)])
def test_64_digits_are_told_apart_by_their_bits(made: Callable[[int], bytes], kind: Hash) -> None:
    data = lines([made(number).hex() for number in range(40)])
    assert recognised(data).bare_64 is kind


def test_a_single_hash_with_half_its_bits_set_may_be_either() -> None:
    found = recognise_list(lines([pdq(1).hex()]))
    assert isinstance(found, NotRecognised)
    assert "SHA-256 or PDQ" in found.sentence
    said = recognise_list(lines([pdq(1).hex()]), bare_64=Hash.PDQ)
    assert isinstance(said, Recognised)
    assert said.bare_64 is Hash.PDQ


def test_a_list_that_is_half_of_each_is_not_guessed() -> None:
    assert tell_64_digits([pdq(1), pdq(2), pdq(3), bytes(32), bytes(32)]) is None
    assert tell_64_digits([]) is None
    assert tell_64_digits([bytes(32)]) is Hash.SHA256


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "There is nothing in this file."),
        (b"\n\n# x\n", "There is nothing in this file."),
        (b"MZ\x90\0\3\0\0\0", "no binary format"),
        (b"hello\nworld\n", "no list that is known"),
        (b"<html></html>", "no page of entries"),
        (b'{"a": 1}', "neither a VICS file"),
        (b"[]", "neither a VICS file"),
        (lines([f"{n},{pdq(n).hex()}" for n in (1, 2)]), "too few to tell"),
    ],
)
def test_what_is_not_recognised_is_told_why(data: bytes, why: str) -> None:
    found = recognise_list(data)
    assert isinstance(found, NotRecognised)
    assert why in found.sentence


def test_hashes_that_stand_by_chance_in_a_text_make_no_list() -> None:
    assert isinstance(recognise_list(lines(["a text"] * 5 + [md5(1).hex()] * 4)), NotRecognised)


def test_every_format_has_words() -> None:
    assert set(WORDS) == set(ListFormat)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<queryResult>", b"HASH\r\n\xff\x00", b'{"hashRecords": ', b"md5,a\n"]),
)
def test_any_bytes_end_in_batches_or_in_a_sentence(data: bytes, head: bytes) -> None:
    found = recognise_list(head + data)
    if isinstance(found, Recognised):
        try:
            assert (
                sum(len(list(batch.entries())) for batch in read_stream(io.BytesIO(head + data), found)) >= 0
            )
        except InputError as error:
            assert error.sentence  # noqa: PT017 - either end is well

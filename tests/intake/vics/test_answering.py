"""Answers are written into a case file, and not a sign of it changes beside them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.intake.vics import (
    AnswersWritten,
    Exif,
    Form,
    Kind,
    Media,
    MediaAnswer,
    MediaRead,
    SeriesSpan,
    read_vics,
    write_answers,
)
from cairn.intake.vics.values import SPAN_FACT
from intake.vics.samples import FORMS, Chopped, file_text, record

FORM = Form("1.3", Kind.CASES)
ANSWER = MediaAnswer(
    series="CA-2024-17",
    victim_identified=True,
    offender_identified=False,
    is_precategorized=True,
    precategorization_source="CA-UNIT",
    tags=("known",),
)


def _answered(
    data: bytes, answer: MediaAnswer | None = ANSWER, *, piece: int = 64
) -> tuple[bytes, AnswersWritten]:
    target = io.BytesIO()
    return _written(target, data, answer, piece)


def _written(
    target: io.BytesIO, data: bytes, answer: MediaAnswer | None, piece: int
) -> tuple[bytes, AnswersWritten]:
    def answer_for(media: Media) -> MediaAnswer | None:
        return answer if media.media_id == 7 else None

    done = write_answers(Chopped(data, piece), target, answer_for)
    return target.getvalue(), done


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("indent", [None, 2])
def test_only_the_fields_of_the_answer_change(form: Form, indent: int | None) -> None:
    records = [record(), record(MediaID=8, Odd=[1.50, {"a": "ü"}])]
    before = file_text(form, records, indent=indent)
    after, done = _answered(before.encode())
    expected = {
        "VictimIdentified": True,
        "OffenderIdentified": False,
        "IsPrecategorized": True,
        "Series": "CA-2024-17",
        "PrecategorizationSource": "CA-UNIT",
        "Tags": "known",
    }
    assert json.loads(after) == json.loads(file_text(form, [{**records[0], **expected}, records[1]]))
    assert done == AnswersWritten(media=2, answered=1, changed=1)


@pytest.mark.parametrize(
    "oddity",
    [
        '"Size": 1.50e1, "N": 100000000000000000000',
        '"A": "\\u00fc\\/", "A": 2',
        '"B" :\t[ ]\r\n',
        '"C": "ü\udcff"',
    ],
)
@pytest.mark.parametrize("answer", [None, MediaAnswer()])
def test_without_an_answer_the_file_stays_the_same_byte_for_byte(
    oddity: str, answer: MediaAnswer | None
) -> None:
    text = '{ "odata.metadata":"x" ,"value":[ {"MediaID": 7, ' + oddity + " } , null,{ }]\n}\n\n"
    data = text.encode("utf-8", "surrogateescape")
    after, done = _answered(data, answer)
    assert after == data
    assert done.changed == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_the_encoding_and_its_mark_stay(encoding: str) -> None:
    text = file_text(FORM, [record(Comments="ü😀")], ensure_ascii=False)
    data = text.encode(encoding) if encoding != "utf-16-be" else ("\ufeff" + text).encode(encoding)
    assert _answered(data, None)[0] == data
    after, _ = _answered(data, MediaAnswer(series="S"))
    name = encoding if encoding != "utf-16-be" else "utf-16"
    assert after[:2] == data[:2]
    assert json.loads(after.decode(name))["value"][0]["Media"][0]["Series"] == "S"


def test_every_other_sign_of_a_changed_record_stays() -> None:
    text = '{"value": [\n\t{"MediaID" : 7,\n\t "X": 1.50 ,"Series":"old", "Y": "\\u00e9"\n\t}]}'
    after, _ = _answered(text.encode(), MediaAnswer(series="new", victim_identified=True))
    expected = text.replace('"old"', '"new"').replace('"\\u00e9"', '"\\u00e9", "VictimIdentified": true')
    assert after.decode() == expected


@pytest.mark.parametrize(
    ("members", "written"),
    [
        ({"VictimIdentified": "False"}, "True"),
        ({"VictimIdentified": "false"}, "true"),
        ({"VictimIdentified": "FALSE"}, "TRUE"),
        ({"VictimIdentified": False}, True),
        ({"VictimIdentified": None, "IsSuspected": "false"}, "true"),
        ({"VictimIdentified": "perhaps", "IsSuspected": False}, True),
        ({}, True),
    ],
)
def test_a_flag_is_written_as_the_record_writes_its_flags(members: dict[str, Any], written: object) -> None:
    data = file_text(FORM, [record(**members)]).encode()
    after, _ = _answered(data, MediaAnswer(victim_identified=True))
    assert json.loads(after)["value"][0]["Media"][0]["VictimIdentified"] == written


@pytest.mark.parametrize("said", ["true", True, "True"])
def test_a_flag_that_says_it_already_is_not_touched(said: object) -> None:
    data = file_text(FORM, [record(VictimIdentified=said)]).encode()
    after, done = _answered(data, MediaAnswer(victim_identified=True))
    assert after == data
    assert (done.answered, done.changed) == (1, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, "a,b"), ("", "a,b"), ("mine", "mine,a,b"), ("b, c", "b, c,a"), ("a,b", "a,b"), (7, "a,b")],
)
def test_tags_are_added_to_those_that_are_there(before: object, after: str) -> None:
    data, _ = _answered(file_text(FORM, [record(Tags=before)]).encode(), MediaAnswer(tags=("a", "b", "a")))
    assert json.loads(data)["value"][0]["Media"][0]["Tags"] == after


def test_an_answer_written_twice_is_written_once() -> None:
    once, _ = _answered(file_text(FORM, [record(), record()]).encode())
    twice, done = _answered(once)
    assert twice == once
    assert done.changed == 0


def test_a_record_without_a_member_gets_them() -> None:
    target = io.BytesIO()
    write_answers(io.BytesIO(b'{"value": [{ }]}'), target, lambda _: MediaAnswer(series="S", tags=("t",)))
    assert target.getvalue() == b'{"value": [{"Series": "S", "Tags": "t" }]}'


def test_a_name_that_occurs_twice_is_replaced_twice() -> None:
    after, _ = _answered(
        b'{"value": [{"MediaID": 7, "Series": "a", "Series": "b"}]}', MediaAnswer(series="c")
    )
    assert after == b'{"value": [{"MediaID": 7, "Series": "c", "Series": "c"}]}'


def test_a_broken_file_is_not_answered_as_if_it_were_whole() -> None:
    with pytest.raises(InputError):
        _answered(file_text(FORM, [record()]).encode()[:-3])


@given(
    st.lists(st.dictionaries(st.text(max_size=3), st.none() | st.text(max_size=5) | st.floats(), max_size=3)),
    st.integers(1, 50),
)
def test_any_file_is_copied_byte_for_byte(values: list[dict[str, object]], piece: int) -> None:
    data = json.dumps({"value": [{"MediaID": 7, **value} for value in values]}).encode()
    assert _answered(data, None, piece=piece)[0] == data
    answered, _ = _answered(data, MediaAnswer(series="S"), piece=piece)
    expected = [{"MediaID": 7, **value, "Series": "S"} for value in values]
    assert json.dumps(json.loads(answered)["value"], sort_keys=True) == json.dumps(expected, sort_keys=True)


def test_stretches_of_series_are_added_to_the_facts_once_and_read_back() -> None:
    span = SeriesSpan("NO-0007", 192.0, 280.5)
    answer = MediaAnswer(spans=(span, SeriesSpan("Two words", 0.0, 1.0)))
    before = file_text(FORM, [record()]).encode()
    once, done = _answered(before, answer)
    twice, again = _answered(once, answer)
    assert (twice, done.changed, again.changed) == (once, 1, 0)
    (read,) = (each.media for each in read_vics(io.BytesIO(once)) if isinstance(each, MediaRead))
    assert read.spans == answer.spans
    assert read.exifs[-2].value == "00:03:12-00:04:40.5 NO-0007"
    (held,) = (each.media for each in read_vics(io.BytesIO(before)) if isinstance(each, MediaRead))
    assert read.exifs[:-2] == held.exifs
    odd = file_text(FORM, [record(Exifs="none")]).encode()
    assert _answered(odd, answer)[0] == odd
    mixed = file_text(FORM, [record(Exifs=[3, {"PropertyName": SPAN_FACT, "PropertyValue": "soon Stone"}])])
    assert json.loads(_answered(mixed.encode(), answer)[0]) != json.loads(mixed)
    assert (
        Media(exifs=(Exif(name=SPAN_FACT, value="soon Stone"), Exif(name=SPAN_FACT, value="1-2"))).spans == ()
    )

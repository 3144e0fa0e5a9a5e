"""VICS files are read in every version, with every oddity of real exports, and nothing of them is lost."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.intake.vics import Form, Kind, MediaRead, Read, RecordRefused, contradictions, read_vics
from intake.vics.samples import (
    FORMS,
    MD5,
    Chopped,
    case_members,
    cases_of,
    file_of,
    file_text,
    media_of,
    read_text,
    record,
)

FORM = Form("1.3", Kind.CASES)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_version_is_read_and_says_what_it_is(form: Form) -> None:
    reads = read_text(file_text(form, [record()]))
    [media] = media_of(reads)
    assert file_of(reads).form == form
    assert form.is_known
    assert (media.media_id, media.category, media.media_size_bytes) == (7, 1, 2835)
    assert media.md5 == bytes.fromhex(MD5)
    assert media.sha1 == b"\xab" * 20
    assert (media.exifs[0].name, media.exifs[0].value) == ("Make", "Maker")
    assert (media.media_files[0].file_name, media.media_files[0].unallocated) == ("a.jpg", False)
    assert len(cases_of(reads)) == (form.kind is Kind.CASES)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("false", False),
        ("False", False),
        ("TRUE", True),
        ("0", False),
        (1, True),
        (0, False),
        ("no", False),
        ("", None),
        (None, None),
    ],
)
def test_a_flag_means_what_it_says_whether_it_is_a_word_or_json_s_own(
    written: object, meant: bool | None
) -> None:
    [media] = media_of(read_text(file_text(FORM, [record(VictimIdentified=written)])))
    assert media.victim_identified is meant
    assert media.doubts == ()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("VictimIdentified", "perhaps", "is neither true nor false"),
        ("MD5", "abc", "is not 32 hexadecimal digits"),
        ("MD5", "01 3456789ABCDEF0123456789ABCDEF ", "is not 32 hexadecimal digits"),
        ("MediaSize", "9" * 5000, "is no whole number"),
        ("MediaSize", True, "is no whole number"),
        ("PhotoDNA", "AAAA", "is not a PhotoDNA value"),
        ("Comments", ["x"], "is no text"),
        ("Exifs", {"a": 1}, "is no list of records"),
        ("Exifs", ["a"], "is no list of records"),
    ],
)
def test_a_field_that_holds_what_it_may_not_is_doubted_and_kept(name: str, value: Any, why: str) -> None:
    reads = read_text(file_text(FORM, [record(**{name: value})]))
    [media] = media_of(reads)
    assert [(each.field, each.why) for each in media.doubts] == [(name, why)]
    assert media.other == {name: value}
    assert file_of(reads).tally.with_doubts == 1


def test_numbers_and_texts_that_changed_their_kind_are_understood() -> None:
    [media] = media_of(read_text(file_text(FORM, [record(MediaSize="12", Series=17)])))
    assert (media.media_size_bytes, media.series) == (12, "17")


def test_a_doubt_in_a_record_below_is_one_of_the_media() -> None:
    [media] = media_of(read_text(file_text(FORM, [record(MediaFiles=[{"Deleted": "?", "Extra": 1}])])))
    assert [each.field for each in media.doubts] == ["Deleted"]
    assert media.media_files[0].other == {"Deleted": "?", "Extra": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("indent", [None, 1, "\t"])
def test_byte_order_marks_and_layouts_make_no_difference(encoding: str, indent: Any) -> None:
    text = file_text(FORM, [record(Comments="Grüße, 世界 😀")], ensure_ascii=False, indent=indent)
    [media] = media_of(read_text(text.encode(encoding)))
    assert media.comments == "Grüße, 世界 😀"


def test_bytes_that_are_no_text_do_not_stop_the_reading() -> None:
    data = file_text(FORM, [record(Comments="X"), record()]).encode().replace(b'"X"', b'"a\xffb"')
    assert [media.comments for media in media_of(read_text(data))] == ["a?b", None]


def test_photodna_is_read_from_base64_and_from_hexadecimal() -> None:
    value = bytes(range(144))
    written = [base64.b64encode(value).decode(), value.hex(), ""]
    found = media_of(read_text(file_text(FORM, [record(PhotoDNA=each) for each in written])))
    assert [media.photodna for media in found] == [value, value, None]


def test_other_hashes_are_found_under_the_names_that_tools_give_them() -> None:
    hashes = [
        {"HashName": "SHA-256", "HashValue": "no"},
        {"HashName": "sha256", "HashValue": "cd" * 31},
        {"HashName": "SHA_256", "HashValue": "CD" * 32},
        {"HashName": "PDQ", "HashValue": "ef" * 32},
    ]
    with_them, without = media_of(read_text(file_text(FORM, [record(AlternativeHashes=hashes), record()])))
    assert (with_them.sha256, with_them.pdq) == (b"\xcd" * 32, b"\xef" * 32)
    assert (without.sha256, without.pdq) == (None, None)


def test_members_that_the_data_model_does_not_know_are_kept_everywhere() -> None:
    extra = {"odata.id": "Media(7)", "MediaFiles@odata.navigationLinkUrl": "x", "New": {"a": [1.5, None]}}
    case = case_members(**{"odata.editLink": "y"}, CaseMetadata=[{"PropertyName": "n", "Odd": True}])
    text = file_text(FORM, [record(**extra)], case=case)
    reads = read_text(text[:-1] + ', "odata.count": "1"}')
    assert media_of(reads)[0].other == extra
    assert cases_of(reads)[0].case.other == {"odata.editLink": "y"}
    assert cases_of(reads)[0].case.case_metadata[0].other == {"Odd": True}
    assert file_of(reads).other == {"odata.count": "1"}


def test_what_a_case_says_may_stand_behind_its_media_and_the_form_at_the_end() -> None:
    value = [{"Media": [record(), record()], **case_members(TotalMediaFiles=2)}]
    reads = read_text(json.dumps({"value": value, FORM.key: FORM.address}))
    assert len(media_of(reads)) == 2
    assert cases_of(reads)[0].case.case_number == "K-17"
    assert file_of(reads).form == FORM


def test_a_set_that_does_not_say_what_it_is_is_known_by_its_records() -> None:
    reads = read_text(json.dumps({"value": [record()]}))
    assert len(media_of(reads)) == 1
    assert file_of(reads).form is None


def test_several_cases_in_one_file_keep_their_media_apart() -> None:
    value = [{"CaseID": name, "Media": [record()] * number} for number, name in enumerate("abc")]
    reads = read_text(json.dumps({FORM.key: FORM.address, "value": value}))
    assert [(each.case.case_id, each.tally.records) for each in cases_of(reads)] == [
        ("a", 0),
        ("b", 1),
        ("c", 2),
    ]
    assert [each.case for each in reads if isinstance(each, MediaRead)] == [2, 3, 3]


def test_several_records_of_one_file_are_all_read() -> None:
    found = media_of(read_text(file_text(FORM, [record(MediaID=1), record(MediaID=2, Category=2)])))
    assert [(media.media_id, media.category) for media in found] == [(1, 1), (2, 2)]
    assert found[0].md5 == found[1].md5


def test_a_record_that_is_none_is_listed_and_the_next_one_read() -> None:
    reads = read_text(file_text(FORM, [None, record(), [1]]))
    assert [each.number for each in reads if isinstance(each, RecordRefused)] == [1, 3]
    assert [each.number for each in reads if isinstance(each, MediaRead)] == [2]
    assert (file_of(reads).tally.records, file_of(reads).tally.refused) == (3, 2)


def test_totals_that_contradict_the_records_are_said() -> None:
    records = [record(IsPrecategorized="true", Category=None), record(IsPrecategorized=True)]
    case = case_members(TotalMediaFiles=19209, TotalPrecategorized=0)
    said = contradictions(cases_of(read_text(file_text(FORM, records, case=case))))
    assert said == [
        "The case says 19,209 media files; it lists 2 media in 2 places.",
        "The case says 0 precategorised media; 2 say so themselves.",
        "1 media say that they are precategorised, and have no category.",
    ]


def test_a_set_over_several_files_is_compared_with_its_total_as_a_whole() -> None:
    case = case_members(TotalMediaFiles=3)
    parts = [read_text(file_text(FORM, [record()] * number, case=case)) for number in (1, 2)]
    assert contradictions([each for part in parts for each in cases_of(part)]) == []
    assert len(contradictions(cases_of(parts[0]))) == 1


def test_cases_without_a_number_are_not_taken_for_parts_of_one() -> None:
    value = [{"Media": [record()], "TotalMediaFiles": 1}, {"Media": [], "TotalMediaFiles": 0}]
    assert contradictions(cases_of(read_text(json.dumps({FORM.key: FORM.address, "value": value})))) == []


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_file_that_comes_in_small_pieces_is_read_alike(size: int) -> None:
    data = file_text(FORM, [record(Comments="ü😀"), record()], indent=1, ensure_ascii=False).encode(
        "utf-8-sig"
    )
    assert list(read_vics(Chopped(data, size))) == read_text(data)


@pytest.mark.parametrize("text", ["", "[]", "{}", '"value"', '{"value": 1}', "null", "PK\x03\x04"])
def test_what_is_no_vics_file_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InputError) as refused:
        read_text(text)
    assert refused.value.code == "vics.none"


def test_a_file_that_is_cut_off_gives_what_lies_before_the_cut() -> None:
    text = file_text(FORM, [record(), record(MediaID=8)])
    found: list[Read] = []
    with pytest.raises(InputError, match="the file ends in the middle of it") as refused:
        found.extend(read_vics(Chopped(text[: text.index('"MediaID": 8')].encode(), 100)))
    assert refused.value.code == "input.damaged"
    assert len(media_of(found)) == 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("[" * 100_000, "input.limit"),
        ('{"a": tru}', "input.damaged"),
        ("9" * 5000, "input.damaged"),
        ('"\\u12"', "input.damaged"),
        ('{"a" 1}', "input.damaged"),
    ],
)
def test_broken_or_hostile_values_end_in_a_sentence(value: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        read_text(file_text(FORM, [record(X="HERE")]).replace('"HERE"', value))
    assert refused.value.code == code


def test_a_value_beyond_every_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.intake.json_text.MAX_VALUE_CHARS", 1000)
    monkeypatch.setattr("cairn.intake.json_text._CHUNK_BYTES", 100)
    assert len(media_of(read_text(file_text(FORM, [record(X="a" * 100)])))) == 1
    with pytest.raises(InputError, match="longer than 1,000 signs"):
        read_text(file_text(FORM, [record(X="a" * 10_000)]))


def test_members_without_end_beside_the_media_are_refused() -> None:
    case = case_members(**{f"k{number}": 1 for number in range(10_001)})
    with pytest.raises(InputError, match="stand beside"):
        read_text(file_text(FORM, [], case=case))


@pytest.mark.parametrize(
    "text", ['{"value": [],}', '{"value": []} x', '{"value": [], "value": []}', "{1: 2}"]
)
def test_json_that_is_not_quite_json_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        read_text(text)
    assert refused.value.code == "input.damaged"


@given(st.binary(max_size=200))
def test_any_bytes_end_in_records_or_in_a_refusal(data: bytes) -> None:
    with suppress(InputError):
        read_text(b'{"value": [' + data)

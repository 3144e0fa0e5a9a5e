"""What is written is read back as the same values, whatever they hold."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.intake.vics import (
    AlternativeHash,
    Case,
    CaseProperty,
    Exif,
    Form,
    Kind,
    Media,
    MediaFile,
    write_case,
    write_media_set,
)
from intake.vics.samples import FORMS, cases_of, file_of, file_text, media_of, read_text, record

TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FLAG = st.none() | st.booleans()
NUMBER = st.none() | st.integers(0, 2**63)
SAID = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
OTHER = st.dictionaries(
    st.sampled_from(["odata.id", "New", "ü"]), st.none() | st.integers() | SAID, max_size=2
)


def _digest(length: int) -> st.SearchStrategy[bytes | None]:
    return st.none() | st.binary(min_size=length, max_size=length)


def _values(kind: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "str | None": TEXT,
        "str": SAID,
        "bool | None": FLAG,
        "int | None": NUMBER,
        "Mapping[str, Json]": OTHER,
    }
    usual = {
        name: by_type[annotation]
        for name, annotation in ((n, a.__forward_arg__) for n, a in kind.__annotations__.items())
        if annotation in by_type
    }
    return st.builds(kind, **{**usual, **fields})


MEDIA = _values(
    Media,
    md5=_digest(16),
    sha1=_digest(20),
    photodna=_digest(144),
    alternative_hashes=st.lists(_values(AlternativeHash), max_size=2).map(tuple),
    exifs=st.lists(_values(Exif, md5=_digest(16)), max_size=2).map(tuple),
    media_files=st.lists(_values(MediaFile, md5=_digest(16), parent_md5=_digest(16)), max_size=2).map(tuple),
)
CASE = _values(Case, case_metadata=st.lists(_values(CaseProperty), max_size=2).map(tuple))


@given(st.lists(MEDIA, max_size=3), st.sampled_from([form for form in FORMS if form.kind is Kind.MEDIA]))
def test_any_set_of_media_is_read_back_as_it_was_written(media: list[Media], form: Form) -> None:
    target = io.BytesIO()
    tally = write_media_set(target, media, form=form)
    reads = read_text(target.getvalue())
    assert media_of(reads) == media
    assert file_of(reads).form == form
    assert file_of(reads).tally == tally


@given(
    CASE, st.lists(MEDIA, max_size=3), st.sampled_from([form for form in FORMS if form.kind is Kind.CASES])
)
def test_any_case_is_read_back_as_it_was_written_with_totals_that_hold(
    case: Case, media: list[Media], form: Form
) -> None:
    target = io.BytesIO()
    write_case(target, case, media, form=form)
    reads = read_text(target.getvalue())
    [found] = cases_of(reads)
    assert found.case == case._replace(
        total_media_files=len(media),
        total_precategorized=sum(each.is_precategorized is True for each in media),
    )
    assert media_of(reads) == media


def test_doubtful_values_are_written_as_they_were_read() -> None:
    odd = record(MD5="abc", VictimIdentified="perhaps", Exifs="none", MediaFiles=[{"Deleted": 7.5}])
    [media] = media_of(read_text(file_text(FORMS[0], [odd])))
    target = io.BytesIO()
    write_media_set(target, [media], form=FORMS[0])
    [again] = media_of(read_text(target.getvalue()))
    assert again._replace(doubts=()) == media._replace(doubts=())
    assert set(again.doubts) == set(media.doubts)
    assert len(media.doubts) == 4


def test_a_form_of_the_other_kind_is_the_caller_s_fault() -> None:
    with pytest.raises(ValueError, match="Cases"):
        write_media_set(io.BytesIO(), [], form=Form("2.0", Kind.CASES))

"""XML is read record by record, within limits."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.intake import xml_records
from cairn.intake.xml_records import Element, read_records


def _read(data: bytes) -> list[Element]:
    return list(read_records(io.BytesIO(data), lambda names: names[-1] == "r"))


def test_records_come_first_and_the_root_without_them_last() -> None:
    first, second, root = _read(b"<a x='1'><b>t</b><r>1<r>inner</r></r><c><r>2</r></c></a>")
    assert (first.text, first.children[0].text, second.text) == ("1", "inner", "2")
    assert (root.name, root.attributes, [each.name for each in root.children]) == (
        "a",
        {"x": "1"},
        ["b", "c"],
    )
    assert dict(root.walk()) == {"b": "t", "c": ""}


def test_a_broken_document_gives_the_records_before_the_break() -> None:
    found: list[Element] = []
    with pytest.raises(InputError, match="Line 3 is no well-formed XML") as refused:
        for each in read_records(io.BytesIO(b"<a>\n<r>1</r>\n</b>"), lambda names: names[-1] == "r"):
            found.append(each)  # noqa: PERF402 - the ones before the error are wanted
    assert refused.value.code == "input.damaged"
    assert [each.text for each in found] == ["1"]


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 100,
        b"<a>" + b"x" * 5000,
        b"<r " + b" ".join(b"a%d='x'" % number for number in range(101)) + b"/>",
        b"<a>" + b"<b/>" * 1001,
        b"<a b='" + b"x" * 5000 + b"'/>",
    ],
)
def test_what_is_beyond_a_limit_is_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_records, "MAX_RECORD_CHARS", 4000)
    monkeypatch.setattr(xml_records, "MAX_RECORD_ELEMENTS", 1000)
    with pytest.raises(InputError) as refused:
        _read(data)
    assert refused.value.code == "input.limit"


@given(st.binary(max_size=100) | st.text("<>/ar='\"&; ![]?-", max_size=60).map(str.encode))
def test_any_bytes_end_in_records_or_in_a_sentence(data: bytes) -> None:
    try:
        assert all(isinstance(each, Element) for each in _read(b"<a>" + data))
    except InputError as error:
        assert error.sentence  # noqa: PT017 - either end is well

"""Answers of StopNCII become entries and tombstones."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from cairn.errors import InputError
from cairn.intake.lists import ListEntry, ListFormat
from cairn.intake.lists.stopncii import read_stopncii
from intake.lists.samples import entries_of, md5, pdq, recognised, set_aside_of


def _answer(*records: Any) -> bytes:
    return json.dumps(
        {"count": len(records), "nextPageToken": "", "hasMoreRecords": False, "hashRecords": list(records)}
    ).encode()


def _record(**members: Any) -> dict[str, Any]:
    usual = {
        "lastModtimestamp": 1700000000,
        "signalType": "ImagePDQ",
        "hashValue": pdq(1).hex(),
        "hashStatus": "Active",
        "caseNumbers": {"c1": "Active"},
        "CSPFeedbacks": [{"source": "x", "feedbackValue": "Blocked", "tags": ["t"]}],
    }
    return {**usual, **members}


def test_a_record_is_read_with_everything_that_it_says() -> None:
    data = _answer(_record())
    assert recognised(data).format is ListFormat.STOPNCII
    assert entries_of(data) == [
        ListEntry(
            1,
            pdq=pdq(1),
            category="Active",
            media_type="image",
            dated="1700000000",
            facts={
                "caseNumbers/c1": "Active",
                "CSPFeedbacks/1/source": "x",
                "CSPFeedbacks/1/feedbackValue": "Blocked",
                "CSPFeedbacks/1/tags/1": "t",
            },
        )
    ]


@pytest.mark.parametrize("status", ["Withdrawn", "Deleted"])
def test_what_was_taken_back_is_a_tombstone(status: str) -> None:
    [entry] = entries_of(_answer(_record(hashStatus=status, signalType="VideoMD5", hashValue=md5(1).hex())))
    assert (entry.is_withdrawn, entry.md5, entry.media_type) == (True, md5(1), "video")


def test_what_cannot_be_used_is_set_aside_with_its_reason() -> None:
    data = _answer(
        None, _record(signalType="VideoTMK"), _record(hashValue="x"), _record(hashValue=1), _record()
    )
    assert [(each.line, each.why) for each in set_aside_of(data)] == [
        (1, "It is no record, but a bare value."),
        (2, "Its signalType is none that Cairn can use."),
        (3, "Its hashValue is no pdq."),
        (4, "Its hashValue is no pdq."),
    ]
    assert [each.line for each in entries_of(data)] == [5]


def test_facts_that_lie_without_end_deep_are_cut() -> None:
    deep: Any = "x"
    for _ in range(30):
        deep = [deep]
    [entry] = entries_of(_answer(_record(deep=deep)))
    assert "(nested too deep)" in entry.facts.values()


@pytest.mark.parametrize("text", ["{}", "[]", '{"hashRecords": 1}'])
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        list(read_stopncii(io.BytesIO(text.encode())))
    assert refused.value.code == "list.unknown"

"""Cairn's own reports are read strictly, and exactly as their published schema says."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cairn.errors import InputError
from cairn.intake.moments import Moment
from cairn.intake.reports import (
    Classification,
    Item,
    Marker,
    PlaceKind,
    Report,
    ReportFormat,
    Seen,
    own_report_record,
    read_own_report,
    recognise_report,
)

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "report-schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
MD5 = "0123456789abcdef0123456789abcdef"


def _record(**members: Any) -> dict[str, Any]:
    usual = {
        "format": "cairn-report",
        "version": 1,
        "reference": "HL-2024-17",
        "reporter": "Hotline",
        "reported_at": "2024-05-01T12:00:00+02:00",
        "items": [{"hashes": {"md5": MD5}}],
    }
    return {**usual, **members}


def _read(record: Any) -> Report:
    return read_own_report(io.BytesIO(json.dumps(record).encode()))


def test_a_report_is_read_whole() -> None:
    report = _read(
        _record(
            kind="web",
            country="NL",
            urgent="today",
            classification="A1",
            markers=["ongoing-abuse", "live-streaming"],
            happened_at="2024-04-30T00:00:00Z",
            note="n",
            seen=[
                {"kind": "web", "at": "2024-04-30T00:00:00Z", "address": "https://example.org", "x-own": "1"}
            ],
            items=[
                {
                    "hashes": {"md5": MD5.upper(), "sha256": "ab" * 32, "photodna": "A" * 192},
                    "file": "files/1.jpg",
                    "name": "ü.jpg",
                    "size_bytes": 12,
                    "classification": "B2",
                    "viewed": True,
                    "public": False,
                    "markers": ["drawn"],
                    "seen": [
                        {"kind": "chat", "ip": "192.0.2.1", "port": 80, "account": "a", "country": "DE"}
                    ],
                    "x-case": "7",
                }
            ],
        )
    )
    april = Moment(datetime(2024, 4, 30, tzinfo=UTC), zone_is_stated=True)
    assert report == Report(
        reference="HL-2024-17",
        kind="web",
        reporter="Hotline",
        reported_at=Moment(datetime(2024, 5, 1, 10, tzinfo=UTC), zone_is_stated=True),
        happened_at=april,
        country="NL",
        is_urgent=True,
        urgency="today",
        classification=Classification.A1,
        markers=(Marker.ONGOING_ABUSE, Marker.LIVE_STREAMING),
        seen=(Seen(PlaceKind.WEB, at=april, address="https://example.org", facts=(("x-own", "1"),)),),
        items=(
            Item(
                md5=bytes.fromhex(MD5),
                sha256=b"\xab" * 32,
                photodna=bytes(144),
                file="files/1.jpg",
                name="ü.jpg",
                size_bytes=12,
                classification=Classification.B2,
                was_viewed=True,
                is_public=False,
                markers=(Marker.DRAWN,),
                seen=(Seen(PlaceKind.CHAT, ip="192.0.2.1", port=80, account="a", country="DE"),),
                facts=(("x-case", "7"),),
            ),
        ),
        note="n",
    )
    assert report.items[0].has_hash


def test_an_empty_reason_is_still_urgent() -> None:
    assert _read(_record(urgent="")).is_urgent
    assert not _read(_record()).is_urgent


BAD: list[tuple[dict[str, Any], str]] = [
    ({"format": "other"}, "'format' is not"),
    ({"version": 2}, "'version' is not 1"),
    ({"version": True}, "'version' is not 1"),
    ({"reference": " "}, "'reference' of the report is no text"),
    ({"reference": None}, "'reference' of the report is no text"),
    ({"reporter": 7}, "'reporter' of the report is no text"),
    ({"note": "x" * 10_001}, "at most 10,000 characters"),
    ({"note": "\ud800"}, "half a character"),
    ({"reported_at": "2024-05-01T12:00:00"}, "no time with its zone"),
    ({"reported_at": "2024-13-01T12:00:00Z"}, "no time with its zone"),
    ({"reported_at": None}, "no time with its zone"),
    ({"country": "nl"}, "two capital letters"),
    ({"urgent": True}, "'urgent' is no text"),
    ({"classification": "C"}, "'classification' of the report is none of A1"),
    ({"markers": ["odd"]}, "'markers' of the report is none of"),
    ({"markers": ["drawn", "drawn"]}, "has one twice"),
    ({"markers": [None]}, "has one twice, or none"),
    ({"markers": "drawn"}, "'markers' of the report is no list"),
    ({"classificaton": "A1"}, "a name that is not known"),
    ({"x-own": 1}, "'x-own' of the report is no text"),
    ({"seen": [{}]}, "the report, seen 1 has no 'kind'"),
    ({"seen": [{"kind": "web", "port": 65_536}]}, "'port' of the report, seen 1"),
    ({"seen": ["web"]}, "seen 1 is no object"),
    ({"items": []}, "'items' has 0 entries"),
    ({"items": [{}]}, "item 1 has neither a hash nor a file"),
    ({"items": [{"hashes": {}}]}, "item 1 has neither a hash nor a file"),
    ({"items": [{"hashes": {"md5": "ab"}}]}, "'md5' of item 1 is no such hash"),
    ({"items": [{"hashes": {"crc": "ab"}}]}, "a name that is not known"),
    ({"items": [{"file": "a", "viewed": "yes"}]}, "'viewed' of item 1 is neither"),
    ({"items": [{"file": "a", "size_bytes": -1}]}, "'size_bytes' of item 1"),
    ({"items": [{"file": "a", "size_bytes": True}]}, "'size_bytes' of item 1"),
    *[
        ({"items": [{"file": path}]}, "does not lead to a file below")
        for path in ("", "/a", "a/../b", "..", "./a", "a//b", "a\\b", "C:a", "a\0b")
    ],
]


@pytest.mark.parametrize(("members", "why"), BAD)
def test_what_is_not_as_described_is_refused_with_its_place(members: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError) as refused:
        _read(_record(**members))
    assert why in refused.value.sentence
    assert refused.value.code == "report.invalid"


@pytest.mark.parametrize(
    "members",
    # A schema knows no calendar and no halves of characters.
    [bad for bad, why in BAD if "2024-13" not in str(bad) and why != "half a character"],
    ids=str,
)
def test_the_schema_refuses_what_the_reader_refuses(members: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(_record(**members))


def test_the_schema_is_one_and_takes_the_example_of_the_documentation() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    page = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")
    example = page.split("```json\n")[1].split("```")[0]
    VALIDATOR.validate(json.loads(example))
    assert read_own_report(io.BytesIO(example.encode())).items


def test_the_schema_knows_the_words_of_the_reader() -> None:
    parts = SCHEMA["$defs"]
    assert parts["markers"]["items"]["enum"] == [*Marker]
    assert parts["classification"]["enum"] == [*Classification]
    assert parts["seen"]["properties"]["kind"]["enum"] == [*PlaceKind]


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip)
TIMES = st.none() | st.integers(0, 4_000_000_000).map(
    lambda second: Moment(datetime.fromtimestamp(second, UTC), zone_is_stated=True)
)
COUNTRY = st.none() | st.sampled_from(["NL", "CA"])
OWN = st.dictionaries(st.sampled_from(["x-a", "x-b"]), WORDS, max_size=2).map(lambda own: tuple(own.items()))
SEEN = st.builds(
    Seen,
    st.sampled_from(PlaceKind),
    at=TIMES,
    until=TIMES,
    address=TEXT,
    ip=TEXT,
    port=st.none() | st.integers(0, 65_535),
    account=TEXT,
    country=COUNTRY,
    note=TEXT,
    facts=OWN,
)
MARKERS = st.lists(st.sampled_from(Marker), unique=True, max_size=3).map(tuple)
ITEM = st.builds(
    Item,
    md5=st.binary(min_size=16, max_size=16),
    photodna=st.none() | st.binary(min_size=144, max_size=144),
    pdq=st.none() | st.binary(min_size=32, max_size=32),
    file=st.none() | st.sampled_from(["a", "a/b.jpg"]),
    reference=TEXT,
    name=TEXT,
    media_type=TEXT,
    size_bytes=st.none() | st.integers(0, 2**63 - 1),
    classification=st.none() | st.sampled_from(Classification),
    was_viewed=st.none() | st.booleans(),
    is_public=st.none() | st.booleans(),
    markers=MARKERS,
    seen=st.lists(SEEN, max_size=2).map(tuple),
    note=TEXT,
    facts=OWN,
)
URGENCY = TEXT
REPORT = st.builds(
    Report,
    reference=WORDS,
    kind=TEXT,
    reporter=WORDS,
    reported_at=TIMES.filter(bool),
    happened_at=TIMES,
    country=COUNTRY,
    classification=st.none() | st.sampled_from(Classification),
    markers=MARKERS,
    seen=st.lists(SEEN, max_size=2).map(tuple),
    items=st.lists(ITEM, min_size=1, max_size=2).map(tuple),
    note=TEXT,
    facts=OWN,
)


@given(REPORT)
def test_any_report_is_read_back_as_it_was_written_and_the_schema_takes_it(report: Report) -> None:
    record = own_report_record(report)
    assert _read(record) == report
    VALIDATOR.validate(record)


def test_a_report_is_recognised_by_its_content() -> None:
    assert recognise_report(json.dumps(_record()).encode("utf-8-sig")) is ReportFormat.OWN
    assert recognise_report(b"<x:report xmlns:x='y'>") is ReportFormat.CYBERTIP
    assert recognise_report(b"<fileDetails/>") is ReportFormat.CYBERTIP
    assert recognise_report(b"<reports/>") is None
    assert recognise_report(b'{"format": "x"}') is None
    assert recognise_report(b"") is None

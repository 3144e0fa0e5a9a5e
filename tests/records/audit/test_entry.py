"""An act has one spelling as bytes, and it never changes."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.records.audit import AuditEvent, Entry

ENTRY = Entry(
    position=7,
    at=datetime(2026, 11, 27, 11, 28, 57, 120_000, tzinfo=UTC),
    tag="check:series:meet",
    authority="NL-UNIT",
    user=None,
    case="Fall 12 \u00fc",
    purpose="",
    records=[3, 5],
    counts={"new": 2, "known": 1},
    salt=bytes(range(16)),
)
LINE = (
    '{"at":"2026-11-27T11:28:57.120000Z","authority":"NL-UNIT","case":"Fall 12 \u00fc",'
    '"counts":{"known":1,"new":2},"position":7,"purpose":"","records":[3,5],'
    '"salt":"000102030405060708090a0b0c0d0e0f","tag":"check:series:meet","user":null}'
)
OTHERS = {
    "position": 8,
    "at": ENTRY.at + timedelta(microseconds=1),
    "tag": "check:series:list",
    "authority": "BE-UNIT",
    "user": 1,
    "case": "",
    "purpose": "training",
    "records": [3],
    "counts": {"new": 2, "known": 2},
    "salt": bytes(16),
}


def test_an_entry_is_one_line_of_json() -> None:
    assert ENTRY.encoded().decode() == LINE
    assert ENTRY.leaf() == sha256(b"\x00" + LINE.encode()).digest()


@pytest.mark.parametrize("field", [field.name for field in fields(Entry)])
def test_every_field_counts(field: str) -> None:
    other = replace(ENTRY, **{field: OTHERS[field]})  # type: ignore[arg-type]  # each of its own type
    assert other.leaf() != ENTRY.leaf()


@given(
    st.text(), st.lists(st.integers()), st.dictionaries(st.text(), st.integers()), st.none() | st.integers()
)
def test_the_bytes_are_those_of_any_encoder_of_json(
    text: str, records: list[int], counts: dict[str, int], user: int | None
) -> None:
    entry = replace(ENTRY, case=text, purpose=text, records=records, counts=counts, user=user)
    values = json.loads(entry.encoded())
    assert (values["case"], values["records"], values["counts"], values["user"]) == (
        text,
        records,
        counts,
        user,
    )
    spelt = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert entry.encoded() == spelt.encode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("records", [3, 5.0]),
        ("records", [3, True]),
        ("records", {"3": 5}),
        ("counts", []),
        ("counts", None),
        ("counts", 0),
        ("user", ""),
        ("user", False),
    ],
)
def test_what_is_of_another_type_is_another_entry(field: str, value: object) -> None:
    plain = replace(ENTRY, records=[3, 5], counts={}, user=0)
    assert replace(plain, **{field: value}).encoded() != plain.encoded()  # type: ignore[arg-type]  # on purpose


def test_the_same_moment_in_another_zone_is_the_same_entry() -> None:
    elsewhere = ENTRY.at.astimezone(timezone(timedelta(hours=5)))
    assert replace(ENTRY, at=elsewhere).encoded() == ENTRY.encoded()


def test_every_column_of_an_entry_is_hashed_but_its_number_and_its_hash() -> None:
    columns = {field.name for field in AuditEvent._meta.get_fields()}
    assert columns - {"id", "leaf_hash", "actor"} == {
        "position",
        "at",
        "tag",
        "actor_code",
        "user",
        "case_reference",
        "purpose",
        "record_ids",
        "counts",
        "salt",
    }
    assert len(fields(Entry)) == 10

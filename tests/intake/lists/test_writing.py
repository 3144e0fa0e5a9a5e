"""Lists that are written are read again as the same, by Cairn and by spreadsheets."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.intake.lists import Hash, ListEntry, ListFormat
from cairn.intake.lists.columns import NOT_SAID
from cairn.intake.lists.writing import FORMULA_SIGNS, write_hash_lines, write_table
from intake.lists.samples import batches_of, entries_of, md5, pdq, photodna, recognised, sha256


@pytest.mark.parametrize(
    ("kind", "made"), [(Hash.MD5, md5), (Hash.SHA256, sha256), (Hash.PDQ, pdq), (Hash.PHOTODNA, photodna)]
)
def test_hashes_one_a_line_are_read_again(kind: Hash, made: object) -> None:
    hashes = [made(number) for number in range(9)]  # type: ignore[operator]
    entries = [ListEntry(number, **{kind.value: value}) for number, value in enumerate(hashes)]
    entries += [ListEntry(10, sha1=bytes(20)), replace(entries[0], is_withdrawn=True)]
    target = io.BytesIO()
    assert write_hash_lines(target, entries, kind, notes=("TLP:AMBER\nH1", "")) == 9
    assert target.getvalue().startswith(b"# TLP:AMBER\n# H1\n# \n")
    assert [getattr(each, kind) for each in entries_of(target.getvalue())] == hashes
    assert batches_of(target.getvalue())[0].passed_over == 3


SAID = st.none() | st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6
).filter(lambda text: not text.startswith(FORMULA_SIGNS) and text.lower() not in NOT_SAID)
FLAG = st.none() | st.booleans()


def _hash(length: int) -> st.SearchStrategy[bytes | None]:
    return st.none() | st.binary(min_size=length, max_size=length)


ENTRY = st.builds(
    ListEntry,
    line=st.just(0),
    md5=st.binary(min_size=16, max_size=16),
    sha1=_hash(20),
    sha256=_hash(32),
    pdq=_hash(32),
    photodna=_hash(144),
    size_bytes=st.none() | st.integers(0, 2**63 - 1),
    is_distributed=FLAG,
    victim_identified=FLAG,
    offender_identified=FLAG,
    is_withdrawn=st.booleans(),
    category=SAID,
    series=SAID,
    reference=SAID,
    name=SAID,
    media_type=SAID,
    source=SAID,
    dated=SAID,
)


@given(st.lists(ENTRY, max_size=4), st.sampled_from([(), ("TLP:RED",)]))
def test_any_table_is_read_again_as_it_was_written(entries: list[ListEntry], notes: tuple[str, ...]) -> None:
    target = io.BytesIO()
    assert write_table(target, entries, notes=notes) == len(entries)
    assert recognised(target.getvalue()).format is ListFormat.HEADED_TABLE
    assert [replace(each, line=0) for each in entries_of(target.getvalue())] == entries


def test_a_long_table_is_written_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.intake.lists.writing._BUFFER_CHARS", 100)
    target = io.BytesIO()
    entries = [ListEntry(number + 2, md5=md5(number), is_withdrawn=False) for number in range(50)]
    write_table(target, entries)
    assert entries_of(target.getvalue()) == entries


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_spreadsheet_takes_a_name_for_a_formula(name: str) -> None:
    target = io.BytesIO()
    write_table(target, [ListEntry(1, md5=md5(1), name=f"{name}\nsecond")])
    [entry] = entries_of(target.getvalue())
    assert entry.name is not None
    assert entry.name.startswith("'") or not entry.name.startswith(FORMULA_SIGNS)
    assert "\n" not in entry.name

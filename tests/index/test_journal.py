from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import IntegrityError
from cairn.index.journal import (
    Ending,
    Record,
    Stop,
    check_header,
    decode,
    encode_add,
    encode_header,
    encode_remove,
)
from cairn.index.rows import Rows
from index.story import rows_as_content


def some_rows(count: int, seed: int = 1) -> Rows:
    random = np.random.default_rng(seed)
    return Rows(
        random.integers(1, 2**63, count).astype(np.uint64),
        random.integers(1, 2**31, count).astype(np.uint32),
        random.integers(1, 256, (count, 32), dtype=np.uint8),
    )


def test_what_is_encoded_is_decoded() -> None:
    rows, gone = some_rows(3), np.array([5, 6], np.uint64)
    data = encode_add(rows) + encode_remove(gone)
    added, removed = list(decode(data, 100, width=32))
    assert isinstance(added, Record)
    assert isinstance(removed, Record)
    assert added.added is not None
    assert rows_as_content(added.added) == rows_as_content(rows)
    assert removed.removed is not None
    assert removed.removed.tolist() == [5, 6]
    assert removed.end == 100 + len(data)


@given(cut=st.integers(1, 200))
def test_a_record_cut_anywhere_is_torn(cut: int) -> None:
    whole = encode_add(some_rows(2))
    data = whole + encode_add(some_rows(2, seed=2))
    cut = min(cut, len(whole) - 1)
    *records, stop = decode(data[:-cut], 0, width=32)
    assert len(records) == 1
    assert stop == Stop(Ending.TORN, len(whole))


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_is_damage_and_never_a_wrong_row(position: int, bit: int) -> None:
    parts = [encode_add(some_rows(2, seed)) for seed in range(3)]
    data = bytearray(b"".join(parts))
    position %= len(data)
    data[position] ^= 1 << bit
    found = list(decode(bytes(data), 0, width=32))
    hit = position // len(parts[0])
    assert Stop(Ending.DAMAGED, hit * len(parts[0])) in found
    true = [rows_as_content(some_rows(2, seed)) for seed in range(3)]
    read = [
        rows_as_content(item.added) for item in found if isinstance(item, Record) and item.added is not None
    ]
    in_header = position % len(parts[0]) < 24
    assert read == (true[:hit] if in_header else true[:hit] + true[hit + 1 :])


def test_a_journal_of_another_width_or_version_is_refused() -> None:
    check_header(encode_header(32), name="journal-1", width=32)
    for header in [encode_header(16), b"", encode_header(32)[:-1] + b"x"]:
        with pytest.raises(IntegrityError, match="journal-1"):
            check_header(header, name="journal-1", width=32)

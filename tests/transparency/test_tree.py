"""The tree over a log is that of RFC 9162, and grows from its frontier alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import IntegrityError
from cairn.transparency import EMPTY_ROOT, Frontier, leaf_hash
from transparency.plain_tree import plain_root

ENTRIES = st.lists(st.binary(max_size=40), max_size=70)

# The entries and roots that the reference implementation of Certificate Transparency is tested with.
KNOWN = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
KNOWN_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def grown(entries: list[bytes]) -> Frontier:
    frontier = Frontier()
    for entry in entries:
        frontier = frontier.append(leaf_hash(entry))
    return frontier


@pytest.mark.parametrize("size", KNOWN_ROOTS)
def test_known_logs_have_their_known_roots(size: int) -> None:
    assert grown([bytes.fromhex(entry) for entry in KNOWN[:size]]).root.hex() == KNOWN_ROOTS[size]


@given(ENTRIES)
def test_the_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert grown(entries).root == plain_root(entries)


@given(ENTRIES, ENTRIES)
def test_many_leaves_at_once_are_as_one_by_one(first: list[bytes], then: list[bytes]) -> None:
    assert grown(first).extend(map(leaf_hash, then)) == grown(first + then)


@given(ENTRIES)
def test_a_frontier_is_kept_as_bytes_and_its_size(entries: list[bytes]) -> None:
    frontier = grown(entries)
    assert len(frontier.hashes) == frontier.size.bit_count()
    assert Frontier.from_bytes(frontier.size, frontier.to_bytes()) == frontier


@pytest.mark.parametrize(("size", "length"), [(0, 32), (1, 31), (3, 32), (-1, 32), (4, 64)])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, length: int) -> None:
    with pytest.raises(IntegrityError, match="does not fit its length"):
        Frontier.from_bytes(size, bytes(length))


def test_an_empty_log_has_the_root_of_nothing() -> None:
    assert Frontier().root == EMPTY_ROOT == plain_root([])


def test_an_inner_node_cannot_be_passed_off_as_an_entry() -> None:
    left, right = leaf_hash(b"one"), leaf_hash(b"two")
    assert grown([b"one", b"two"]).root != leaf_hash(left + right)

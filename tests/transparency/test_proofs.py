"""Proofs are those of RFC 9162; what is not so is not proven."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cairn.transparency import (
    Frontier,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
    span_roots,
)
from transparency.plain_tree import plain_path, plain_proof, plain_root

SIZES = st.integers(min_value=1, max_value=80)


def entries(size: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(size)]


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries(size)]


def root(size: int) -> bytes:
    return Frontier().extend(leaves(size)).root


@st.composite
def entry_and_size(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(SIZES)
    return draw(st.integers(min_value=0, max_value=size - 1)), size


@given(entry_and_size())
def test_the_path_of_an_entry_is_that_of_the_definition_and_proves_it(where: tuple[int, int]) -> None:
    index, size = where
    path = span_roots(inclusion_spans(index, size=size), leaves(size))
    assert list(path) == plain_path(index, entries(size))
    assert proves_inclusion(path, leaf=leaves(size)[index], index=index, size=size, root=root(size))


@given(entry_and_size())
def test_the_proof_of_growth_is_that_of_the_definition_and_proves_it(where: tuple[int, int]) -> None:
    old_size, size = where[0] + 1, where[1]
    proof = span_roots(consistency_spans(old_size, size=size), leaves(size))
    assert list(proof) == plain_proof(old_size, entries(size))
    assert proves_consistency(
        proof, old_size=old_size, old_root=root(old_size), size=size, root=plain_root(entries(size))
    )


@given(entry_and_size(), st.integers(min_value=-3, max_value=90))
def test_an_entry_is_proven_at_its_own_position_only(where: tuple[int, int], claimed: int) -> None:
    index, size = where
    assume(claimed != index)
    path = span_roots(inclusion_spans(index, size=size), leaves(size))
    assert not proves_inclusion(path, leaf=leaves(size)[index], index=claimed, size=size, root=root(size))


@given(entry_and_size(), st.data())
def test_a_path_with_one_bit_changed_or_one_hash_more_or_less_proves_nothing(
    where: tuple[int, int], data: st.DataObject
) -> None:
    index, size = where
    path = list(span_roots(inclusion_spans(index, size=size), leaves(size)))
    given_path = data.draw(st.sampled_from(changed(path)))
    assert not proves_inclusion(given_path, leaf=leaves(size)[index], index=index, size=size, root=root(size))


@given(entry_and_size(), st.data())
def test_a_proof_of_growth_with_one_bit_changed_or_one_hash_more_or_less_proves_nothing(
    where: tuple[int, int], data: st.DataObject
) -> None:
    old_size, size = where[0] + 1, where[1]
    proof = list(span_roots(consistency_spans(old_size, size=size), leaves(size)))
    given_proof = data.draw(st.sampled_from(changed(proof)))
    values = {"old_size": old_size, "old_root": root(old_size), "size": size, "root": root(size)}
    assert not proves_consistency(given_proof, **values)  # type: ignore[arg-type]  # two kinds of values


@given(entry_and_size())
def test_a_log_that_was_rewritten_is_not_proven_to_have_grown(where: tuple[int, int]) -> None:
    changed_at, size = where
    rewritten = leaves(size)
    rewritten[changed_at] = leaf_hash(b"another")
    old_size = changed_at + 1
    proof = span_roots(consistency_spans(old_size, size=size), rewritten)
    new_root = Frontier().extend(rewritten).root
    assert not proves_consistency(proof, old_size=old_size, old_root=root(old_size), size=size, root=new_root)


def test_every_log_begins_with_the_empty_one_and_with_itself() -> None:
    nothing = {"old_size": 0, "old_root": root(0), "size": 5, "root": root(5)}
    assert proves_consistency([], **nothing)  # type: ignore[arg-type]  # two kinds of values
    assert proves_consistency([], old_size=5, old_root=root(5), size=5, root=root(5))
    assert not proves_consistency([], old_size=5, old_root=root(5), size=5, root=root(6))
    assert not proves_consistency([root(1)], old_size=0, old_root=root(0), size=5, root=root(5))
    assert not proves_consistency([], old_size=0, old_root=root(1), size=5, root=root(5))
    assert not proves_consistency([], old_size=6, old_root=root(6), size=5, root=root(5))
    assert not proves_consistency([], old_size=4, old_root=root(4), size=5, root=root(5))


def test_what_never_was_cannot_be_planned() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="no entry"):
            inclusion_spans(index, size=size)
    for old_size in (-1, 4):
        with pytest.raises(ValueError, match="no log of"):
            consistency_spans(old_size, size=3)


def test_a_log_that_ends_too_early_for_a_proof_is_noticed() -> None:
    with pytest.raises(ValueError, match="fewer leaves"):
        span_roots(inclusion_spans(0, size=8), leaves(7))


def changed(proof: list[bytes]) -> list[list[bytes]]:
    """Answer proofs that differ from this one in one bit, or by one hash."""
    flipped = [
        [*proof[:at], bytes([each[0] ^ 1]) + each[1:], *proof[at + 1 :]] for at, each in enumerate(proof)
    ]
    shorter = [proof[:-1], proof[1:]] if proof else []
    return [*flipped, *shorter, [*proof, bytes(32)], [bytes(32), *proof]]

"""A proof is a file that speaks for itself; a changed one does not hold or cannot be read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError, IntegrityError
from cairn.transparency import (
    EntryProof,
    Frontier,
    GrowthProof,
    SignedHead,
    TreeHead,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    parse_entry_proof,
    parse_growth,
    span_roots,
)
from transparency.signers import signer

NODE = signer("cairn/node-a")
ENTRIES = [f"entry {number}".encode() for number in range(11)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def head(size: int) -> SignedHead:
    of = TreeHead(NODE.name, size, Frontier().extend(LEAVES[:size]).root)
    return SignedHead(of, (NODE.sign(of.text, at_s=1_790_000_000),))


def entry_proof(index: int, size: int = 11) -> EntryProof:
    path = span_roots(inclusion_spans(index, size=size), LEAVES)
    return EntryProof(ENTRIES[index], index, path, head(size))


def growth(old_size: int, size: int = 11) -> GrowthProof:
    return GrowthProof(old_size, span_roots(consistency_spans(old_size, size=size), LEAVES), head(size))


@pytest.mark.parametrize("index", range(11))
def test_every_entry_has_a_proof_that_can_be_read_again_and_holds(index: int) -> None:
    read = parse_entry_proof(entry_proof(index).text)
    assert read == entry_proof(index)
    read.require()


def test_the_only_entry_of_a_log_needs_no_hashes() -> None:
    read = parse_entry_proof(entry_proof(0, 1).text)
    assert read.path == ()
    read.require()


def test_an_entry_that_was_changed_in_its_proof_is_noticed() -> None:
    with pytest.raises(IntegrityError, match="does not hold"):
        replace(entry_proof(3), entry=b"entry 4").require()
    with pytest.raises(IntegrityError, match="entry 4 of the log"):
        replace(entry_proof(3), index=4).require()


@pytest.mark.parametrize("old_size", range(12))
def test_every_growth_has_a_proof_that_can_be_read_again_and_holds(old_size: int) -> None:
    read = parse_growth(growth(old_size).text)
    assert read == growth(old_size)
    assert read.holds_from(head(old_size).head.root)
    assert not read.holds_from(bytes(32))


def test_a_head_alone_is_a_growth_from_nothing() -> None:
    read = parse_growth(head(7).text)
    assert (read.old_size, read.path, read.head) == (0, (), head(7))


@given(st.data())
def test_no_change_of_a_proof_breaks_the_reader(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([entry_proof(3).text, growth(3).text]))
    at = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    changed = text[:at] + data.draw(st.text(max_size=3)) + text[at + 1 :]
    for read in (parse_entry_proof, parse_growth):
        with suppress(InputError):
            read(changed)


@pytest.mark.parametrize(
    "changed",
    [
        entry_proof(3).text.replace("@v1", "@v2"),
        entry_proof(3).text.replace("extra ", "other "),
        entry_proof(3).text.replace("index 3", "index 03"),
        entry_proof(3).text.replace("index 3", "old 3"),
        entry_proof(3).text.replace("index 3\n", "index 3\nAAAA\n"),
        entry_proof(3).text.replace("index 3\n", "index 3\n" + "A" * 43 + "=\n" * 65),
        entry_proof(3).text.replace("\n\n", "\n"),
    ],
)
def test_a_text_that_is_no_proof_is_refused(changed: str) -> None:
    with pytest.raises(InputError):
        parse_entry_proof(changed)


def test_a_growth_that_is_far_too_long_or_has_no_head_is_refused() -> None:
    for text in ("old 3\n" + "x" * 200_000, "old 3\n" + "x" * 200_000 + "\n\n", "old x\n\n" + head(3).text):
        with pytest.raises(InputError):
            parse_growth(text)

"""A signed head is a short text that can be read again; what is not signed by a trusted key is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError, IntegrityError
from cairn.transparency import SignedHead, TreeHead, parse_head
from transparency.signers import signer

NODE, WITNESS = signer("cairn/node-a"), signer("cairn/node-b")
HEAD = TreeHead(NODE.name, 5, bytes(range(32)))
SIGNED = SignedHead(HEAD, (NODE.sign(HEAD.text, at_s=1_790_000_000),))


def test_a_head_reads_as_origin_size_and_root() -> None:
    assert HEAD.text == "cairn/node-a\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


@given(st.integers(min_value=0, max_value=(1 << 63) - 1), st.binary(min_size=32, max_size=32))
def test_a_signed_head_can_be_read_again(size: int, root: bytes) -> None:
    head = TreeHead(NODE.name, size, root)
    signed = SignedHead(head, (NODE.sign(head.text, at_s=1), WITNESS.sign(head.text, at_s=2)))
    assert parse_head(signed.text) == signed


def test_a_witness_signs_the_same_text_and_both_signatures_hold() -> None:
    both = parse_head(SIGNED.with_signature(WITNESS.sign(SIGNED.signed_text, at_s=2)).text)
    assert both.require_signature_by([NODE.verifier]) == NODE.verifier
    assert both.signature_by(WITNESS.verifier) is not None


def test_whose_log_it_is_only_the_key_of_its_name_can_say() -> None:
    both = SIGNED.with_signature(WITNESS.sign(SIGNED.signed_text, at_s=2))
    assert both.require_own_signature([WITNESS.verifier, NODE.verifier]) == NODE.verifier
    with pytest.raises(IntegrityError, match="none of the keys"):
        both.require_own_signature([WITNESS.verifier])


def test_a_head_by_nobody_who_is_trusted_is_refused() -> None:
    with pytest.raises(IntegrityError, match="none of the keys"):
        SIGNED.require_signature_by([WITNESS.verifier])


def test_a_head_that_was_changed_under_its_signature_is_refused() -> None:
    changed = replace(SIGNED, head=replace(HEAD, size=6))
    with pytest.raises(IntegrityError, match="is false"):
        changed.signature_by(NODE.verifier)


def test_further_lines_of_other_logs_stay_part_of_what_is_signed() -> None:
    body = HEAD.text + "something more\n"
    text = f"{body}\n{NODE.sign(body, at_s=1).line}"
    read = parse_head(text)
    assert read.text == text
    assert read.signature_by(NODE.verifier) is not None


def test_signatures_of_other_kinds_are_left_out() -> None:
    assert parse_head(SIGNED.text + "\u2014 example.com/log " + "A" * 92 + "\n") == SIGNED


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD.text,
        SIGNED.text[:-1],
        SIGNED.text.replace("\n5\n", "\n05\n"),
        SIGNED.text.replace("\n5\n", "\n-5\n"),
        SIGNED.text.replace("\n5\n", "\n9999999999999999999\n"),
        SIGNED.text.replace("AAEC", "AAE"),
        SIGNED.text.replace("h8=", "h9="),
        SIGNED.text.replace("cairn/node-a\n5", "\n5"),
        SIGNED.text.replace("\n5\n", "\n5\t\n"),
        SIGNED.text.replace("\n5\n", "\n5\r\n"),
        SIGNED.text + SIGNED.signatures[0].line * 100,
        "x" * 70_000 + "\n",
    ],
)
def test_a_text_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_head(text)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(InputError):
        parse_head(text)

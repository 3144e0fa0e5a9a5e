"""A signature names its signer and its time, and holds for one text only."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.transparency import VerifierKey, parse_signature
from transparency.signers import signer

NODE = signer("cairn/node-a")
TEXT = "cairn/node-a\n5\nAAAA\n"
AT_S = 1_790_000_000


def test_a_signature_holds_for_its_text_its_time_and_its_key_only() -> None:
    made = NODE.sign(TEXT, at_s=AT_S)
    assert NODE.verifier.verifies(made, TEXT)
    assert not NODE.verifier.verifies(made, TEXT + "more\n")
    assert not NODE.verifier.verifies(replace(made, at_s=AT_S + 1), TEXT)
    assert not signer("cairn/node-b").verifier.verifies(made, TEXT)


def test_a_key_of_the_same_name_is_another_key() -> None:
    other = replace(signer("cairn/node-b"), name=NODE.name)
    assert not NODE.verifier.made(other.sign(TEXT, at_s=AT_S))
    forged = replace(other.sign(TEXT, at_s=AT_S), key_id=NODE.verifier.key_id)
    assert NODE.verifier.made(forged)
    assert not NODE.verifier.verifies(forged, TEXT)


def test_a_key_that_is_no_point_of_the_curve_verifies_nothing() -> None:
    key = VerifierKey("cairn/node-a", b"\xff" * 32)
    assert not key.verifies(replace(NODE.sign(TEXT, at_s=AT_S), key_id=key.key_id), TEXT)


def test_a_public_key_is_one_word_that_can_be_read_again() -> None:
    key = NODE.verifier
    assert VerifierKey.parse(f" {key.text}\n") == key
    assert key.text.split("+")[0] == "cairn/node-a"


def test_the_id_of_a_key_is_computed_over_name_type_and_key() -> None:
    # By hand: printf 'w\n\004' and 32 zero bytes | sha256sum
    assert VerifierKey("w", bytes(32)).key_id.hex() == "680f52bc"


@given(st.text(max_size=80))
def test_a_word_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no public key"):
        VerifierKey.parse(text)


def test_a_key_whose_id_does_not_fit_or_that_is_of_another_type_is_refused() -> None:
    name, key_id, encoded = NODE.verifier.text.split("+", 2)
    log_type = base64.b64encode(b"\x01" + NODE.verifier.public).decode()
    for wrong in (
        f"{name}x+{key_id}+{encoded}",
        f"{name}+{key_id}+{log_type}",
        f"{name}+{key_id}+{encoded[:-4]}",
    ):
        with pytest.raises(InputError, match="no public key"):
            VerifierKey.parse(wrong)


def test_a_signature_is_one_line_that_can_be_read_again() -> None:
    made = NODE.sign(TEXT, at_s=AT_S)
    assert made.line.endswith("\n")
    assert parse_signature(made.line[:-1]) == made


def test_a_signature_of_a_kind_that_is_not_used_here_is_passed_over() -> None:
    assert parse_signature("\u2014 example.com/log " + base64.b64encode(bytes(68)).decode()) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "- a AAAAAAA=",
        "\u2014 a",
        "\u2014 a AAAA",
        "\u2014  AAAAAAA=",
        "\u2014 a+b AAAAAAA=",
        "\u2014 a AAAAAAB=",
    ],
)
def test_a_line_that_is_no_signature_is_refused(line: str) -> None:
    with pytest.raises(InputError, match="no signature"):
        parse_signature(line)


def test_a_time_that_no_date_can_show_is_refused() -> None:
    with pytest.raises(InputError, match="impossible time"):
        parse_signature(replace(NODE.sign(TEXT, at_s=AT_S), at_s=1 << 60).line[:-1])

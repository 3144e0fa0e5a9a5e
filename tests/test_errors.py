"""The error tree speaks to people and to programs."""

from __future__ import annotations

import pytest

from cairn import errors


def test_an_error_keeps_its_sentence_its_code_and_its_safe_details() -> None:
    error = errors.InputError("The file is empty.", code="input.empty", size_bytes=0)
    assert str(error) == "The file is empty."
    assert (error.code, error.details) == ("input.empty", {"size_bytes": 0})


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.InputError, "input"),
        (errors.AccessError, "access"),
        (errors.IntegrityError, "integrity"),
        (errors.PeerError, "peer"),
        (errors.ConfigurationError, "configuration"),
    ],
)
def test_every_kind_of_error_has_a_code_of_its_own(kind: type[errors.CairnError], code: str) -> None:
    assert kind("A sentence.").code == code

from __future__ import annotations

import pytest

from cairn.errors import ConfigurationError
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState, insist

ON = ProtectionState(Protection.LANDLOCK, active=True, detail="version 7")
OFF = ProtectionState(Protection.SECCOMP, active=False, detail="Function not implemented")


def test_nothing_required_is_always_satisfied() -> None:
    insist([OFF], frozenset())
    insist([ON, OFF], frozenset({Protection.LANDLOCK}))


@pytest.mark.parametrize(
    ("required", "words"),
    [
        (Protection.SECCOMP, r"seccomp \(Function not implemented\)"),
        (Protection.EMPTY_ROOT, r"empty-root \(not reported\)"),
    ],
)
def test_a_required_protection_that_is_off_is_named_with_its_reason(required: Protection, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        insist([ON, OFF], frozenset({required, Protection.LANDLOCK}))
    assert caught.value.code == "configuration.protection"

from __future__ import annotations

import ctypes
import os
import struct
from typing import TYPE_CHECKING

import pytest

from cairn.fingerprints.sandbox import kernel, landlock

if TYPE_CHECKING:
    from ctypes import Structure


class Landlock:
    """A kernel with some version of Landlock."""

    def __init__(self, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.version = version
        self.handled: tuple[int, ...] = ()
        self.descriptor = -1
        self.is_restricted = False
        monkeypatch.setattr(kernel, "system_call", self.system_call)
        monkeypatch.setattr(ctypes, "byref", lambda value: value)

    def system_call(self, name: str, first: Structure | int | None, size: int, flags: int = 0) -> int:
        if name == "landlock_restrict_self":
            assert first == self.descriptor
            self.is_restricted = True
            return 0
        if flags == 1:
            return self.version
        assert first is not None
        assert not isinstance(first, int)
        self.handled = struct.unpack_from("=3Q", bytes(first))[: size // 8]
        self.descriptor = os.open(os.devnull, os.O_RDONLY)
        return self.descriptor


@pytest.mark.parametrize(
    ("version", "handled", "words"),
    [
        (1, (0x1FFF,), "but not TCP"),
        (2, (0x3FFF,), "but not TCP"),
        (3, (0x7FFF,), "but not TCP"),
        (4, (0x7FFF, 3), "and TCP"),
        (5, (0xFFFF, 3), "and TCP"),
        (6, (0xFFFF, 3, 3), "and TCP"),
        (99, (0xFFFF, 3, 3), "and TCP"),
    ],
)
def test_every_right_that_a_version_knows_is_refused(
    monkeypatch: pytest.MonkeyPatch, version: int, handled: tuple[int, ...], words: str
) -> None:
    fake = Landlock(version, monkeypatch)
    assert words in landlock.refuse_every_path()
    assert fake.handled == handled
    assert fake.is_restricted
    with pytest.raises(OSError, match="Bad file"):
        os.close(fake.descriptor)

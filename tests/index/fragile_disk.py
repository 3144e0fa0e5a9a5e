"""A disk whose power fails at the n-th step, and which may forget everything that was not forced onto it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cairn.index import disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

STEPS = ("create", "write", "sync", "sync_folder", "replace", "truncate", "remove")


class PowerCut(BaseException):
    """The process is gone; no code of the index may catch this."""


class FragileDisk:
    """Stands in for ``cairn.index.disk`` and counts its steps.

    Args:
        folder: The folder of the index.
        fails_at: The step at which the power fails; beyond the last one it never does.
        half: Let the failing step happen by half, where it can, instead of not at all.
    """

    def __init__(self, folder: Path, fails_at: int, *, half: bool) -> None:
        """Begin with a sound disk."""
        self.folder = folder
        self.fails_at = fails_at
        self.half = half
        self.steps = 0
        self._forced: dict[int, bytes] = {}
        self._names: dict[str, int] = {}

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the index use this disk."""
        for name in STEPS:
            monkeypatch.setattr(disk, name, self._counted(name, getattr(disk, name)))

    def _counted(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """Answer a step that may fail."""

        def fragile(*arguments: Any) -> Any:
            self.steps += 1
            if self.steps > self.fails_at:
                raise PowerCut
            if self.steps == self.fails_at:
                if self.half and name == "write":
                    fd, data, position = arguments
                    raw = memoryview(data).cast("B")
                    step(fd, raw[: len(raw) // 2], position)
                elif self.half and name in {"replace", "remove", "truncate"}:
                    step(*arguments)
                raise PowerCut
            if name == "sync":
                state = os.fstat(arguments[0])
                self._forced[state.st_ino] = os.pread(arguments[0], state.st_size, 0)
                return None
            if name == "sync_folder":
                self._names = {path.name: path.stat().st_ino for path in self.folder.iterdir()}
                return None
            return step(*arguments)

        return fragile

    def forget(self) -> None:
        """Put the folder into the state that was forced onto the disk."""
        for path in self.folder.iterdir():
            path.unlink()
        for name, inode in self._names.items():
            (self.folder / name).write_bytes(self._forced.get(inode, b""))

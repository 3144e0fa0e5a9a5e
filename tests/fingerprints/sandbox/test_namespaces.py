"""The steps out of the host's network and file tree, noted and not taken."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from cairn.fingerprints.sandbox import kernel, namespaces

USER = 0x10000000


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    taken: list[str] = []

    def note(name: str, *arguments: object) -> int:
        taken.append(f"{name} {arguments[0]!r}")
        return 0

    monkeypatch.setattr(kernel, "call", note)
    monkeypatch.setattr(kernel, "system_call", note)
    monkeypatch.setattr(os, "chdir", lambda path: taken.append(f"chdir {path!r}"))
    monkeypatch.setattr(Path, "write_text", lambda self, text, **_: taken.append(f"{self}: {text}"))
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(os, "getgid", lambda: 100)
    return taken


def test_an_ordinary_user_leaves_by_a_user_namespace(steps: list[str]) -> None:
    assert namespaces.separate().startswith("own user")
    assert steps[1:] == [
        "/proc/self/setgroups: deny",
        "/proc/self/uid_map: 1000 1000 1",
        "/proc/self/gid_map: 100 100 1",
    ]


def test_root_leaves_without_one_where_there_are_none(
    steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unshare(_: str, flags: int) -> int:
        if flags & USER:
            raise OSError(errno.ENOSPC, "no user namespaces")
        return 0

    monkeypatch.setattr(kernel, "call", unshare)
    assert namespaces.separate().startswith("own network")
    assert steps == []


def test_the_old_file_tree_is_detached_and_the_new_one_made_read_only(steps: list[str]) -> None:
    namespaces.empty_root()
    assert steps == [
        "mount b'none'",
        "mount b'tmpfs'",
        "chdir b'/proc'",
        "pivot_root b'.'",
        "umount2 b'.'",
        "chdir '/'",
        "mount b'tmpfs'",
    ]

"""Landlock: the kernel refuses this process every path but those it is left, and every TCP port, for good.

A ruleset that handles all rights and allows none is the strictest there is. Each version ("ABI") of Landlock
knows more rights; asking an old kernel for a new right fails, so the version is asked for first.

Source: Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h of Linux.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1, 4, 8
_VERSION_FLAG = 1
_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file rights a version knows: version 2 adds linking, 3 truncation, 5 device control."""
_NEWEST_RIGHTS = 16
_NETWORK_VERSION = 4
_NETWORK_RIGHTS = 0b11  # bind and connect over TCP
_SCOPE_VERSION = 6
_SCOPES = 0b11  # abstract sockets and signals outside this domain


class _Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    """struct landlock_path_beneath_attr, which is packed."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Answer the version of Landlock in this kernel.

    Raises:
        OSError: The kernel has none, or it is switched off.
    """
    return kernel.system_call("landlock_create_ruleset", None, 0, _VERSION_FLAG)


def refuse_every_path(*, readable: Sequence[Path] = (), executable: Sequence[Path] = ()) -> str:
    """Give up every path and TCP port of this thread and its future children.

    The process must have given up new privileges before. Files that are open stay so.

    Args:
        readable: Files and folders that may still be read; those that are not there are left out.
        executable: Files that may still be read and started.

    Returns:
        What is refused, in words.

    Raises:
        OSError: The kernel has no Landlock, or refused.
    """
    known = version()
    rights = _RIGHTS_BY_VERSION.get(known, _NEWEST_RIGHTS)
    ruleset = _Ruleset(
        handled_access_fs=(1 << rights) - 1,
        handled_access_net=_NETWORK_RIGHTS if known >= _NETWORK_VERSION else 0,
        scoped=_SCOPES if known >= _SCOPE_VERSION else 0,
    )
    descriptor = kernel.system_call(
        "landlock_create_ruleset",
        ctypes.byref(ruleset),
        _ruleset_bytes(known),
        0,
    )
    try:
        for path in readable:
            _allow(descriptor, path, _READ_FILE | _READ_FOLDER)
        for path in executable:
            _allow(descriptor, path, _READ_FILE | _EXECUTE)
        kernel.system_call("landlock_restrict_self", descriptor, 0)
    finally:
        os.close(descriptor)
    network = " and TCP" if known >= _NETWORK_VERSION else ", but not TCP"
    but = " but the program and its libraries" if executable else ""
    return f"version {known}, refuses every path{but}{network}"


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """Leave a file, or a folder and what is below it, these rights; nothing where there is no such path."""
    try:
        there = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = _Beneath(rights if path.is_dir() else rights & ~_READ_FOLDER, there)
        kernel.system_call("landlock_add_rule", ruleset, _BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(there)


def _ruleset_bytes(known: int) -> int:
    """Answer the size of the structure as this version knows it."""
    if known < _NETWORK_VERSION:
        return 8
    return 16 if known < _SCOPE_VERSION else 24

"""Namespaces: a network with no interface and a file tree with nothing in it.

Done once, in the process from which all workers are forked. An ordinary user may do this too, by making a
user namespace first; some distributions and containers forbid that, and then the state says so.

Source: user_namespaces(7), mount_namespaces(7), pivot_root(2).
"""

from __future__ import annotations

import os
from pathlib import Path

from cairn.fingerprints.sandbox import kernel

_NEW_MOUNTS = 0x00020000
_NEW_UTS = 0x04000000
_NEW_IPC = 0x08000000
_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000
_SEPARATE = _NEW_MOUNTS | _NEW_UTS | _NEW_IPC | _NEW_NETWORK

_READ_ONLY, _NO_SETUID, _NO_DEVICES, _NO_EXEC, _REMOUNT = 1, 2, 4, 8, 32
_RECURSIVE_PRIVATE = 0x4000 | 0x40000
_DETACH = 2

_MOUNT_POINT = b"/proc"
"""A folder that every Linux has; the empty tree is laid over it for the moment of the change."""


def separate() -> str:
    """Leave the network, the mounts and the message queues of the host.

    Returns:
        How, in words.

    Raises:
        OSError: The kernel, the container or the distribution forbids it. Nothing has changed then.
    """
    uid, gid = os.getuid(), os.getgid()
    try:
        kernel.call("unshare", _NEW_USER | _SEPARATE)
    except OSError:
        # Root in a container without user namespaces may still leave the network.
        kernel.call("unshare", _SEPARATE)
        return "own network, mounts and message queues"
    # The mapping gives no power outside; it only lets the new file tree have an owner.
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    return "own user, network, mount and message-queue namespaces"


def empty_root() -> str:
    """Change to a file tree that is empty and read-only; to be called after ``separate``.

    Returns:
        What is there now, in words.

    Raises:
        OSError: The kernel refused.
    """
    kernel.call("mount", b"none", b"/", None, _RECURSIVE_PRIVATE, None)
    kernel.call("mount", b"tmpfs", _MOUNT_POINT, b"tmpfs", _NO_SETUID | _NO_DEVICES | _NO_EXEC, b"size=4k")
    os.chdir(_MOUNT_POINT)
    # Stacking the old tree on the new and detaching it needs no folder inside: pivot_root(2), NOTES.
    kernel.system_call("pivot_root", b".", b".")
    kernel.call("umount2", b".", _DETACH)
    os.chdir("/")
    kernel.call(
        "mount", b"tmpfs", b"/", None, _REMOUNT | _READ_ONLY | _NO_SETUID | _NO_DEVICES | _NO_EXEC, None
    )
    return "an empty, read-only file tree"

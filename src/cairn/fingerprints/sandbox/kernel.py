"""The few calls to the Linux kernel that Python does not wrap, made through the C library it already uses.

Everything here runs in the decoder processes before they see the first hostile byte. On a system without
these calls every function raises ``OSError`` with ``ENOSYS``, so the caller can say that a protection is off.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from functools import cache

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
"""Operations of prctl. Source: include/uapi/linux/prctl.h."""

_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63

_SYSTEM_CALLS = {
    "x86_64": {"pivot_root": 155, "capset": 126},
    "aarch64": {"pivot_root": 41, "capset": 91},
}
_SHARED_CALLS = {
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}
"""System calls that the C library does not name. Since Linux 5.1 new calls have one number everywhere."""


@cache
def c_library() -> ctypes.CDLL | None:
    """Answer the C library of this process on Linux, else ``None``."""
    if sys.platform != "linux":
        return None
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library that answers -1 and errno where it fails.

    Args:
        name: Such as ``unshare``.
        arguments: Integers, bytes, ``None`` or ctypes pointers; integers are passed as machine words,
            because prctl and syscall read them as such.

    Returns:
        What the function answered, never negative.

    Raises:
        OSError: The call failed, or this system does not have it.
    """
    library = c_library()
    function = getattr(library, name, None)
    if function is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    words = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    answer = int(function(*words))
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return answer


def prctl(operation: int, argument: object = 0, third: object = 0) -> int:
    """Change an attribute of this process; see ``call``."""
    return call("prctl", operation, argument, third, 0, 0)


def system_call(name: str, *arguments: object) -> int:
    """Make a system call by its number on this processor; see ``call``."""
    number = _SYSTEM_CALLS.get(platform.machine(), {}).get(name) or _SHARED_CALLS.get(name)
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    return call("syscall", number, *arguments)


def drop_capabilities() -> None:
    """Give up every capability for good, so that not even root's decoder may do more than a stranger.

    Raises:
        OSError: The kernel refused.
    """
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno == errno.EINVAL:  # past the last capability that this kernel knows
                break
            if error.errno != errno.EPERM:  # a stranger may not narrow the bounding set, and need not
                raise
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    system_call("capset", ctypes.byref(header), ctypes.byref(nothing))

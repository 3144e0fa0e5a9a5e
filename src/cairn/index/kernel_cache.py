"""Where compiled kernels are kept between processes.

numba writes its cache beside the source by default, which fails for a package that was installed read-only.
Cairn uses the user's cache folder instead, never a folder that could hold evidence. numba's cache is read
with pickle, so the folder must belong to this user alone.

numba looks where the file of a kernel lies and when it was changed, not whether what the kernel calls has. So
each installation of all of them together has a folder of its own, named by a digest: after an upgrade that
changes a kernel they are compiled anew, and two versions side by side do not disturb each other. Files that
were installed again are compiled again; were they in the folder of before, it would be called warm and every
process would compile them for itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import stat
import time
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER_VARIABLE = "NUMBA_CACHE_DIR"
CACHE_SETTING = "CACHE_DIR"
SOURCES = Path(__file__).with_name("kernels")
LOCK_FILE, COMPLETE = "lock", "complete"
"""This file lies in a folder once every kernel was compiled into it."""
UNUSED_S = 30 * 24 * 3_600.0
"""Kernels of other versions go when nobody has loaded them for so long."""
_DIGEST_DIGITS = 16


@cache
def kernels_version() -> str:
    """Answer a digest of the kernels' files as numba knows them, of Python's version and the compiler's."""
    digest = hashlib.sha256(f"{platform.python_version()} {version('numba')} {version('llvmlite')}".encode())
    for path in sorted(SOURCES.glob("*.py")):
        digest.update(path.read_bytes())
        digest.update(f"{path} {path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:_DIGEST_DIGITS]


def cache_folder() -> Path | None:
    """Answer a private, writable folder for compiled code; ``None`` where there is none.

    The operator may name the one that it lies in as ``NUMBA_CACHE_DIR``.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    around = Path(named) if named else Path(platformdirs.user_cache_dir("cairn")) / "kernels"
    folder = around / kernels_version()
    return folder if _is_private(around) and _is_private(folder) else None


def is_warm() -> bool:
    """Tell whether kernels were compiled and kept here before, so that loading them takes no compiler."""
    folder = cache_folder()
    return folder is not None and (folder / COMPLETE).exists()


def use_cache_folder() -> bool:
    """Tell numba where to keep compiled kernels; answer whether it may keep them at all."""
    from numba.core import config  # noqa: PLC0415 - importing numba costs half a second

    folder = cache_folder()
    if folder is None:
        return False
    setattr(config, CACHE_SETTING, str(folder))
    return True


@contextmanager
def one_compiles() -> Iterator[None]:
    """Let one process at a time compile; whoever waited finds what the first has kept."""
    folder = None if is_warm() else cache_folder()
    if folder is None:
        yield
        return
    with (folder / LOCK_FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def note_complete() -> None:
    """Write down that every kernel lies in the cache now, and let go of versions that nobody has used."""
    folder = cache_folder()
    if folder is None:
        return
    (folder / COMPLETE).touch()
    for other in folder.parent.iterdir():
        if re.fullmatch(rf"[0-9a-f]{{{_DIGEST_DIGITS}}}", other.name) and _is_unused(other):
            shutil.rmtree(other, ignore_errors=True)


def _is_unused(folder: Path) -> bool:
    mark = folder / COMPLETE
    try:
        return time.time() - (mark if mark.exists() else folder).stat().st_mtime > UNUSED_S
    except OSError:
        return False


def _is_private(folder: Path) -> bool:
    """Make a folder where there is none; tell whether it belongs to this user alone and can be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
    except OSError:
        return False
    is_own = state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return is_own and os.access(folder, os.W_OK)

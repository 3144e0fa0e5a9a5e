"""Where compiled kernels are kept between processes.

numba writes its cache beside the source by default, which fails for a package that was installed read-only.
Cairn uses the user's cache folder instead, never a folder that could hold evidence. numba's cache is read
with pickle, so the folder must belong to this user alone.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs

FOLDER_VARIABLE = "NUMBA_CACHE_DIR"
CACHE_SETTING = "CACHE_DIR"


def cache_folder() -> Path | None:
    """Answer a private, writable folder for compiled code; ``None`` where there is none.

    The operator may name one in ``NUMBA_CACHE_DIR``.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else Path(platformdirs.user_cache_dir("cairn")) / "kernels"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
    except OSError:
        return None
    is_private = state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if is_private and os.access(folder, os.W_OK) else None


def is_warm() -> bool:
    """Tell whether kernels were compiled and kept here before, so that loading them takes no compiler."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob("kernels.*.nbi"))


def use_cache_folder() -> bool:
    """Tell numba where to keep compiled kernels; answer whether it may keep them at all."""
    from numba.core import config  # noqa: PLC0415 - importing numba costs half a second

    folder = cache_folder()
    if folder is None:
        return False
    setattr(config, CACHE_SETTING, str(folder))
    return True

"""When the compiled kernels are loaded.

NumPy answers a single question in a millisecond and needs no start-up; the kernels answer it in microseconds,
and cost half a second to load. So they are loaded by ``warm_up``, or once the questions asked so far would
have paid for it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from cairn.index import kernel_cache

if TYPE_CHECKING:
    from types import ModuleType

PATIENCE = 1_000
"""Questions answered by NumPy, a millisecond each, before the kernels are loaded unasked."""
COLD_PATIENCE = 15_000
"""The same where the kernels must be compiled first, which takes many seconds."""


class Kernels:
    """The compiled module, once it is loaded."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._module: ModuleType | None = None
        self._asked = 0.0
        self._mutex = threading.Lock()

    @property
    def are_loaded(self) -> bool:
        """True from when they can be called at once."""
        return self._module is not None

    def load(self) -> ModuleType:
        """Answer the compiled kernels."""
        with self._mutex:
            if self._module is None:
                with kernel_cache.one_compiles():
                    from cairn.index.kernels import compiled  # noqa: PLC0415 - numba costs half a second

                self._module = compiled
            return self._module

    def when_worth_it(self, questions: float) -> ModuleType | None:
        """Answer the kernels when they are loaded, or when loading them now has paid off."""
        if self._module is None:
            self._asked += questions
            if self._asked > PATIENCE and (self._asked > COLD_PATIENCE or kernel_cache.is_warm()):
                return self.load()
        return self._module


KERNELS = Kernels()
"""Those of this process."""


def warm_up() -> None:
    """Compile or load the kernels now, so that no later query has to wait for it."""
    KERNELS.load()


def warm_up_where_kept() -> None:
    """Load the kernels now where they were compiled before: for a process that will be asked a lot."""
    if kernel_cache.is_warm():
        warm_up()


def must_be_compiled() -> bool:
    """Tell whether the kernels can be kept here, and are not yet: after an installation or an upgrade."""
    return kernel_cache.cache_folder() is not None and not kernel_cache.is_warm()


def compile_beside() -> None:
    """Compile the kernels in a process of their own, so that this one stays small; it takes many seconds.

    Where that fails, this process and others still compile them themselves once it pays.
    """
    command = [sys.executable, "-P", "-c", "from cairn.index import warm_up; warm_up()"]
    subprocess.run(command, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - this Python, these words

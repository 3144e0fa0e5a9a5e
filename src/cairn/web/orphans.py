"""A worker of the desk ends with the process that started it, however that ends.

Killed at once, ``cairn serve`` tells its workers nothing, and they would go on to hold the port and the node.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import wait

LAST_ANSWERS_S = 5.0
"""How long answers that are under way may take then."""


def end_with_parent() -> None:
    """End this process soon after its parent; nothing where no process of ``cairn serve`` started it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), name="cairn-orphan", daemon=True).start()


def _follow(parent: int) -> None:
    wait([parent])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_ANSWERS_S)
    os._exit(1)

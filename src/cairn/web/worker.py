"""The process beside the desk that works on what people ask for, and counts: one of each ``serve``.

It is started anew where it ends, and ends with the process that started it. Killed at any point, it loses at
most the files that were being measured: whoever comes next goes on.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cairn.records.node import default_folder
from cairn.services.check_orders.working import is_parent_alive, work
from cairn.services.counting import keep_counted
from cairn.services.export_orders.making import make_exports
from cairn.services.node.opening import open_node
from cairn.web.tongues import tongue_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.services.node.opening import Node

_LOG = logging.getLogger("cairn.worker")
AGAIN_S = 2.0
"""How long to wait before a worker that has ended is started anew."""
LAST_WORDS_S = 10.0
"""How long a worker may take to write what it has measured before it is killed."""


@contextmanager
def worker_beside(node: Node) -> Iterator[None]:
    """Keep a worker of the node running within the block."""
    ends = threading.Event()
    keeper = threading.Thread(target=_keep, args=(node, ends), name="cairn-worker-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ends.set()
        keeper.join(LAST_WORDS_S + 2 * AGAIN_S)


def _keep(node: Node, ends: threading.Event) -> None:
    environment = {**os.environ, "CAIRN_NODE": str(node.config.folder)}
    while not ends.is_set():
        # The node's folder is told by the environment, as to the desk's own processes; nothing is typed.
        with subprocess.Popen([sys.executable, "-m", "cairn.web.worker"], env=environment) as process:
            while process.poll() is None and not ends.wait(0.2):
                pass
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(LAST_WORDS_S)
                except subprocess.TimeoutExpired:
                    process.kill()
        ends.wait(AGAIN_S)


def main() -> None:
    """Work on the orders of the node that the environment names, as long as the parent process lives."""
    logging.basicConfig(level=logging.INFO, format="time=%(asctime)s level=%(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    parent_lives = is_parent_alive(os.getppid())
    try:
        node = open_node(default_folder())
        threading.Thread(
            target=keep_counted,
            kwargs={"goes_on": parent_lives},
            name="cairn-counting",
            daemon=True,
        ).start()
        threading.Thread(
            target=make_exports,
            args=(node,),
            kwargs={"goes_on": parent_lives, "tongue_of": tongue_of},
            name="cairn-exports",
            daemon=True,
        ).start()
        work(node, goes_on=parent_lives)
    except KeyboardInterrupt:
        _LOG.info("event=worker-ends")


def _interrupt(_: int, __: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()

"""The program of the nursery that examines pictures: load every decoder, then take orders.

The pool starts it with an empty environment, as ``link`` shows.
"""

from __future__ import annotations

import functools
import signal
from typing import TYPE_CHECKING

from cairn.fingerprints.measure import examine
from cairn.fingerprints.sandbox.limits import Limits
from cairn.fingerprints.sandbox.nursery import run
from cairn.fingerprints.sandbox.warm import load_every_decoder
from cairn.types import PdqMode

if TYPE_CHECKING:
    from cairn.fingerprints.sandbox.worker import Examine


def main(arguments: list[str]) -> None:
    """Be the nursery that examines pictures.

    Args:
        arguments: See ``begin``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pool to handle
    load_every_decoder()
    begin(arguments, functools.partial(examine, mode=PdqMode(arguments[1])))


def begin(arguments: list[str], examine_bytes: Examine) -> None:
    """Be a nursery whose workers do something with files.

    Args:
        arguments: The descriptor of the line to the pool, the PDQ mode, and the limits in their order, as
            ``link`` writes them.
        examine_bytes: What a worker does with a file.
    """
    memory_bytes, cpu_s, wall_s, file_bytes, files = arguments[2:]
    limits = Limits(int(memory_bytes), int(cpu_s), float(wall_s), int(file_bytes), int(files))
    run(int(arguments[0]), examine_bytes, limits)

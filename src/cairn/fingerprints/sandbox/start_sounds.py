"""The program of the nursery that listens to sound; see ``start``."""

from __future__ import annotations

import functools
import signal
from typing import TYPE_CHECKING

from cairn.fingerprints.listening import listen
from cairn.fingerprints.measure import examine
from cairn.fingerprints.sandbox.nursery import begin, limits_of
from cairn.fingerprints.sandbox.warm_sounds import load_every_sound_decoder
from cairn.fingerprints.video_listener import work_within
from cairn.types import PdqMode, Picture

if TYPE_CHECKING:
    from cairn.fingerprints.source import Source
    from cairn.fingerprints.video_listener import Listener


def main(arguments: list[str]) -> None:
    """Be the nursery that listens to sound.

    Args:
        arguments: See ``nursery.begin``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pool to handle
    load_every_sound_decoder()
    work_s = work_within(limits_of(arguments).cpu_s)
    watch = functools.partial(_listen, work_s=work_s)
    begin(arguments, functools.partial(examine, mode=PdqMode.FAST), watch=watch)


def _listen(source: Source, _: Listener, *, work_s: float) -> Picture:
    return listen(source, work_s=work_s)

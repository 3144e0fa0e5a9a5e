"""The program of the nursery that takes frames out of videos for people to look at; see ``start``."""

from __future__ import annotations

import functools
import signal

from cairn.fingerprints.measure import examine
from cairn.fingerprints.sandbox.nursery import begin
from cairn.fingerprints.sandbox.warm_videos import load_every_still, load_every_video_decoder
from cairn.fingerprints.stills import stills
from cairn.types import PdqMode


def main(arguments: list[str]) -> None:
    """Be the nursery that takes frames out.

    Args:
        arguments: See ``nursery.begin``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pool to handle
    load_every_video_decoder()
    load_every_still()
    begin(arguments, functools.partial(examine, mode=PdqMode.FAST), take=stills)

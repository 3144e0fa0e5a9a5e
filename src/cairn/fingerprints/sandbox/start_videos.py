"""The program of the nursery that follows videos; see ``start``."""

from __future__ import annotations

import functools
import signal

from cairn.fingerprints.measure import examine
from cairn.fingerprints.sandbox.nursery import begin, limits_of
from cairn.fingerprints.sandbox.warm_videos import load_every_video_decoder
from cairn.fingerprints.video import watch
from cairn.fingerprints.video_listener import bounds_within
from cairn.fingerprints.wanted import ASKED_EVERY_S
from cairn.frames import VideoMode
from cairn.types import PdqMode


def main(arguments: list[str]) -> None:
    """Be the nursery that follows videos.

    Args:
        arguments: See ``nursery.begin``; the second is a ``VideoMode``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pool to handle
    load_every_video_decoder()
    mode = VideoMode(arguments[1])
    follow = functools.partial(
        watch,
        mode=mode,
        every_s=ASKED_EVERY_S,
        bounds=bounds_within(limits_of(arguments).watch_s),
        closely=mode is VideoMode.EVEN,
    )
    begin(arguments, functools.partial(examine, mode=PdqMode.FAST), watch=follow)

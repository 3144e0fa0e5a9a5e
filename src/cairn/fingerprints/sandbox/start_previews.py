"""The program of the nursery that makes small pictures for people to look at; see ``start``."""

from __future__ import annotations

import signal

from cairn.fingerprints.preview import preview
from cairn.fingerprints.sandbox.nursery import begin
from cairn.fingerprints.sandbox.warm import load_every_decoder, load_every_preview


def main(arguments: list[str]) -> None:
    """Be the nursery that makes previews.

    Args:
        arguments: See ``nursery.begin``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pool to handle
    load_every_decoder()
    load_every_preview()
    begin(arguments, preview)

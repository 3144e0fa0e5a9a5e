"""The program of the nursery that examines pictures: load every decoder, then take orders.

The pool starts it with an empty environment, as ``link`` shows.
"""

from __future__ import annotations

import functools
import signal

from cairn.fingerprints.measure import examine
from cairn.fingerprints.sandbox.nursery import begin
from cairn.fingerprints.sandbox.orders import WITH_FEATURES
from cairn.fingerprints.sandbox.warm import load_every_decoder
from cairn.types import PdqMode


def main(arguments: list[str]) -> None:
    """Be the nursery that examines pictures.

    Args:
        arguments: See ``nursery.begin``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pool to handle
    with_features = arguments[2] == WITH_FEATURES
    load_every_decoder(with_features=with_features)
    begin(arguments, functools.partial(examine, mode=PdqMode(arguments[1]), with_features=with_features))

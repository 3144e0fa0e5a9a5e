"""Keeping decoders from writing to the terminal.

A decoder's complaint belongs into the answer about the file. Pillow and its copy of libtiff also write it
to the standard error stream, from where it would land in the middle of a progress bar, or in a log that
should hold no part of a seized file. And Python warnings of odd metadata would stop a program that treats
warnings as errors, though odd metadata changes no pixel.
"""

from __future__ import annotations

import ctypes
import logging
import warnings
from functools import cache

from PIL import _imaging


def silence_decoders() -> None:
    """Turn off what the picture decoders of this process write, where the system lets us reach it."""
    # Asked for anew each time, because programs and tests reset their filters.
    warnings.filterwarnings("ignore", module=r"PIL\.|pillow_heif\.")
    _silence_once()


@cache
def _silence_once() -> None:
    """Give Pillow's log a handler that does nothing, and libtiff none.

    Source: libtiff, ``TIFFSetErrorHandler(3)``: given a null pointer, no message is printed.
    """
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    # Opened through Pillow's own module, so that the very copy is found that Pillow decodes with.
    library = ctypes.CDLL(_imaging.__file__)
    for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
        handler = getattr(library, name, None)
        if handler is not None:
            handler.argtypes, handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            handler(None)

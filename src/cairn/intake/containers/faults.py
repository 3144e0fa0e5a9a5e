"""A fault in a container's parser becomes a sentence, so that one crafted file never stops a whole check."""

from __future__ import annotations

import struct
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cairn.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

PARSER_FAULTS: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What a fault in a parser would raise. None is known; but one crafted file must never stop a whole check."""


@contextmanager
def faults_said() -> Iterator[None]:
    """Turn a parser's own fault into a sentence, which names the kind of fault and nothing of the file."""
    try:
        yield
    except PARSER_FAULTS as error:
        raise InputError(
            f"Cairn's reader failed on it ({type(error).__name__}). Unpack it with another program, check "
            "that folder, and report this fault.",
            code="input.fault",
        ) from error

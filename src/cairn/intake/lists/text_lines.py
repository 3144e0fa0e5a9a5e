"""The lines of a text of any size, some ten thousand at a time."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from cairn.errors import InputError
from cairn.intake.encoding import encoding_of

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_BYTES: Final = 2 * 1024 * 1024
MAX_LINE_CHARS: Final = 1024 * 1024
"""A line of a hash list has some hundred characters; a file without line ends must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Lines:
    r"""A stretch of lines, without their ends.

    Attributes:
        first: The number of the first one, from 1.
        texts: The lines. Bytes that are no text are shown as ``\xff``.
    """

    first: int
    texts: list[str]


def lines_of(source: BinaryIO) -> Iterator[Lines]:
    """Yield all lines of a text; they end with LF, CR LF or CR.

    Args:
        source: Its bytes, from the beginning.

    Raises:
        InputError: A line is too long to be one of a list (``list.no-lines``).
    """
    block = source.read(BLOCK_BYTES)
    mark, encoding = encoding_of(block)
    block = block[len(mark) :]
    decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
    number, rest = 1, ""
    while True:
        text = rest + decoder.decode(block, final=not block)
        is_last = not block
        # A CR at the end may be half of a CR LF.
        end = len(text) - 1 if text.endswith("\r") and not is_last else len(text)
        texts = _unified(text[:end]).split("\n")
        rest = texts.pop() + text[end:]
        if is_last and rest:
            texts.append(rest)
        elif len(rest) > MAX_LINE_CHARS:
            raise InputError(
                f"Line {number + len(texts):,} has more than {MAX_LINE_CHARS:,} characters: this is no list "
                "with one entry a line.",
                code="list.no-lines",
            )
        if texts:
            yield Lines(number, texts)
            number += len(texts)
        if is_last:
            return
        block = source.read(BLOCK_BYTES)


def _unified(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

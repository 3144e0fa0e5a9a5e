"""The program of the process that reads an image: load the libraries, close the doors, answer questions.

Closed are the doors of the decoders (``cairn.fingerprints.sandbox``), all of them, before the first byte of
the image is read. What it needs of the image are descriptors, which were opened for reading by the check.
"""

from __future__ import annotations

import os
import signal

from cairn.fingerprints.sandbox.confine import (
    Meter,
    address_space_bytes,
    close_the_doors,
    leave_the_host,
)
from cairn.fingerprints.sandbox.limits import Limits
from cairn.fingerprints.sandbox.message import Hello, pack
from cairn.readers.disk_files import Image
from cairn.readers.disk_words import QUESTION, pack_answer, parse_question
from cairn.readers.pieces import Piece

LIMITS = Limits(memory_bytes=1 << 30, cpu_s=30, wall_s=120.0, file_bytes=0, files_per_worker=100_000)
"""For one question. A large image's tables are read at the first one: 500 GB of E01 take seconds."""


def main(arguments: list[str]) -> None:
    """Answer questions on standard output until standard input ends.

    Args:
        arguments: 1 for E01 or Ex01, else 0; then of each piece its descriptor, first byte and length.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the check to handle.
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (1, 2):  # No library may write between the answers.
        os.dup2(nowhere, standard)
    os.close(nowhere)
    numbers = list(map(int, arguments))
    pieces = [Piece(*numbers[at : at + 3]) for at in range(1, len(numbers), 3)]
    image = Image(pieces, is_ewf=bool(numbers[0]))
    at_rest_bytes = address_space_bytes()
    states = leave_the_host() + close_the_doors(LIMITS, at_rest_bytes=at_rest_bytes)
    _write(answers, pack(Hello(states)))
    meter = Meter(LIMITS, at_rest_bytes=at_rest_bytes)
    while len(asked := _read(QUESTION.size)) == QUESTION.size:
        meter.start(0)
        _write(answers, pack_answer(image.answer(parse_question(asked))))


def _read(length: int) -> bytes:
    data = b""
    while len(data) < length and (more := os.read(0, length - len(data))):
        data += more
    return data


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]

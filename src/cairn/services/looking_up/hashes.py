"""What is asked: hashes of five kinds, as arrays of bytes, read from hexadecimal text in one go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from cairn.errors import InputError
from cairn.intake.hash_text import parse_hexadecimal
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MOST_HASHES = 10_000
"""In one question, of all kinds together: a quarter of a second's work, and less than a megabyte of text."""

MOST_PHOTODNA = 200
"""Of these: each is compared with nearly every value on a list, which takes milliseconds."""


class HashKind(StrEnum):
    """Which hash; the values are those of the API and of the records' fields."""

    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    PDQ = "pdq"
    PHOTODNA = "photodna"


BYTES: Mapping[HashKind, int] = {
    HashKind.SHA256: 32,
    HashKind.SHA1: 20,
    HashKind.MD5: 16,
    HashKind.PDQ: 32,
    HashKind.PHOTODNA: 144,
}
"""The length of each."""


@dataclass(frozen=True, slots=True, eq=False)
class Hashes:
    """A batch of hashes: for each kind that was asked an array of shape ``(n, BYTES[kind])``, uint8."""

    of: Mapping[HashKind, NDArray[np.uint8]]

    def __len__(self) -> int:
        """Answer how many there are, of all kinds."""
        return sum(map(len, self.of.values()))

    @classmethod
    def parse(cls, texts: Mapping[HashKind, Sequence[str]]) -> Hashes:
        """Read hexadecimal digits of either case.

        Raises:
            InputError: There is none, there are more than ``MOST_HASHES``, or one has another form
                (``lookup.hashes``, with its kind and position in the details).
        """
        number = sum(map(len, texts.values()))
        if len(texts.get(HashKind.PHOTODNA, ())) > MOST_PHOTODNA:
            raise InputError(
                Sentence("Ask for at most %(most)s PhotoDNA values at once.", most=MOST_PHOTODNA),
                code="lookup.hashes",
            )
        if not 1 <= number <= MOST_HASHES:
            raise InputError(
                Sentence("Ask for 1 to %(most_hashes)s hashes at once.", most_hashes=MOST_HASHES),
                code="lookup.hashes",
            )
        return cls({kind: _parsed(kind, rows) for kind, rows in texts.items() if rows})


def _parsed(kind: HashKind, texts: Sequence[str]) -> NDArray[np.uint8]:
    width = BYTES[kind]
    try:
        raw = bytes.fromhex("".join(texts))
    except ValueError:
        raw = b""
    # Digits of one may not make up for those that another lacks, and a space between digits is dropped.
    if len(raw) != width * len(texts) or {*map(len, texts)} != {2 * width}:
        wrong = next(place for place, text in enumerate(texts) if parse_hexadecimal(text, width) is None)
        raise InputError(
            Sentence(
                "The hash at position %(wrong)s of %(kind)s is none: it has to be %(value)s "
                "hexadecimal digits.",
                wrong=wrong,
                kind=kind,
                value=2 * width,
            ),
            code="lookup.hashes",
            kind=kind,
            position=wrong,
        )
    return np.frombuffer(raw, np.uint8).reshape(-1, width)

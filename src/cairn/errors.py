"""One tree of errors: each has a code for programs, a sentence for the person, and details safe to log.

Absence is ``None``; inability is one of these exceptions, or a ``NotComparable`` value where the answer
"this file cannot be compared, because …" is itself the result that an investigator needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CairnError(Exception):
    """The root of every error that Cairn raises on purpose.

    Args:
        sentence: What happened and what to do, in words for the person at the screen.
        code: A stable word for programs, such as ``input.missing``.
        details: Values that are safe to log: never file names, hashes, or people.
    """

    default_code = "error"

    def __init__(self, sentence: str, *, code: str | None = None, **details: str | int) -> None:
        """Keep the sentence, the code and the details."""
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.default_code
        self.details = details


class InputError(CairnError):
    """The file, the format or the request is at fault, never Cairn."""

    default_code = "input"


class AccessError(CairnError):
    """The actor may not; the outside sees the same as if the record did not exist."""

    default_code = "access"


class IntegrityError(CairnError):
    """A checksum, a signature or a chain does not hold."""

    default_code = "integrity"


class PeerError(CairnError):
    """Another node or service did not answer as agreed."""

    default_code = "peer"


class ConfigurationError(CairnError):
    """The node is set up in a way that cannot work, and the sentence says what to change."""

    default_code = "configuration"


class Reason(StrEnum):
    """Why a file has no fingerprint that can be compared."""

    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    UNDECODABLE = "undecodable"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    BLANK = "blank"
    ENCRYPTED = "encrypted"
    DECODER_CRASHED = "decoder-crashed"
    TIMED_OUT = "timed-out"
    NOT_AT_HAND = "not-at-hand"


@dataclass(frozen=True, slots=True)
class NotComparable:
    """A file that was read, and whose digests count, but that has no comparable fingerprint.

    Attributes:
        reason: The code.
        sentence: The same in words, with the measured value that led to it.
    """

    reason: Reason
    sentence: str

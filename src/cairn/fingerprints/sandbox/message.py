"""What a decoder process can say to the pool: a fixed form, length-checked, never pickled.

A decoder process may have been taken over by the file that it read, so the pool believes nothing of an
answer: every number has a range, every code a table, every text a length and an alphabet, every answer the
sequence number of the file that was asked about, and no byte may be left over.

An answer is a header (magic, length of what follows, sequence number, kind) and a body of that kind. All
numbers are big-endian.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from typing import assert_never

from cairn.fingerprints.sandbox import video_message
from cairn.fingerprints.sandbox.body import Body, MessageError
from cairn.fingerprints.sandbox.features_message import (
    MAXIMUM_FEATURES_BYTES,
    pack_features,
    parse_features,
)
from cairn.fingerprints.sandbox.picture_message import pack_picture, parse_picture
from cairn.fingerprints.sandbox.pieces import short, text
from cairn.fingerprints.sandbox.preview_message import MAXIMUM_PREVIEW_BYTES, pack_preview, parse_preview
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState
from cairn.fingerprints.sandbox.sound_message import MAXIMUM_SOUND_BYTES, pack_sound, parse_sound
from cairn.fingerprints.sandbox.video_message import VideoBegins, VideoEnds, VideoGoesOn
from cairn.types import Pdq, Picture

MAXIMUM_BODY_BYTES = 4096
"""The longest honest body without features is the list of protections, under 1,500 bytes."""

MAXIMUM_BODY_BYTES_WITH_FEATURES = MAXIMUM_BODY_BYTES + MAXIMUM_FEATURES_BYTES

_HEADER = struct.Struct(">4sIQB")
_MAGIC = b"CRNA"
HEADER_BYTES = _HEADER.size

_HASHED, _NOT_COMPARABLE, _FAILED, _HELLO = 1, 2, 3, 4
_VIDEO_BEGINS, _VIDEO_GOES_ON, _VIDEO_ENDS = 5, 6, 7
_WITH_FEATURES = 0x10
"""Set in the kind of an answer that goes on with local features."""
_WITH_PREVIEW = 0x20
"""The same with a small picture to look at."""
_WITH_SOUND = 0x40
"""The same with what is heard."""

_PROTECTIONS = tuple(Protection)
_FAULT = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,62}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A picture that a decoder process measured."""

    sequence: int
    picture: Picture


@dataclass(frozen=True, slots=True)
class Failure:
    """A decoder process gave up on a file without dying.

    Attributes:
        sequence: Of the file.
        fault: The kind of fault, such as ``MemoryError``.
    """

    sequence: int
    fault: str


@dataclass(frozen=True, slots=True)
class Hello:
    """A decoder process is ready, and says how it is held."""

    protections: tuple[ProtectionState, ...]


Message = Answer | Failure | Hello | VideoBegins | VideoGoesOn | VideoEnds
"""Everything that a decoder process can say."""


def pack(message: Message) -> bytes:
    """Answer a message as bytes; a sentence is cut and cleaned to what the other side will accept."""
    match message:
        case Hello(protections):
            return _framed(_HELLO, 0, _pack_states(protections))
        case Failure(sequence, fault):
            return _framed(_FAILED, sequence, short(fault.encode("ascii")))
        case Answer(sequence, picture):
            kind = _HASHED if isinstance(picture.comparison, Pdq) else _NOT_COMPARABLE
            further, rest = _pack_further(picture)
            return _framed(kind | further, sequence, pack_picture(picture) + rest)
        case VideoBegins(sequence) | VideoGoesOn(sequence) | VideoEnds(sequence):
            kind, body = _pack_video(message)
            return _framed(kind, sequence, body)
        case _:
            assert_never(message)


def _pack_video(message: VideoBegins | VideoGoesOn | VideoEnds) -> tuple[int, bytes]:
    """Answer the kind and the body of what is said of a video."""
    match message:
        case VideoBegins():
            return _VIDEO_BEGINS, video_message.pack_beginning(message)
        case VideoGoesOn():
            return _VIDEO_GOES_ON, video_message.pack_frames(message.frames)
        case VideoEnds():
            return _VIDEO_ENDS, video_message.pack_ending(message)
        case _:
            assert_never(message)


def _framed(kind: int, sequence: int, body: bytes) -> bytes:
    """Put the header before a body."""
    return _HEADER.pack(_MAGIC, len(body), sequence, kind) + body


def _pack_further(picture: Picture) -> tuple[int, bytes]:
    """Answer what was made of a file beside its hash, and the sign of it; one thing at most is asked for."""
    if picture.preview is not None:
        return _WITH_PREVIEW, pack_preview(picture.preview)
    if picture.sound is not None:
        return _WITH_SOUND, pack_sound(picture.sound)
    if picture.features is not None:
        return _WITH_FEATURES, pack_features(picture.features)
    return 0, b""


def _pack_states(states: tuple[ProtectionState, ...]) -> bytes:
    """Answer the body of a hello."""
    return bytes([len(states)]) + b"".join(
        bytes([_PROTECTIONS.index(state.protection), state.active]) + text(state.detail) for state in states
    )


def take(buffer: bytearray) -> Message | None:
    """Take the first whole message off the front of what was received.

    Args:
        buffer: Bytes in the order of arrival; a whole message is removed from it.

    Returns:
        The message, or ``None`` where its end has not arrived yet.

    Raises:
        MessageError: What arrived cannot be the start of a message of the agreed form.
    """
    if len(buffer) < HEADER_BYTES:
        return None
    magic, body_bytes, sequence, kind = _HEADER.unpack_from(buffer)
    if magic != _MAGIC:
        raise MessageError("An answer does not begin as agreed.")
    if body_bytes > _most_bytes(kind):
        raise MessageError(f"An answer of {body_bytes} bytes is longer than agreed.")
    end = HEADER_BYTES + body_bytes
    if len(buffer) < end:
        return None
    body = Body(bytes(buffer[HEADER_BYTES:end]))
    message = _parse(body, sequence=sequence, kind=kind)
    body.finish()
    del buffer[:end]
    return message


def _most_bytes(kind: int) -> int:
    """Answer how long a body of this kind may be."""
    if kind == _VIDEO_BEGINS:
        return video_message.MAXIMUM_BEGINNING_BYTES
    if kind == _VIDEO_GOES_ON:
        return video_message.MAXIMUM_FRAMES_BYTES
    if kind & _WITH_PREVIEW:
        return MAXIMUM_BODY_BYTES + MAXIMUM_PREVIEW_BYTES
    if kind & _WITH_SOUND:
        return MAXIMUM_BODY_BYTES + MAXIMUM_SOUND_BYTES
    return MAXIMUM_BODY_BYTES_WITH_FEATURES if kind & _WITH_FEATURES else MAXIMUM_BODY_BYTES


def _parse(body: Body, *, sequence: int, kind: int) -> Message:
    """Read a body of one kind."""
    plain = kind & ~(_WITH_FEATURES | _WITH_PREVIEW | _WITH_SOUND)
    if plain in {_HASHED, _NOT_COMPARABLE}:
        picture = parse_picture(body, hashed=plain == _HASHED)
        if kind & _WITH_FEATURES:
            picture = replace(picture, features=parse_features(body))
        if kind & _WITH_PREVIEW:
            picture = replace(picture, preview=parse_preview(body))
        if kind & _WITH_SOUND:
            picture = replace(picture, sound=parse_sound(body))
        return Answer(sequence, picture)
    if kind == _FAILED:
        return Failure(sequence, body.name(_FAULT, "fault"))
    if kind == _HELLO:
        return Hello(_parse_states(body))
    if kind == _VIDEO_BEGINS:
        return video_message.parse_beginning(body, sequence)
    if kind == _VIDEO_GOES_ON:
        return VideoGoesOn(sequence, video_message.parse_frames(body))
    if kind == _VIDEO_ENDS:
        return video_message.parse_ending(body, sequence)
    raise MessageError(f"An answer is of the unknown kind {kind}.")


def _parse_states(body: Body) -> tuple[ProtectionState, ...]:
    """Read how a process is held; each protection at most once."""
    states = []
    for _ in range(body.number()):
        protection = body.choice(_PROTECTIONS)
        active = body.choice((False, True))
        states.append(ProtectionState(protection, active, body.sentence()))
    if len({state.protection for state in states}) != len(states):
        raise MessageError("A process reports a protection twice.")
    return tuple(states)

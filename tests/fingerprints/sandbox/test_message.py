from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import local
from cairn.fingerprints.sandbox.body import MAXIMUM_TEXT_BYTES, MessageError
from cairn.fingerprints.sandbox.features_message import MAXIMUM_FEATURES
from cairn.fingerprints.sandbox.message import (
    HEADER_BYTES,
    MAXIMUM_BODY_BYTES,
    Answer,
    Failure,
    Hello,
    Message,
    pack,
    take,
)
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState
from cairn.types import LocalFeatures, Pdq, PdqMode, Picture

SIDES = st.none() | st.integers(0, 2**31 - 1)
SENTENCES = st.text(max_size=150).filter(str.isprintable)
OF_THE_POOL = {Reason.DECODER_CRASHED, Reason.TIMED_OUT, Reason.NOT_AT_HAND}
DECODER_REASONS = sorted(set(Reason) - OF_THE_POOL)
SEQUENCES = st.integers(0, 2**64 - 1)
HASHES = st.builds(
    Pdq,
    st.tuples(*[st.binary(min_size=32, max_size=32)] * 8),
    st.integers(0, 100),
    st.sampled_from(PdqMode),
)
REFUSALS = st.builds(NotComparable, st.sampled_from(DECODER_REASONS), SENTENCES)
POINTS = st.tuples(*[st.integers(0, 64 * 40)] * 2, *[st.integers(0, 65535)] * 2)
FEATURES = st.lists(st.tuples(POINTS, st.binary(min_size=128, max_size=128)), max_size=3).map(
    lambda found: LocalFeatures(
        40,
        50,
        b"".join(struct.pack("<HHHH", *point) for point, _ in found),
        b"".join(description for _, description in found),
    )
)
PICTURES = st.builds(
    Picture,
    st.none() | st.sampled_from(["image/jpeg", "image/svg+xml", "application/vnd.ms-excel", "image/j2c"]),
    SIDES,
    SIDES,
    HASHES | REFUSALS,
    st.none() | FEATURES,
)
STATES = st.lists(
    st.builds(ProtectionState, st.sampled_from(Protection), st.booleans(), SENTENCES),
    unique_by=lambda state: state.protection,
    max_size=5,
).map(tuple)
MESSAGES: st.SearchStrategy[Message] = (
    st.builds(Answer, SEQUENCES, PICTURES)
    | st.builds(Failure, SEQUENCES, st.sampled_from(["MemoryError", "struct.error", "_Fault1"]))
    | st.builds(Hello, STATES)
)


@given(st.lists(MESSAGES, max_size=4), st.integers(1, 50))
def test_messages_arrive_as_they_were_sent_however_they_are_cut(sent: list[Message], piece: int) -> None:
    line, buffer, received = b"".join(map(pack, sent)), bytearray(), []
    for at in range(0, len(line), piece):
        buffer += line[at : at + piece]
        while message := take(buffer):
            received.append(message)
    assert received == sent
    assert not buffer


@given(MESSAGES, st.data())
def test_a_message_that_was_tampered_with_is_rejected_or_still_within_bounds(
    message: Message, data: st.DataObject
) -> None:
    whole = bytearray(pack(message))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    judge(whole)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_are_rejected_or_not_yet_one(noise: bytes) -> None:
    assert judge(bytearray(noise)) is None


@given(st.integers(1, 6), SEQUENCES, st.binary(max_size=400))
def test_a_body_of_noise_is_rejected_or_within_bounds(kind: int, sequence: int, body: bytes) -> None:
    judge(bytearray(struct.pack(">4sIQB", b"CRNA", len(body), sequence, kind) + body))


def judge(buffer: bytearray) -> Message | None:
    """Parse, and check everything that the pool relies on in what was let through."""
    try:
        message = take(buffer)
    except MessageError:
        return None
    match message:
        case Answer(_, Picture(media_type, width, height, comparison, features)):
            if features is not None:
                assert len(features) <= MAXIMUM_FEATURES
                assert len(features.points) == 8 * len(features)
                assert len(features.descriptors) == 128 * len(features)
            assert media_type is None or media_type.isascii()
            assert all(side is None or 0 <= side < 2**31 for side in (width, height))
            if isinstance(comparison, Pdq):
                assert 0 <= comparison.quality <= 100
                assert [len(part) for part in comparison.hashes] == [32] * 8
            else:
                assert comparison.reason in DECODER_REASONS
                assert comparison.sentence.isprintable()
                assert len(comparison.sentence.encode()) <= MAXIMUM_TEXT_BYTES
        case Failure(_, fault):
            assert fault.isascii()
            assert fault.isprintable()
        case Hello(states):
            assert all(state.detail.isprintable() for state in states)
    return message


PLAIN = Picture("image/png", 1, 2, NotComparable(Reason.BLANK, "why"))
SEEN = Picture("image/png", 1, 2, NotComparable(Reason.BLANK, "why"), LocalFeatures(2, 3, b"", b""))
"""Its last six bytes are the width, the height and the number of the features."""
HASHED = Picture(None, None, None, Pdq((b"\0" * 32,) * 8, 100, PdqMode.FAST))


def changed(picture: Picture, at: int, value: int) -> bytearray:
    """A message with one byte of its body, counted from the end where negative, set to a value."""
    whole = bytearray(pack(Answer(7, picture)))
    whole[at if at < 0 else HEADER_BYTES + at] = value
    return whole


@pytest.mark.parametrize(
    ("whole", "complaint"),
    [
        (bytearray(b"PNGA" + bytes(30)), "does not begin as agreed"),
        (bytearray(b"CRNA" + struct.pack(">IQB", MAXIMUM_BODY_BYTES + 1, 1, 1)), "longer than agreed"),
        (bytearray(b"CRNA" + struct.pack(">IQB", 0, 1, 9)), "unknown kind 9"),
        (bytearray(b"CRNA" + struct.pack(">IQB", 0, 1, 1)), "ends too early"),
        (bytearray(b"CRNA" + struct.pack(">IQB", 3, 1, 3) + b"\1ab"), "left over"),
        (bytearray(b"CRNA" + struct.pack(">IQB", 2, 1, 3) + b"\1\xff"), "not plain ASCII"),
        (bytearray(b"CRNA" + struct.pack(">IQB", 1, 1, 3) + b"\0"), "not of the agreed form"),
        (bytearray(b"CRNA" + struct.pack(">IQB", 9, 0, 4) + b"\2" + b"\0\0\0\0" * 2), "twice"),
        (changed(PLAIN, 1, ord("I")), "not of the agreed form"),
        (changed(PLAIN, 10, 8), "impossible size"),
        (changed(PLAIN, 11, 0x80), "impossible size"),
        (changed(PLAIN, 19, 7), "entry 7 of a table of 7"),
        (changed(PLAIN, 20, 0xFF), "longer than agreed"),
        (changed(PLAIN, -1, 0x1B), "cannot be printed"),
        (changed(PLAIN, -1, 0xFF), "not UTF-8"),
        (changed(HASHED, 10, 101), "the quality 101"),
        (changed(HASHED, 11, 2), "entry 2 of a table of 2"),
        (changed(SEEN, -1, 1), "ends too early"),
        (changed(SEEN, -2, 8), "2048 local features; at most 2000"),
        (bytearray(b"CRNA" + struct.pack(">IQB", MAXIMUM_BODY_BYTES + 1, 1, 2)), "longer than agreed"),
        (bytearray(b"CRNA" + struct.pack(">IQB", 1 << 20, 1, 0x12)), "longer than agreed"),
        (bytearray(b"CRNA" + struct.pack(">IQB", 0, 1, 0x13)), "unknown kind 19"),
    ],
)
def test_each_rule_of_the_form_is_held(whole: bytearray, complaint: str) -> None:
    with pytest.raises(MessageError, match=complaint):
        take(whole)


def test_text_that_could_turn_the_reading_direction_is_not_let_through() -> None:
    sentence = "photo\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe".encode()
    body = b"\0" + b"\0" * 9 + b"\0" + struct.pack(">H", len(sentence)) + sentence
    with pytest.raises(MessageError, match="cannot be printed"):
        take(bytearray(struct.pack(">4sIQB", b"CRNA", len(body), 1, 2) + body))


def test_an_honest_sentence_is_cut_and_cleaned_before_it_is_sent() -> None:
    picture = Picture(None, None, None, NotComparable(Reason.UNDECODABLE, "line\nline " + "é" * 1000))
    message = take(bytearray(pack(Answer(1, picture))))
    assert isinstance(message, Answer)
    assert isinstance(message.picture.comparison, NotComparable)
    sentence = message.picture.comparison.sentence
    assert sentence.startswith("line line é")
    assert len(sentence.encode()) <= MAXIMUM_TEXT_BYTES


def test_a_side_that_no_picture_has_is_sent_as_unknown() -> None:
    picture = Picture("image/bmp", 2**32 - 127, -5, NotComparable(Reason.TOO_LARGE, "so large"))
    message = take(bytearray(pack(Answer(1, picture))))
    assert isinstance(message, Answer)
    assert (message.picture.width, message.picture.height) == (None, None)


def test_a_feature_outside_its_picture_is_not_let_through() -> None:
    inside = LocalFeatures(2, 3, struct.pack("<HHHH", 2 * 64, 3 * 64, 0, 0), bytes(128))
    assert take(bytearray(pack(Answer(1, Picture(None, None, None, HASHED.comparison, inside))))) is not None
    for x, y in ((2 * 64 + 1, 0), (0, 3 * 64 + 1)):
        outside = LocalFeatures(2, 3, struct.pack("<HHHH", x, y, 0, 0), bytes(128))
        with pytest.raises(MessageError, match="outside its picture"):
            take(bytearray(pack(Answer(1, Picture(None, None, None, HASHED.comparison, outside)))))


def test_as_many_features_are_agreed_as_are_looked_for() -> None:
    assert MAXIMUM_FEATURES == local.MOST_FEATURES_OF_A_COLLAGE
    most = LocalFeatures(9, 9, bytes(8 * MAXIMUM_FEATURES), bytes(128 * MAXIMUM_FEATURES))
    picture = Picture("a" * 16 + "/" + "b" * 63, 1, 1, NotComparable(Reason.BLANK, "w" * 600), most)
    message = take(bytearray(pack(Answer(1, picture))))
    assert isinstance(message, Answer)
    assert message.picture == picture

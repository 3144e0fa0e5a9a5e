"""What the process that reads an image says is read strictly, and only as the answer to its question."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.fingerprints.sandbox.body import MessageError
from cairn.intake.containers.images import Node
from cairn.readers.disk_words import (
    ANSWER_BYTES,
    LONGEST_NAME,
    Answer,
    Ask,
    Kind,
    Page,
    Question,
    Refusal,
    pack_answer,
    pack_question,
    parse_answer,
    parse_header,
    parse_question,
)

NODES = st.builds(
    Node,
    name=st.binary(max_size=LONGEST_NAME),
    number=st.integers(0, 2**64 - 1),
    is_folder=st.booleans(),
    is_deleted=st.booleans(),
    is_lost=st.booleans(),
    size_bytes=st.integers(0, 2**63 - 1),
    modified_ns=st.none() | st.integers(-(2**62), 2**62),
)
PAGE = Question(Ask.FOLDER, length=500)


def heard(answer: Answer, question: Question) -> Answer:
    data = pack_answer(answer)
    kind, length = parse_header(data[:ANSWER_BYTES])
    assert len(data) == ANSWER_BYTES + length
    return parse_answer(kind, data[ANSWER_BYTES:], question)


@given(st.lists(NODES, max_size=20), st.booleans())
def test_pages_arrive_as_they_were_sent(nodes: list[Node], has_more: bool) -> None:
    page = Page(tuple(nodes), has_more=has_more)
    assert heard(page, PAGE) == page


@given(st.lists(st.integers(0, 2**64 - 1), max_size=128))
def test_partitions_arrive_as_they_were_sent(starts: list[int]) -> None:
    assert heard(tuple(starts), Question(Ask.PARTITIONS)) == tuple(starts)


@pytest.mark.parametrize("refusal", Refusal)
def test_refusals_answer_every_question(refusal: Refusal) -> None:
    assert all(heard(refusal, Question(ask)) is refusal for ask in Ask)


def test_questions_arrive_as_they_were_sent() -> None:
    question = Question(Ask.STRETCH, 512, 7, 1 << 40, 4096)
    assert parse_question(pack_question(question)) == question


@pytest.mark.parametrize("data", [b"", b"x" * 37, pack_question(PAGE)[:-1], b"CRNI\x09" + bytes(28)])
def test_questions_of_another_form_are_refused(data: bytes) -> None:
    with pytest.raises(MessageError):
        parse_question(data)


def test_a_stretch_must_be_as_long_as_was_asked() -> None:
    assert heard(b"abc", Question(Ask.STRETCH, length=3)) == b"abc"
    with pytest.raises(MessageError):
        heard(b"abcd", Question(Ask.STRETCH, length=3))


def test_an_answer_to_another_question_is_refused() -> None:
    with pytest.raises(MessageError, match="not to the question"):
        heard(b"abc", PAGE)


def test_more_entries_than_were_asked_for_are_refused() -> None:
    node = Node(b"a", 1, is_folder=False, is_deleted=False, is_lost=False, size_bytes=1, modified_ns=None)
    with pytest.raises(MessageError, match="longer than agreed"):
        heard(Page((node, node), has_more=False), Question(Ask.FOLDER, length=1))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.REFUSED, b"\x00" + b"x"),
        (Kind.REFUSED, b"\xff"),
        (Kind.REFUSED, b""),
        (Kind.FOLDER, b"\x02"),
        (Kind.FOLDER, b"\x00" + b"x" * 5),
        (Kind.FOLDER, b"\x00" + struct.pack(">QBQqH", 1, 16, 1, 0, 0)),
        (Kind.FOLDER, b"\x00" + struct.pack(">QBQqH", 1, 0, 1, 0, 2000) + bytes(2000)),
        (Kind.FOLDER, b"\x00" + struct.pack(">QBQqH", 1, 0, 2**63, 0, 0)),
        (Kind.FOLDER, b"\x00" + struct.pack(">QBQqH", 1, 8, 1, 2**63 - 1, 0)),
        (9, b""),
    ],
)
def test_bodies_of_another_form_are_refused(kind: int, body: bytes) -> None:
    with pytest.raises(MessageError):
        parse_answer(kind, body, PAGE)


def test_too_many_partitions_are_refused() -> None:
    for body in (bytes(8 * 129), bytes(7)):
        with pytest.raises(MessageError):
            parse_answer(Kind.PARTITIONS, body, Question(Ask.PARTITIONS))


@pytest.mark.parametrize("data", [b"", b"XXXX\x01\0\0\0\0", b"CRNI\x01\xff\0\0\0"])
def test_headers_of_another_form_are_refused(data: bytes) -> None:
    with pytest.raises(MessageError):
        parse_header(data)


@given(st.sampled_from([*Kind]), st.sampled_from([*Ask]), st.binary(max_size=300))
def test_no_body_does_anything_but_be_read_or_refused(kind: Kind, ask: Ask, body: bytes) -> None:
    question = Question(ask, length=3)
    try:
        answer = parse_answer(kind, body, question)
    except MessageError:
        return
    assert isinstance(answer, Refusal) or pack_answer(answer)[ANSWER_BYTES:] == body or answer == ()

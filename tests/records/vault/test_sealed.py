"""A sealed file opens whole, or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest

from cairn.errors import IntegrityError
from cairn.records.vault.sealed import CHUNK_BYTES, MARK, TAG_BYTES, new_key, seal, unseal, unwrap, wrap

KEY, BOUND = bytes(range(32)), b"s" * 32
WHOLE = CHUNK_BYTES + TAG_BYTES


def sealed(content: bytes) -> bytes:
    return b"".join(seal(BytesIO(content).read, KEY, bound_to=BOUND))


def opened(file: bytes, *, key: bytes = KEY, bound_to: bytes = BOUND) -> bytes:
    return b"".join(unseal(BytesIO(file).read, key, bound_to=bound_to))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_what_is_sealed_opens_as_it_was_and_shows_nothing_of_itself(size: int) -> None:
    content = (b"a picture " * (size // 10 + 1))[:size]
    file = sealed(content)
    assert opened(file) == content
    assert b"a picture" not in file


def test_a_reader_that_gives_little_at_once_changes_nothing() -> None:
    content = bytes(range(256)) * 5000
    stream = BytesIO(content)
    assert b"".join(seal(lambda size: stream.read(min(size, 7_001)), KEY, bound_to=BOUND)) == sealed(content)


def changed_files() -> dict[str, bytes]:
    three = sealed(bytes(2 * CHUNK_BYTES + 5))
    body = three[len(MARK) :]
    chunks = [body[:WHOLE], body[WHOLE : 2 * WHOLE], body[2 * WHOLE :]]
    flipped = bytearray(three)
    flipped[len(MARK) + WHOLE + 3] ^= 1
    return {
        "a bit": bytes(flipped),
        "the mark": b"X" + three[1:],
        "cut between chunks": MARK + chunks[0] + chunks[1],
        "cut within a chunk": three[:-1],
        "chunks exchanged": MARK + chunks[1] + chunks[0] + chunks[2],
        "a chunk left out": MARK + chunks[0] + chunks[2],
        "something added": three + b"x",
        "nothing there": b"",
        "no chunk": MARK,
    }


@pytest.mark.parametrize("what", changed_files())
def test_a_file_in_which_anything_was_changed_does_not_open(what: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        opened(changed_files()[what])
    assert refused.value.code == "vault.damaged"


def test_neither_another_key_nor_another_content_s_name_opens_it() -> None:
    file = sealed(b"content")
    for other in ({"key": new_key()}, {"bound_to": b"t" * 32}):
        with pytest.raises(IntegrityError):
            opened(file, **other)


def test_a_wrapped_key_is_bound_to_the_node_s_key_and_to_its_content() -> None:
    under, other = new_key(), new_key()
    wrapped = wrap(KEY, under, bound_to=BOUND)
    assert KEY not in wrapped
    assert wrapped != wrap(KEY, under, bound_to=BOUND)
    assert unwrap(wrapped, under, bound_to=BOUND) == KEY
    for attempt in ((wrapped, other, BOUND), (wrapped, under, b"t" * 32), (b"", under, BOUND)):
        with pytest.raises(IntegrityError):
            unwrap(attempt[0], attempt[1], bound_to=attempt[2])

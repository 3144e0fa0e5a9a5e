"""Readers see their window and nothing else, and a failing disk is a sentence."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.evidence import open_for_reading
from cairn.intake.containers.reading import CHUNK_BYTES, OpenedSource, PartSource, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 4096


@pytest.fixture
def source(tmp_path: Path) -> OpenedSource:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return OpenedSource(lambda: open_for_reading(path))


@pytest.fixture
def reader(source: OpenedSource) -> Iterator[Reader]:
    with source.reader() as reader:
        yield reader


def test_reading_stops_at_the_window(reader: Reader) -> None:
    window = reader.window(10, 20).window(5, 100)
    assert window.size_bytes == 15
    assert window.read_at(0, 99) == CONTENT[15:30]
    assert window.read_at(20, 5) == window.read_at(-1, 5) == b""
    assert reader.window(10**9, 5).size_bytes == reader.window(-5, -5).size_bytes == 0


def test_too_few_bytes_are_damage(reader: Reader) -> None:
    assert reader.exactly(0, 4) == CONTENT[:4]
    with pytest.raises(InputError, match="ends too early"):
        reader.exactly(reader.size_bytes - 1, 2)
    with pytest.raises(InputError, match="ends too early"):
        list(reader.chunks(reader.size_bytes - 1, 2))


def test_chunks_are_small_first_and_bounded_then(source: OpenedSource) -> None:
    chunks = list(PartSource(source, 1, len(CONTENT) - 1).chunks())
    assert b"".join(chunks) == CONTENT[1:]
    assert len(chunks[0]) < CHUNK_BYTES
    assert max(map(len, chunks)) == CHUNK_BYTES


def test_reading_in_pieces_is_put_together(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pread
    monkeypatch.setattr(os, "pread", lambda descriptor, length, at: real(descriptor, min(length, 7), at))
    assert reader.read_at(3, 100) == CONTENT[3:103]


def test_reading_works_where_the_system_has_no_pread(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pread")
    assert reader.read_at(3, 100) == CONTENT[3:103]


@pytest.mark.parametrize(("number", "code"), [(errno.EIO, "input.disk"), (errno.EINVAL, "input.unreadable")])
def test_a_failing_disk_is_a_sentence(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "pread", fail)
    with pytest.raises(InputError, match="Reading failed") as caught:
        reader.read_at(0, 1)
    assert caught.value.code == code


def test_a_file_that_shrinks_while_it_is_read_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    with OpenedSource(lambda: open_for_reading(path)).reader() as reader:
        os.truncate(path, 10)
        with pytest.raises(InputError, match="ends too early"):
            list(reader.chunks(0, 100))

from __future__ import annotations

import hashlib
import mmap
from io import BytesIO
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from cairn.fingerprints import digest, digest_bytes
from cairn.fingerprints.digests import BLOCK_BYTES, Digester
from cairn.types import Digests

if TYPE_CHECKING:
    from pathlib import Path


def expected(data: bytes) -> Digests:
    return Digests(
        md5=hashlib.md5(data, usedforsecurity=False).digest(),
        sha1=hashlib.sha1(data, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(data).digest(),
    )


@given(st.binary(max_size=1000))
def test_bytes_and_streams_have_the_digests_of_hashlib(data: bytes) -> None:
    assert digest_bytes(data) == expected(data)
    assert digest(BytesIO(data)) == (len(data), expected(data))


def test_content_longer_than_a_block_is_digested_as_a_whole() -> None:
    data = bytes(range(256)) * (BLOCK_BYTES // 256 * 3) + b"and a rest"

    assert digest_bytes(data) == expected(data)
    assert digest(BytesIO(data)) == (len(data), expected(data))


def test_views_and_maps_are_digested_without_being_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")

    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert digest_bytes(mapped) == expected(b"content")
    assert digest_bytes(memoryview(b"content")) == expected(b"content")


def test_a_stream_goes_on_from_what_its_digester_took_before() -> None:
    digester = Digester()
    digester.update(b"head ")

    assert digest(BytesIO(b"rest"), digester) == (4, expected(b"head rest"))

"""The steps of 7z unpacking refuse settings that make no sense or cost too much."""

from __future__ import annotations

import pytest

from cairn.errors import InputError
from cairn.intake import STANDARD_RULES
from cairn.intake.containers import sevenzip_coders
from cairn.intake.containers.sevenzip_header import Coder, Folder


def run(method: bytes, settings: bytes, data: bytes, size: int) -> bytes:
    folder = Folder([Coder(method, settings, 1, 1)], {}, [0], [size])
    steps = sevenzip_coders.chain(folder, STANDARD_RULES)

    class Packed:
        def chunks(self) -> object:
            return iter([data])

    return b"".join(sevenzip_coders.run(steps, Packed(), "x"))  # type: ignore[arg-type]  # only chunks is asked


@pytest.mark.parametrize(
    ("method", "settings", "words"),
    [
        (b"\x21", b"\x29", "make no sense"),
        (b"\x21", b"", "make no sense"),
        (b"\3\1\1", b"\xff\0\0\0\0", "make no sense"),
        (b"\3\1\1", b"", "make no sense"),
        (b"\3\1\1", b"\x5d\xff\xff\xff\xff", "larger than the limit"),
        (b"\6\xf1\7\1", b"\x3e", "limit of 2 to the power 22"),
    ],
)
def test_settings_that_make_no_sense_are_refused(method: bytes, settings: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(method, settings, b"x" * 64, 1 << 40)


def test_encrypted_data_of_a_broken_length_is_damage() -> None:
    assert run(b"\6\xf1\7\1", b"\x01", b"x" * 20, 20) != b""


@pytest.mark.parametrize(
    ("bonds", "packed", "sizes"), [({0: 1, 1: 0}, [], [1, 1]), ({1: 1}, [0], [1, 1]), ({0: 5}, [1], [1, 1])]
)
def test_coders_that_form_no_chain_are_damage(
    bonds: dict[int, int], packed: list[int], sizes: list[int]
) -> None:
    coder = Coder(b"\0", b"", 1, 1)
    with pytest.raises(InputError, match="tied in a way"):
        sevenzip_coders.chain(Folder([coder, coder], bonds, packed, sizes), STANDARD_RULES)


def test_a_coder_of_many_streams_is_named() -> None:
    coder = Coder(b"\3\3\1\x1b", b"", 4, 1)
    with pytest.raises(InputError, match="BCJ2"):
        sevenzip_coders.chain(Folder([coder], {}, [0, 1, 2, 3], [1]), STANDARD_RULES)

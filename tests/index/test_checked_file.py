from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import IntegrityError
from cairn.index.checked_file import CheckedFileWriter, open_checked

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path) -> None:
    writer = CheckedFileWriter(path, kind="test", sections={"a": (np.uint16, (2, 3)), "b": (np.uint64, (0,))})
    with pytest.raises(ValueError, match="not filled"):
        writer.finish({})
    writer.append("a", np.arange(3, dtype=np.uint16))
    writer.append("b", np.empty(0, np.uint64))
    writer.append("a", np.arange(3, 6, dtype=np.uint16))
    writer.finish({"fact": 7})
    writer.close()


def test_sections_are_read_as_they_were_written(tmp_path: Path) -> None:
    write(tmp_path / "file")
    file = open_checked(tmp_path / "file", kind="test")
    assert file.arrays["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not file.arrays["a"].flags.writeable
    assert file.facts == {"fact": 7}
    assert file.damage() is None
    file.preload()


def test_any_flipped_bit_that_matters_is_found(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write(path)
    whole = path.read_bytes()
    content_start = 4 * 4096
    table_end = 32 + int.from_bytes(whole[12:16], "little")
    for position in [*range(table_end), *range(content_start, content_start + 12)]:
        damaged = bytearray(whole)
        damaged[position] ^= 1
        path.write_bytes(damaged)
        if position >= content_start:
            assert open_checked(path, kind="test").damage() == "a"
        else:
            with pytest.raises(IntegrityError, match="The index file file"):
                open_checked(path, kind="test")


def test_a_file_of_another_kind_length_or_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write(path)
    with pytest.raises(IntegrityError, match="holds a test where a other is expected"):
        open_checked(path, kind="other")
    whole = path.read_bytes()
    for content, words in [
        (whole[:10], "too short"),
        (whole[:-1], "bytes long"),
        (whole + b"\0", "bytes long"),
    ]:
        path.write_bytes(content)
        with pytest.raises(IntegrityError, match=words):
            open_checked(path, kind="test")


def test_pages_are_read_one_by_one_where_the_system_cannot_load_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "file")
    monkeypatch.setattr("cairn.index.checked_file.MADV_POPULATE_READ", 9999)
    open_checked(tmp_path / "file", kind="test").preload()

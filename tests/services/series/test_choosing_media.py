"""A list of digests is read as sha256sum writes it, or refused with the line that is wrong."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.services.series import choosing_media
from cairn.services.series.choosing_media import read_digests

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = sha256(b"1")


def test_digests_are_read_with_what_sha256sum_writes_behind_them(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text(f"{DIGEST.hexdigest()}  a name.jpg\n\n{sha256(b'2').hexdigest().upper()}\r\n")
    assert read_digests(file) == {DIGEST.digest(), sha256(b"2").digest()}


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"d41d8cd98f00b204e9800998ecf8427e\n", "Line 1"), (b"\n" + b"0" * 65, "Line 2"), (b"\xff", "no text")],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_digests(tmp_path / "list")


def test_a_file_that_is_too_large_or_missing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_digests(tmp_path / "list")
    monkeypatch.setattr(choosing_media, "MOST_LIST_BYTES", 10)
    (tmp_path / "list").write_text(DIGEST.hexdigest())
    with pytest.raises(InputError, match="too large"):
        read_digests(tmp_path / "list")

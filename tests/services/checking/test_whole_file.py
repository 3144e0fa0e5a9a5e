from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from cairn.errors import CairnError, ConfigurationError, InputError
from cairn.services.checking.whole_file import written_whole

if TYPE_CHECKING:
    from pathlib import Path


def _write(path: Path, text: str = "new\n") -> None:
    with written_whole(path) as stream:
        stream.write(text)


def test_the_file_is_there_once_it_is_complete(tmp_path: Path) -> None:
    with written_whole(tmp_path / "answer") as stream:
        stream.write("all of it\n")
        assert not (tmp_path / "answer").exists()
    assert (tmp_path / "answer").read_bytes() == b"all of it\n"
    assert [path.name for path in tmp_path.iterdir()] == ["answer"]


def test_only_its_writer_may_read_it(tmp_path: Path) -> None:
    _write(tmp_path / "answer")
    assert stat.S_IMODE((tmp_path / "answer").stat().st_mode) == 0o600


def test_an_earlier_file_stays_whole_where_writing_is_interrupted(tmp_path: Path) -> None:
    (tmp_path / "answer").write_text("old")
    with pytest.raises(KeyboardInterrupt), written_whole(tmp_path / "answer") as stream:
        stream.write("half")
        raise KeyboardInterrupt
    assert (tmp_path / "answer").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["answer"]


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, ConfigurationError, "output.disk"),
        (errno.EIO, ConfigurationError, "output.disk"),
        (errno.EROFS, InputError, "output.forbidden"),
        (errno.EACCES, InputError, "output.forbidden"),
    ],
)
def test_what_the_disk_says_becomes_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[CairnError], code: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(kind, match="answer") as caught:
        _write(tmp_path / "answer")
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder to write") as caught:
        _write(tmp_path / "missing" / "answer")
    assert caught.value.code == "output.missing"


def test_a_folder_is_no_file_to_write_to(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file to write to"):
        _write(tmp_path)


def test_a_pipe_or_device_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="no file to write to"):
        _write(tmp_path / "pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "answer")
    _write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "answer").read_text() == "new\n"


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(InputError):
        _write(tmp_path / "a")

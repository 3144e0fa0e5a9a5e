from __future__ import annotations

import os
from pathlib import Path

import pytest

from cairn.errors import InputError
from cairn.fingerprints import evidence
from cairn.fingerprints.evidence import open_evidence, shown


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught, open_evidence(path):
        pytest.fail("it was opened")
    return caught.value


def test_a_regular_file_is_opened_for_reading_only(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")

    with open_evidence(path) as stream:
        assert stream.read() == b"content"
        assert not stream.writable()
    assert stream.closed


@pytest.mark.skipif(not hasattr(os, "O_NOATIME"), reason="only Linux can leave the access time alone")
def test_the_access_time_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    os.utime(path, (1_000_000_000, 1_000_000_000))

    with open_evidence(path) as stream:
        stream.read()

    assert path.stat().st_atime == 1_000_000_000


def test_where_the_access_time_may_not_be_kept_the_file_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    really_open = os.open

    def opened(name: Path, flags: int) -> int:
        if flags & evidence._KEEP_ACCESS_TIME:
            raise PermissionError
        return really_open(name, flags)

    monkeypatch.setattr(evidence, "_KEEP_ACCESS_TIME", 1 << 30)
    monkeypatch.setattr("cairn.fingerprints.evidence.os.open", opened)

    with open_evidence(path) as stream:
        assert stream.read() == b"content"


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    error = refused(tmp_path / "gone.jpg")

    assert error.code == "input.missing"
    assert "gone.jpg" in error.sentence


def test_a_folder_is_not_read(tmp_path: Path) -> None:
    assert refused(tmp_path).code in {"input.not-a-file", "input.unreadable"}


def test_a_named_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert refused(tmp_path / "pipe").code == "input.not-a-file"


def test_a_device_is_refused() -> None:
    assert refused(Path("/dev/zero")).code == "input.not-a-file"


def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("cairn.fingerprints.evidence.os.open", forbidden)

    assert refused(tmp_path / "locked.jpg").code == "input.permission"


def test_an_error_while_reading_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")

    with pytest.raises(InputError, match="Input/output error") as caught, open_evidence(path):
        raise OSError(5, "Input/output error")
    assert caught.value.code == "input.unreadable"


def test_a_name_that_is_not_utf_8_is_opened_and_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg"))
    path.write_bytes(b"content")

    with open_evidence(path) as stream:
        assert stream.read() == b"content"
    path.unlink()
    assert shown(path).endswith("caf\\xe9.jpg")
    assert "caf\\xe9.jpg" in refused(path).sentence

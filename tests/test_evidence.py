"""A file of a seizure is read and left as it was; what cannot be read is a sentence; names stay apart."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cairn import evidence
from cairn.errors import InputError
from cairn.evidence import kind_in_words, open_for_reading, opened, printable, refusal


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught, opened(path):
        pytest.fail("it was opened")
    return caught.value


def test_a_regular_file_is_opened_for_reading_only(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")

    with opened(path) as stream:
        assert stream.read() == b"content"
        assert not stream.writable()
    assert stream.closed


@pytest.mark.skipif(not hasattr(os, "O_NOATIME"), reason="only Linux can leave the access time alone")
def test_the_access_time_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    os.utime(path, (1_000_000_000, 1_000_000_000))

    with opened(path) as stream:
        stream.read()

    assert path.stat().st_atime == 1_000_000_000


def test_where_the_access_time_may_not_be_kept_the_file_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    really_open = os.open

    def refusing(name: Path, flags: int) -> int:
        if flags & evidence._KEEP_ACCESS_TIME:
            raise PermissionError
        return really_open(name, flags)

    monkeypatch.setattr(evidence, "_KEEP_ACCESS_TIME", 1 << 30)
    monkeypatch.setattr("cairn.evidence.os.open", refusing)

    with opened(path) as stream:
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

    monkeypatch.setattr("cairn.evidence.os.open", forbidden)

    assert refused(tmp_path / "locked.jpg").code == "input.permission"


def test_an_error_while_reading_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")

    with pytest.raises(InputError, match="the disk reports an error") as caught, opened(path):
        raise OSError(5, "Input/output error")
    assert caught.value.code == "input.disk"


def test_an_error_without_a_number_says_that_the_reason_is_unknown(tmp_path: Path) -> None:
    assert refusal(tmp_path, OSError("odd")).sentence.endswith("could not be read: unknown reason.")


def test_a_name_that_is_not_utf_8_is_opened_and_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg"))
    path.write_bytes(b"content")

    with opened(path) as stream:
        assert stream.read() == b"content"
    path.unlink()
    assert "caf\\xe9.jpg" in refused(path).sentence


def test_a_path_that_a_person_named_is_followed_and_one_that_a_walk_listed_is_not(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"content")
    link = tmp_path / "link.jpg"
    link.symlink_to(tmp_path / "photo.jpg")

    with opened(link) as stream:
        assert stream.read() == b"content"
    with pytest.raises(InputError, match="has become a link") as caught:
        open_for_reading(link)
    assert caught.value.code == "input.loop"


def test_a_listed_file_that_is_gone_has_vanished_and_a_named_one_never_was(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="was there and has vanished"):
        open_for_reading(tmp_path / "1.jpg")
    with pytest.raises(InputError, match="There is no file"):
        open_for_reading(tmp_path / "1.jpg", is_named=True)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (stat.S_IFLNK, "a symbolic link"),
        (stat.S_IFDIR, "a folder"),
        (stat.S_IFIFO, "a named pipe"),
        (stat.S_IFSOCK, "a socket"),
        (stat.S_IFBLK, "a device"),
        (0, "no regular file"),
    ],
)
def test_what_is_no_file_is_named(kind: int, words: str) -> None:
    assert kind_in_words(kind | 0o600) == words


PATHS = st.binary(min_size=1).filter(lambda raw: b"\0" not in raw)
BACKSLASHED = st.lists(st.sampled_from([b"\\", b"x", b"e9", b"\xe9", b"a"]), min_size=1).map(b"".join)


@given(PATHS | BACKSLASHED, PATHS | BACKSLASHED)
@example(b"caf\xe9", rb"caf\xe9")
@example(rb"caf\xe9", rb"caf\\xe9")
def test_printable_names_are_valid_text_and_two_names_never_become_one(one: bytes, other: bytes) -> None:
    first, second = printable(os.fsdecode(one)), printable(os.fsdecode(other))
    first.encode("utf-8")
    assert (first == second) == (one == other)


@pytest.mark.parametrize("name", ["DCIM/1.jpg", "C:\\Users\\y", "café"])
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert printable(name) == name

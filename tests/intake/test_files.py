"""Folders and files become items; nothing leads out of the evidence, nothing is skipped silently."""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path

import pytest

from cairn.errors import InputError
from cairn.intake import Item, Unreadable, walk


def addresses(*paths: Path) -> list[str]:
    return [Path(entry.address).name for entry in walk(paths)]


def test_every_file_below_a_folder_is_an_item_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.jpg", "a/z.jpg", "a/c/d.jpg", "c.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert addresses(tmp_path) == ["d.jpg", "z.jpg", "b.jpg", "c.jpg"]


def test_a_path_inside_another_one_is_walked_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1").write_bytes(b"")
    assert addresses(tmp_path, tmp_path / "a", tmp_path / "a" / "1") == ["1"]


def test_a_missing_path_is_a_clear_error_before_anything_is_yielded(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is nothing at"):
        list(walk([tmp_path, tmp_path / "missing"]))


def test_a_link_that_leads_in_a_circle_does_not_hang_the_walk(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (entry,) = walk([tmp_path])
    assert isinstance(entry, Unreadable)
    assert entry.error.code == "input.not-a-file"
    assert "a symbolic link" in entry.error.sentence


def test_asking_for_a_circular_link_itself_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(InputError, match="leads in a circle"):
        list(walk([tmp_path / "a"]))


def test_a_pipe_is_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (entry,) = walk([tmp_path])
    assert isinstance(entry, Unreadable)
    assert "a named pipe" in entry.error.sentence


def test_a_file_that_vanishes_says_so_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "1.jpg"
    path.write_bytes(b"x")
    (entry,) = walk([tmp_path])
    assert isinstance(entry, Item)
    path.unlink()
    with pytest.raises(InputError, match="has vanished") as caught:
        entry.open()
    assert caught.value.code == "input.missing"


def test_a_folder_that_may_not_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    (entry,) = walk([tmp_path])
    assert isinstance(entry, Unreadable)
    assert entry.error.sentence.endswith("may not be read by this user.")


@pytest.mark.parametrize(("number", "words"), [(5, "the disk reports an error"), (23, "could not be read:")])
def test_other_refusals_of_the_system_become_sentences(
    number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "iterdir", refuse)
    (entry,) = walk([tmp_path])
    assert isinstance(entry, Unreadable)
    assert words in entry.error.sentence


def test_a_root_that_the_system_refuses_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path, *, strict: bool) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "resolve", refuse)
    with pytest.raises(InputError, match="may not be read by this user"):
        list(walk([tmp_path]))


def test_the_signature_changes_when_the_file_does(tmp_path: Path) -> None:
    path = tmp_path / "1.jpg"
    path.write_bytes(b"x")
    (before,) = walk([tmp_path])
    path.write_bytes(b"xy")
    (after,) = walk([tmp_path])
    assert isinstance(before, Item)
    assert isinstance(after, Item)
    assert before.signature != after.signature


def test_a_name_that_is_not_utf_8_is_walked_and_printable(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    Path(os.fsdecode(raw)).write_bytes(b"x")
    (entry,) = walk([tmp_path])
    assert entry.address.endswith(r"caf\xe9.jpg")
    assert isinstance(entry, Item)
    os.close(entry.open())


def test_a_folder_nested_deeper_than_python_recurses_is_walked(
    tmp_path: Path,
) -> None:
    deep = tmp_path.joinpath(*["d"] * 400)
    deep.mkdir(parents=True)
    (deep / "deep.jpg").write_bytes(b"x")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 300)
    try:
        (entry,) = walk([tmp_path])
    finally:
        sys.setrecursionlimit(limit)
    assert entry.address.endswith("d/deep.jpg")


def test_two_names_that_would_be_shown_alike_stay_two_items(tmp_path: Path) -> None:
    (tmp_path / r"caf\xe9.jpg").write_bytes(b"valid, and looks escaped")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")).write_bytes(b"not UTF-8")
    assert sorted(addresses(tmp_path)) == [r"caf\\xe9.jpg", r"caf\xe9.jpg"]

"""The walk through an image believes nothing of what its reader says, and comes to an end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.intake.containers import images
from cairn.intake.containers.images import Node, members
from cairn.intake.containers.members import Member

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDER = Node(b"folder", 10, is_folder=True, is_deleted=False, is_lost=False, size_bytes=0, modified_ns=None)
FILE = Node(b"1.jpg", 20, is_folder=False, is_deleted=False, is_lost=False, size_bytes=3, modified_ns=7)


@dataclass
class Told:
    """An image that is what the test says. A number that is not there is a folder that cannot be read."""

    folders: dict[tuple[int, int | None], list[Node | InputError]]
    starts: tuple[int, ...] = ()
    stored_bytes: int = 1 << 30
    mark: str = "mark"
    asked: list[tuple[int, int, int, int]] = field(default_factory=list)

    def partitions(self) -> Sequence[int]:
        return self.starts

    def folder(self, start: int, number: int | None) -> Iterator[Node]:
        for node in self.folders.get((start, number), [InputError("It is damaged.")]):
            if isinstance(node, InputError):
                raise node
            yield node

    def read(self, start: int, number: int, offset: int, length: int) -> bytes:
        self.asked.append((start, number, offset, length))
        return b"x" * length


def names(image: Told) -> dict[str, str]:
    """Answer what was found: "file", or the reason."""
    return {
        entry.name: "file" if isinstance(entry, Member) else entry.error.sentence for entry in members(image)
    }


def test_files_without_partitions_have_the_paths_of_the_file_system() -> None:
    image = Told({(0, None): [FOLDER, replace(FILE, name=b"top.jpg")], (0, 10): [FILE]})
    assert names(image) == {"top.jpg": "file", "folder/1.jpg": "file"}


def test_partitions_are_numbered_and_one_that_cannot_be_read_is_said() -> None:
    image = Told({(512, None): [FILE], (2048, None): [FILE]}, starts=(512, 1024, 2048))
    assert names(image) == {"p1/1.jpg": "file", "p2/": "It is damaged.", "p3/1.jpg": "file"}


def test_a_file_system_behind_the_partitions_is_found_too() -> None:
    image = Told({(0, None): [FILE, InputError("Broken.")], (512, None): []}, starts=(512,))
    assert names(image) == {"p0/1.jpg": "file", "p0/": "Broken."}


def test_folders_in_a_circle_are_entered_once() -> None:
    inner = replace(FOLDER, name=b"inner", number=11)
    image = Told({(0, None): [FOLDER], (0, 10): [inner], (0, 11): [FILE, replace(FOLDER, name=b"again")]})
    found = names(image)
    assert found["folder/inner/1.jpg"] == "file"
    assert "circle" in found["folder/inner/again/"]


def test_folders_that_never_end_are_stopped() -> None:
    deep: dict[tuple[int, int | None], list[Node | InputError]] = {
        (0, n): [replace(FOLDER, name=b"d", number=n + 1)] for n in range(1, 400)
    }
    found = names(Told({(0, None): [replace(FOLDER, number=1)], **deep}))
    ((path, reason),) = found.items()
    assert path.count("/") == images.FOLDER_DEPTH
    assert "limit" in reason


def test_folders_without_number_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "FOLDERS", 2)
    wide = [replace(FOLDER, name=b"%d" % n, number=n) for n in range(3)]
    found = names(Told({(0, None): [*wide], (0, 0): [FILE], (0, 1): []}))
    assert "more than 2 folders" in found["2/"]
    assert found["0/1.jpg"] == "file"


def test_what_comes_before_a_break_is_kept_and_the_break_is_said() -> None:
    image = Told({(0, None): [FOLDER], (0, 10): [FILE, InputError("It broke off.")]})
    assert names(image) == {"folder/1.jpg": "file", "folder/": "It broke off."}


def test_a_root_that_breaks_off_still_gives_its_folders() -> None:
    found = members(Told({(0, None): [FOLDER, InputError("It broke off.")], (0, 10): [FILE]}))
    assert next(found).name == "folder/1.jpg"
    with pytest.raises(InputError, match="broke off"):
        next(found)


def test_deleted_and_lost_files_are_told_apart() -> None:
    deleted, lost = replace(FILE, is_deleted=True), replace(FILE, name=b"2.jpg", is_lost=True)
    found = names(Told({(0, None): [deleted, lost]}))
    assert found["1.jpg (deleted)"] == "file"
    assert "record in the file system is gone" in found["2.jpg"]


def test_a_file_is_asked_for_in_bounded_stretches() -> None:
    image = Told({(0, None): [replace(FILE, size_bytes=600_000)]})
    (member,) = members(image)
    assert isinstance(member, Member)
    assert [len(chunk) for chunk in member.chunks()] == [262_144, 262_144, 75_712]
    assert image.asked[-1] == (0, 20, 524_288, 75_712)
    assert member.mark == "mark/0/20/600000/7"

"""Containers are walked as folders: everything in them is named, and no limit is silent."""

from __future__ import annotations

import gzip
import os
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from cairn.errors import InputError
from cairn.intake import STANDARD_RULES, ContainerRules, Item, Unreadable, walk
from intake.containers.making import OTHER, PICTURE, chance, found, open_descriptors, read_all, tar_of, zip_of


def test_members_follow_their_container_under_its_address(tmp_path: Path) -> None:
    path = tmp_path / "phone.zip"
    path.write_bytes(zip_of({"DCIM/1.jpg": PICTURE, "DCIM/2.png": OTHER}))
    entries = list(walk([tmp_path], containers=STANDARD_RULES))
    assert [entry.address for entry in entries] == [
        str(path),
        f"{path}!/DCIM/1.jpg",
        f"{path}!/DCIM/2.png",
    ]
    assert [read_all(entry) for entry in entries if isinstance(entry, Item)][1:] == [PICTURE, OTHER]


def test_without_rules_a_container_is_only_a_file(tmp_path: Path) -> None:
    (tmp_path / "phone.zip").write_bytes(zip_of({"1.jpg": PICTURE}))
    assert len(list(walk([tmp_path]))) == 1


def test_a_container_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(zip_of({"1.jpg": PICTURE}))
    (tmp_path / "not.zip").write_bytes(PICTURE)
    names = [Path(entry.address).name for entry in walk([tmp_path], containers=STANDARD_RULES)]
    assert names == ["holiday.jpg", "1.jpg", "not.zip"]


def test_containers_inside_containers_are_opened(tmp_path: Path) -> None:
    inner = zip_of({"1.jpg": PICTURE})
    outer = tar_of({"backup/inner.zip": inner, "packed.gz": gzip.compress(tar_of({"2.png": OTHER}))})
    assert found(tmp_path, outer) == {
        "!/backup/inner.zip": inner,
        "!/backup/inner.zip!/1.jpg": PICTURE,
        "!/packed.gz": outer[outer.index(b"\x1f\x8b") :][: len(gzip.compress(tar_of({"2.png": OTHER})))],
        "!/packed.gz!/2.png": OTHER,
    }


def test_a_container_below_the_stated_depth_is_named_and_not_opened(tmp_path: Path) -> None:
    content = zip_of({"1.jpg": PICTURE})
    for _ in range(2):
        content = zip_of({"in.zip": content})
    answers = found(tmp_path, content, replace(STANDARD_RULES, depth=2))
    assert list(answers) == ["!/in.zip", "!/in.zip!/in.zip", "!/in.zip!/in.zip!/"]
    assert "below 2 others, which is the limit" in str(answers["!/in.zip!/in.zip!/"])
    assert str(answers["!/in.zip!/in.zip!/"]).startswith("input.limit")


def test_more_members_than_the_limit_are_not_read_and_the_walk_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({f"{number}": b"x" for number in range(9)}))
    (tmp_path / "b.jpg").write_bytes(PICTURE)
    entries = list(walk([tmp_path], containers=replace(STANDARD_RULES, members=5)))
    assert len(entries) == 1 + 5 + 1 + 1
    limit = entries[6]
    assert isinstance(limit, Unreadable)
    assert limit.address.endswith("a.zip!/")
    assert "more than the limit of 5 members" in limit.error.sentence
    assert entries[7].address.endswith("b.jpg")


def test_the_limit_on_members_counts_all_levels_together(tmp_path: Path) -> None:
    inner = zip_of({f"{number}": b"x" for number in range(4)})
    outer = zip_of({"1.zip": inner, "2.zip": inner})
    answers = found(tmp_path, outer, replace(STANDARD_RULES, members=7))
    assert len(answers) == 7 + 1
    assert "more than the limit of 7 members" in str(answers["!/"])


def test_more_bytes_in_all_than_the_limit_are_not_read(tmp_path: Path) -> None:
    files = {f"{number}.jpg": PICTURE for number in range(4)}
    answers = found(tmp_path, zip_of(files), replace(STANDARD_RULES, total_bytes=2 * len(PICTURE)))
    assert list(answers) == ["!/0.jpg", "!/1.jpg", "!/"]
    assert "bytes in all" in str(answers["!/"])


def test_a_member_larger_than_the_limit_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    rules = replace(STANDARD_RULES, member_bytes=10_000)
    answers = found(tmp_path, zip_of({"1.jpg": PICTURE, "2.png": OTHER}), rules)
    assert "more than the limit of 10,000 bytes" in str(answers["!/1.jpg"])
    assert answers["!/2.png"] == OTHER


@pytest.mark.parametrize("pack", [zip_of, lambda files: gzip.compress(tar_of(files))])
def test_a_bomb_is_stopped_by_the_ratio_before_it_is_unpacked(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    rules = replace(STANDARD_RULES, ratio_grace_bytes=1 << 20)
    answers = found(tmp_path, pack({"zeroes": bytes(64 << 20)}), rules)
    assert any("250 times its packed size" in str(answer) for answer in answers.values())
    assert not any(isinstance(answer, bytes) for answer in answers.values())


def test_a_bomb_inside_a_container_does_not_hide_its_neighbours(tmp_path: Path) -> None:
    rules = replace(STANDARD_RULES, ratio_grace_bytes=1 << 20)
    bomb = gzip.compress(bytes(64 << 20))
    answers = found(tmp_path, zip_of({"bomb.gz": bomb, "1.jpg": PICTURE}), rules)
    assert answers["!/bomb.gz"] == bomb
    assert "250 times" in str(answers["!/bomb.gz!/"])
    assert answers["!/1.jpg"] == PICTURE


def test_a_zip_that_holds_itself_ends_at_the_depth(tmp_path: Path) -> None:
    content = b""
    for _ in range(20):
        content = zip_of({"again.zip": content})
    answers = found(tmp_path, content)
    assert len(answers) == STANDARD_RULES.depth + 1


def test_names_that_try_to_lead_elsewhere_are_text_and_nothing_is_written(tmp_path: Path) -> None:
    evidence, scratch = tmp_path / "evidence", tmp_path / "scratch"
    evidence.mkdir()
    scratch.mkdir()
    names = ["../../up.jpg", "/etc/passwd", "C:\\Windows\\x.jpg", "..\\up.jpg", "a/./b//c.jpg"]
    (evidence / "a.zip").write_bytes(zip_of(dict.fromkeys(names, PICTURE)))
    rules = replace(STANDARD_RULES, scratch_folder=scratch, memory_bytes=100)
    entries = list(walk([evidence], containers=rules))
    assert all(read_all(entry) == PICTURE for entry in entries[1:] if isinstance(entry, Item))
    assert len(entries) == 6
    assert [path.name for path in tmp_path.rglob("*")] == ["evidence", "scratch", "a.zip"]


def test_a_name_that_occurs_twice_is_two_addresses(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    files = {"1.jpg": b"one", "2.jpg": b"two", "3.jpg": b"three", "1.jpg (2)": b"four"}
    zipped = zip_of(files, zipfile.ZIP_STORED)
    path.write_bytes(zipped.replace(b"2.jpg", b"1.jpg").replace(b"3.jpg", b"1.jpg"))
    items = [entry for entry in walk([path], containers=STANDARD_RULES) if isinstance(entry, Item)]
    assert [Path(item.address).name for item in items[1:]] == [
        "1.jpg",
        "1.jpg (2)",
        "1.jpg (3)",
        "1.jpg (2) (2)",
    ]
    assert [read_all(item) for item in items[1:]] == [b"one", b"two", b"three", b"four"]


def test_a_folder_that_is_called_like_the_inside_of_an_archive_keeps_its_own_addresses(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"1.jpg": PICTURE}))
    (tmp_path / "a.zip!").mkdir()
    (tmp_path / "a.zip!" / "1.jpg").write_bytes(OTHER)
    addresses = [entry.address for entry in walk([tmp_path], containers=STANDARD_RULES)]
    assert len(set(addresses)) == 3
    assert f"{tmp_path}/a.zip!!/1.jpg" in addresses


def test_the_same_evidence_gives_the_same_addresses_and_signatures_again(tmp_path: Path) -> None:
    inner = tar_of({"1.jpg": PICTURE})
    (tmp_path / "a.zip").write_bytes(zip_of({"in.tar": inner, "2.png": OTHER}))
    walks = [
        [(entry.address, entry.signature) for entry in walk([tmp_path], containers=STANDARD_RULES)
         if isinstance(entry, Item)]
        for _ in range(2)
    ]  # fmt: skip
    assert walks[0] == walks[1]
    assert len({signature for _, signature in walks[0]}) == 4


def test_a_changed_member_has_another_signature(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    signatures = []
    for data in (b"one", b"two"):
        path.write_bytes(zip_of({"1.jpg": data}))
        os.utime(path, ns=(1, 1))
        _, member = walk([path], containers=STANDARD_RULES)
        assert isinstance(member, Item)
        signatures.append(member.signature.partition("|")[2])
    assert signatures[0] != signatures[1]


def test_items_can_be_opened_late_in_any_order_and_by_many_threads(tmp_path: Path) -> None:
    files = {f"{number:03}.jpg": PICTURE[number:] for number in range(30)}
    for name in "abcdefghij":  # More packed streams than are kept unpacked at once.
        (tmp_path / f"{name}.tar.gz").write_bytes(gzip.compress(tar_of(files), 1))
    items = [entry for entry in walk([tmp_path], containers=STANDARD_RULES) if isinstance(entry, Item)]
    members = [item for item in items if "!/" in item.address]
    chance(3).shuffle(members)
    wrong: list[str] = []

    def check(part: list[Item]) -> None:
        wrong.extend(item.address for item in part if read_all(item) != files[item.address[-7:]])

    threads = [threading.Thread(target=check, args=(members[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(members) == 10 * 30
    assert wrong == []


def test_descriptors_are_read_only_and_none_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"in.tar": tar_of({"1.jpg": PICTURE})}))
    before = open_descriptors()
    for entry in walk([tmp_path], containers=replace(STANDARD_RULES, memory_bytes=1000)):
        assert isinstance(entry, Item)
        descriptor = entry.open()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")
        os.close(descriptor)
    del entry
    assert open_descriptors() == before


def test_evidence_that_vanishes_is_said_with_the_members_address(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({"1.jpg": PICTURE}))
    _, member = walk([path], containers=STANDARD_RULES)
    assert isinstance(member, Item)
    path.unlink()
    with pytest.raises(InputError, match=r"a\.zip!/1\.jpg could not be read\..*has vanished") as caught:
        member.open()
    assert caught.value.code == "input.missing"


def test_evidence_that_vanishes_before_it_is_looked_into_is_still_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({"1.jpg": PICTURE}))
    entries = walk([path], containers=STANDARD_RULES)
    assert next(entries).address == str(path)
    path.unlink()
    assert list(entries) == []


def test_a_known_container_that_is_not_opened_is_named_with_advice(tmp_path: Path) -> None:
    answers = found(tmp_path, b"EVF\x09\x0d\x0a\xff\0" + bytes(100))
    assert list(answers) == ["!/"]
    assert str(answers["!/"]).startswith("input.unsupported")
    assert "a forensic image (E01)" in str(answers["!/"])
    assert "Mount it read-only" in str(answers["!/"])


def test_a_rar_without_a_reader_is_named_with_advice(tmp_path: Path) -> None:
    answers = found(tmp_path, b"Rar!\x1a\x07\1\0" + bytes(100))
    assert "--bsdtar" in str(answers["!/"])


def test_pictures_of_a_document_are_listed_and_its_markup_is_not(tmp_path: Path) -> None:
    document = zip_of({
        "[Content_Types].xml": b"<?xml version='1.0'?><Types/>",
        "word/document.xml": b"<?xml version='1.0'?><document/>",
        "word/media/image1.jpeg": PICTURE,
        "word/media/drawing.svg": b"<svg/>",
        "word/hidden.xml": OTHER,
    })  # fmt: skip
    assert found(tmp_path, document) == {
        "!/word/media/image1.jpeg": PICTURE,
        "!/word/media/drawing.svg": b"<svg/>",
        "!/word/hidden.xml": OTHER,
    }


def test_the_folder_for_unpacked_files_may_not_lie_in_the_evidence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lies inside the evidence") as caught:
        list(walk([tmp_path], containers=ContainerRules(scratch_folder=tmp_path / "scratch")))
    assert caught.value.code == "input.scratch"


def test_a_zip_behind_a_picture_is_found_where_the_rules_ask_for_it(tmp_path: Path) -> None:
    looking = replace(STANDARD_RULES, look_behind=True)
    glued = PICTURE + zip_of({"2.png": OTHER})
    assert found(tmp_path, glued, looking) == {"!/2.png": OTHER}
    assert found(tmp_path, glued) == {}
    assert found(tmp_path, PICTURE, looking) == {}
    assert found(tmp_path, PICTURE + zip_of({}), looking) == {}
    assert found(tmp_path, b"", looking) == {}


def test_passwords_do_not_appear_where_rules_are_printed() -> None:
    assert "geheim" not in repr(ContainerRules(passwords=("geheim",)))

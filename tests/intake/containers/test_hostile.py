"""Whatever bytes a container is made of, the walk ends, and says only what it is meant to say."""

from __future__ import annotations

import bz2
import gzip
import lzma
from dataclasses import replace
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.intake import STANDARD_RULES, Item, Unreadable, walk
from cairn.intake.containers import listing
from cairn.intake.containers.members import Member
from cairn.intake.containers.recognise import Kind
from intake.containers.making import OTHER, chance, read_all, tar_of, zip_of
from intake.containers.test_pdf import GREY, image, pdf_of
from intake.containers.test_sevenzip import PASSWORD, sevenzip_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

TIGHT = replace(
    STANDARD_RULES,
    members=200,
    member_bytes=1 << 20,
    scratch_bytes=1 << 20,
    total_bytes=1 << 22,
    ratio_grace_bytes=1 << 16,
    passwords=(PASSWORD,),
)


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b", "c@d", "x"
    message.set_content("text")
    message.add_attachment(OTHER, maintype="image", subtype="png", filename="grün.png")
    return message.as_bytes()


SMALL = {"a/1.jpg": OTHER, "ü.png": OTHER[:300], "in.zip": zip_of({"x": b"y" * 500})}
SEEDS = {
    "zip": zip_of(SMALL),
    "zip-lzma": zip_of(SMALL, 14),
    "tar": tar_of(SMALL),
    "tar.gz": gzip.compress(tar_of(SMALL)),
    "tar.bz2": bz2.compress(tar_of(SMALL)),
    "tar.xz": lzma.compress(tar_of(SMALL)),
    "7z": sevenzip_of(SMALL),
    "7z-locked": sevenzip_of({"1.jpg": OTHER}, password=PASSWORD, header_encryption=True),
    "eml": mail(),
    "mbox": b"From a@b\n" + mail(),
    "pdf": pdf_of(image(b"/ColorSpace [/Indexed /DeviceRGB 255 (ab)] /Filter /FlateDecode", GREY)),
}


def changed(content: bytes, dice: random.Random) -> bytes:
    """Change a few bytes, cut a piece out, or write one twice."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(data))
        match dice.randint(0, 4):
            case 0:
                data[place] = dice.choice([0, 1, 0x7F, 0x80, 0xFF])
            case 1:
                data[place] ^= 1 << dice.randint(0, 7)
            case 2:
                del data[place : place + dice.randint(1, 40)]
            case 3:
                data[place:place] = data[place : place + dice.randint(1, 40)]
            case _:
                data[place : place + 4] = dice.choice([b"\xff" * 4, bytes(4), b"\0\0\0\x80"])
        if not data:
            return b""
    return bytes(data)


@pytest.mark.parametrize("kind", SEEDS)
def test_changed_containers_end_in_members_and_sentences(tmp_path: Path, kind: str) -> None:
    dice = chance(kind)
    path = tmp_path / "evidence"
    for _ in range(10 if kind == "7z-locked" else 40):
        path.write_bytes(changed(SEEDS[kind], dice))
        addresses = []
        for entry in walk([path], containers=TIGHT):
            addresses.append(entry.address)
            if isinstance(entry, Item):
                opened(entry)
            else:
                assert entry.error.code != "input.fault", entry.error.__cause__
        assert len(set(addresses)) == len(addresses)
        assert len(addresses) < 2 * TIGHT.members


def opened(item: Item) -> None:
    """Open the item; a sentence is as good an end as the bytes."""
    refusal: InputError | None = None
    try:
        read_all(item)
    except InputError as error:
        refusal = error
    assert refusal is None or refusal.sentence.startswith(item.address)
    assert refusal is None or refusal.code.startswith("input.")
    assert refusal is None or refusal.code != "input.fault", refusal.__cause__


@pytest.mark.parametrize("kind", SEEDS)
def test_containers_cut_anywhere_end_in_members_and_sentences(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "evidence"
    content = SEEDS[kind]
    step = max(1, len(content) // (6 if kind == "7z-locked" else 25))
    for length in range(1, len(content), step):
        path.write_bytes(content[:length])
        for entry in walk([path], containers=TIGHT):
            if isinstance(entry, Item):
                opened(entry)
            else:
                assert entry.error.code != "input.fault", entry.error.__cause__


@pytest.mark.parametrize("fault", [IndexError, RecursionError, MemoryError])
def test_a_fault_in_a_parser_costs_one_container_and_never_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def failing(*_: object) -> Iterator[Member]:
        yield Member("first.jpg", 2, None, "0", lambda: iter((b"ok",)))
        raise fault

    monkeypatch.setitem(listing._LISTERS, Kind.TAR, failing)
    (tmp_path / "a.tar").write_bytes(tar_of(SMALL))
    (tmp_path / "b.zip").write_bytes(zip_of({"in.tar": tar_of(SMALL), "2.jpg": OTHER}))
    found = {
        entry.address.removeprefix(f"{tmp_path}/"): entry for entry in walk([tmp_path], containers=TIGHT)
    }
    assert list(found) == [
        "a.tar",
        "a.tar!/first.jpg",
        "a.tar!/",
        "b.zip",
        "b.zip!/in.tar",
        "b.zip!/in.tar!/first.jpg",
        "b.zip!/in.tar!/",
        "b.zip!/2.jpg",
    ]
    for lost in (found["a.tar!/"], found["b.zip!/in.tar!/"]):
        assert isinstance(lost, Unreadable)
        assert lost.error.code == "input.fault"
        assert fault.__name__ in lost.error.sentence


def test_a_fault_while_a_member_is_unpacked_is_said_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Iterator[bytes]:
        raise KeyError

    def broken_list(*_: object) -> Iterator[Member]:
        yield Member("1.jpg", 2, None, "0", broken)

    monkeypatch.setitem(listing._LISTERS, Kind.TAR, broken_list)
    (tmp_path / "a.tar").write_bytes(tar_of(SMALL))
    _, member = walk([tmp_path], containers=TIGHT)
    assert isinstance(member, Item)
    with pytest.raises(InputError, match=r"a\.tar!/1\.jpg could not be read.*KeyError"):
        member.open()

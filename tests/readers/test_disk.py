"""Forensic and disk images are folders, and a hostile one costs itself and nothing else."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cairn.errors import InputError
from cairn.fingerprints.sandbox import DecoderPool, Protection
from cairn.fingerprints.sandbox.limits import MIB
from cairn.intake import ContainerRules, Item, walk
from cairn.intake.containers.reading import OpenedSource
from cairn.readers import DiskReader, disk, find_disk_reader
from cairn.readers.disk_line import DiskLine, ReaderEnded
from cairn.readers.disk_words import Ask, Question
from cairn.types import PdqMode
from intake.containers.making import PICTURE, chance, found, read_all, reason, zip_of
from readers.disks import SECTOR, Deleted, Tree, ewf, fat16, partitioned

TREE: Tree = {
    "DCIM": {"1.JPG": PICTURE, "BELOW": {"2.JPG": PICTURE[:700]}},
    "EMPTY.TXT": b"",
    "GONE.JPG": Deleted(PICTURE[:5000]),
}
FILES = {
    "DCIM/1.JPG": PICTURE,
    "DCIM/BELOW/2.JPG": PICTURE[:700],
    "EMPTY.TXT": b"",
    "_ONE.JPG (deleted)": PICTURE[:5000],
}
SYSTEM = fat16(TREE)
DISK = partitioned(SYSTEM, fat16({"OTHER.TXT": b"second"}))
ON_DISK = {f"!/p1/{name}": content for name, content in FILES.items()} | {"!/p2/OTHER.TXT": b"second"}


def test_a_file_system_is_a_folder(tmp_path: Path, rules: ContainerRules) -> None:
    assert found(tmp_path, SYSTEM, rules) == {f"!/{name}": content for name, content in FILES.items()}


def test_partitions_are_folders_by_their_number(tmp_path: Path, rules: ContainerRules) -> None:
    assert found(tmp_path, DISK, rules) == ON_DISK


@pytest.mark.parametrize("compress", [True, False])
def test_an_e01_shows_what_the_disk_shows(tmp_path: Path, rules: ContainerRules, *, compress: bool) -> None:
    (image,) = ewf(DISK, compress=compress)
    assert found(tmp_path, image, rules) == ON_DISK


def saved(folder: Path, stem: str, files: list[bytes]) -> None:
    for number, content in enumerate(files, start=1):
        (folder / f"{stem}.E{number:02}").write_bytes(content)


def everything(folder: Path, rules: ContainerRules) -> dict[str, bytes | str]:
    entries = {entry.address.removeprefix(f"{folder}/"): entry for entry in walk([folder], containers=rules)}
    return {
        address: read_all(entry) if isinstance(entry, Item) else reason(entry.error)
        for address, entry in entries.items()
    }


def test_an_image_in_pieces_is_one_image(tmp_path: Path, rules: ContainerRules) -> None:
    pieces = ewf(DISK, pieces=3)
    saved(tmp_path, "disk", pieces)
    inside = {f"disk.E01{address}": content for address, content in ON_DISK.items()}
    assert everything(tmp_path, rules) == inside | {
        f"disk.E{n:02}": content for n, content in enumerate(pieces, start=1)
    }


def test_a_split_raw_image_is_one_image(tmp_path: Path, rules: ContainerRules) -> None:
    (tmp_path / "disk.001").write_bytes(DISK[:1_000_000])
    (tmp_path / "disk.002").write_bytes(DISK[1_000_000:])
    answers = everything(tmp_path, rules)
    assert {name: answers.pop(name) for name in ("disk.001", "disk.002")}
    assert answers == {f"disk.001{address}": content for address, content in ON_DISK.items()}


def test_a_missing_piece_is_said(tmp_path: Path, rules: ContainerRules) -> None:
    pieces = ewf(DISK, pieces=3)
    saved(tmp_path, "disk", pieces)
    (tmp_path / "disk.E02").unlink()
    answers = everything(tmp_path, rules)
    assert "a piece of it is missing" in str(answers["disk.E01!/"])
    (tmp_path / "disk.E01").unlink()
    assert "the first piece is not beside it" in str(everything(tmp_path, rules)["disk.E03!/"])


def test_an_image_in_an_archive_and_an_archive_in_an_image_are_opened(
    tmp_path: Path, rules: ContainerRules
) -> None:
    inner = fat16({"IN.ZIP": zip_of({"1.jpg": PICTURE})})
    answers = found(tmp_path, zip_of({"before": b"x", "card.dd": inner}, 0), rules)
    assert answers["!/card.dd!/IN.ZIP!/1.jpg"] == PICTURE


def test_the_same_walk_gives_the_same_marks_and_a_changed_piece_another(
    tmp_path: Path, rules: ContainerRules
) -> None:
    saved(tmp_path, "disk", ewf(DISK, pieces=2))

    def marks() -> list[str]:
        return [
            entry.signature
            for entry in walk([tmp_path], containers=rules)
            if isinstance(entry, Item) and "!" in entry.address
        ]

    before = marks()
    assert before == marks()
    os.utime(tmp_path / "disk.E02", ns=(1, 1))
    assert not set(before) & set(marks())


def test_without_a_reader_images_are_named_with_what_to_do(tmp_path: Path, rules: ContainerRules) -> None:
    bare = replace(rules, image_reader=None)
    for content, name in ((ewf(DISK)[0], "E01"), (SYSTEM, "FAT"), (DISK, "partition table")):
        (answer,) = found(tmp_path, content, bare).values()
        assert name in str(answer)
        assert "Mount it read-only" in str(answer)


def test_several_threads_may_read_one_image_at_once(tmp_path: Path, rules: ContainerRules) -> None:
    path = tmp_path / "disk.dd"
    path.write_bytes(DISK)
    item = next(entry for entry in walk([path], containers=rules) if entry.address.endswith("1.JPG"))
    assert isinstance(item, Item)
    contents: list[bytes] = []
    threads = [threading.Thread(target=lambda: contents.append(read_all(item))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contents == [PICTURE] * 4


def lines(reader: DiskReader) -> list[DiskLine]:
    return [image._line for image in reader._live.values() if image._line is not None]


def test_few_processes_live_however_many_images_there_are(tmp_path: Path, rules: ContainerRules) -> None:
    for number in range(disk.LIVE_PROCESSES + 3):
        (tmp_path / f"{number}.dd").write_bytes(SYSTEM)
    assert len(everything(tmp_path, rules)) == (disk.LIVE_PROCESSES + 3) * (len(FILES) + 1)
    assert isinstance(rules.image_reader, DiskReader)
    assert len(lines(rules.image_reader)) == disk.LIVE_PROCESSES


def test_every_protection_that_the_decoders_have_here_holds_it(reader: DiskReader) -> None:
    with DecoderPool(workers=1, mode=PdqMode.FAST) as pool:
        of_decoders = {state.protection: state.active for state in pool.protections}
    assert {state.protection: state.active for state in reader.protections()} == of_decoders


def test_the_process_ends_with_the_check_that_started_it(tmp_path: Path, reader: DiskReader) -> None:
    (tmp_path / "disk.dd").write_bytes(DISK)
    program = (
        "import sys, time, os\nfrom cairn.intake.containers.reading import OpenedSource\n"
        "from cairn.readers.disk_line import DiskLine\n"
        "with OpenedSource(lambda: os.open(sys.argv[1], os.O_RDONLY)).reader() as opened:\n"
        "    line = DiskLine([opened], is_ewf=False)\n"
        "print(line._process.pid, flush=True)\ntime.sleep(60)"
    )
    check = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "disk.dd")], stdout=subprocess.PIPE, text=True
    )
    assert check.stdout is not None
    with check.stdout as said:
        child = int(said.readline())
    check.kill()
    check.wait()
    until_s = time.monotonic() + 10
    while is_running(child) and time.monotonic() < until_s:
        time.sleep(0.02)
    assert not is_running(child)


def is_running(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def test_a_required_protection_that_is_off_refuses_the_image(
    tmp_path: Path, rules: ContainerRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = find_disk_reader(frozenset(Protection))
    assert strict is not None
    weak = tuple(replace(state, active=False) for state in strict.protections())
    monkeypatch.setattr(DiskLine, "_hello", lambda _: weak)
    (answer,) = found(tmp_path, SYSTEM, replace(rules, image_reader=strict)).values()
    assert "protection that you require" in str(answer)


def test_a_process_that_is_killed_between_questions_is_started_again(
    tmp_path: Path, rules: ContainerRules
) -> None:
    path = tmp_path / "disk.dd"
    path.write_bytes(DISK)
    item = next(entry for entry in walk([path], containers=rules) if entry.address.endswith("1.JPG"))
    assert isinstance(item, Item)
    assert isinstance(rules.image_reader, DiskReader)
    line = lines(rules.image_reader)[-1]
    os.kill(line._process.pid, signal.SIGKILL)
    line._process.wait()
    assert read_all(item) == PICTURE


def open_line(path: Path, *, wall_s: float) -> DiskLine:
    with OpenedSource(lambda: os.open(path, os.O_RDONLY)).reader() as opened:
        return DiskLine([opened], is_ewf=False, wall_s=wall_s)


@pytest.mark.parametrize(("way", "words"), [(signal.SIGKILL, "signal 9"), (signal.SIGSTOP, "took longer")])
def test_a_process_that_is_killed_or_hangs_at_a_question_is_said(
    tmp_path: Path, reader: DiskReader, way: signal.Signals, words: str
) -> None:
    (tmp_path / "disk.dd").write_bytes(DISK)
    line = open_line(tmp_path / "disk.dd", wall_s=5.0)
    line._wall_s = 0.3
    os.kill(line._process.pid, way)
    with pytest.raises(ReaderEnded, match=words):
        line.ask(Question(Ask.PARTITIONS))
    line.close()
    assert not line.is_alive


def test_an_image_that_ends_its_process_again_and_again_is_given_up(
    tmp_path: Path, reader: DiskReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk.dd").write_bytes(DISK)
    image = reader.open([OpenedSource(lambda: os.open(tmp_path / "disk.dd", os.O_RDONLY))], is_ewf=False)
    asked = []

    def end(self: DiskLine, question: Question) -> None:
        asked.append(question)
        raise ReaderEnded("was ended by signal 11")

    monkeypatch.setattr(DiskLine, "ask", end)
    monkeypatch.setattr(disk, "MOST_ENDS", 2)
    for _ in range(4):
        with pytest.raises(InputError):
            image.partitions()
    assert len(asked) == 2


def test_an_entry_that_ends_the_process_costs_what_comes_after_it_only(
    tmp_path: Path, reader: DiskReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk.dd").write_bytes(SYSTEM)
    image = reader.open([OpenedSource(lambda: os.open(tmp_path / "disk.dd", os.O_RDONLY))], is_ewf=False)
    real = DiskLine.ask

    def end_at_the_second(self: DiskLine, question: Question) -> object:
        if question.ask is Ask.FOLDER and question.offset <= 1 < question.offset + question.length:
            raise ReaderEnded("was ended by signal 11")
        return real(self, question)

    monkeypatch.setattr(DiskLine, "ask", end_at_the_second)
    nodes = image.folder(0, None)
    assert next(nodes).name == b"DCIM"
    with pytest.raises(InputError, match="was ended by signal 11"):
        next(nodes)


def test_a_process_that_lies_is_ended(
    tmp_path: Path, reader: DiskReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk.dd").write_bytes(DISK)
    image = reader.open([OpenedSource(lambda: os.open(tmp_path / "disk.dd", os.O_RDONLY))], is_ewf=False)
    with monkeypatch.context() as lying:
        lying.setattr("cairn.readers.disk_line.pack_question", lambda _: bytes(33))
        with pytest.raises(InputError, match="confined process"):
            image.partitions()
    assert len(image.partitions()) == 2


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def with_sizes(system: bytes, size: int) -> bytes:
    """Let the deleted file claim another size."""
    at = system.index(b"\xe5ONE    JPG") + 28
    return system[:at] + struct.pack("<L", size) + system[at + 4 :]


def _named_giant(size: int) -> bytes:
    """A file that is there and claims more than its clusters hold."""
    system = fat16({"GIANT.JPG": PICTURE, "DCIM": {"1.JPG": PICTURE}})
    at = system.index(b"GIANT   JPG") + 28
    return system[:at] + struct.pack("<L", size) + system[at + 4 :]


def with_circle(system: bytes) -> bytes:
    """Let every chain of clusters lead back to its beginning."""
    table = SECTOR
    links = b"".join(struct.pack("<H", 3 + n % 2) for n in range(250))
    return system[: table + 4] + links + system[table + 4 + len(links) :]


def with_folder_in_itself(system: bytes) -> bytes:
    """Let the folder below point to the folder above it."""
    at = system.index(b"BELOW      ") + 26
    above = system.index(b"DCIM       ") + 26
    return system[:at] + system[above : above + 2] + system[at + 2 :]


HOSTILE = {
    "cut off": cut(SYSTEM),
    "cut off behind the boot sector": SYSTEM[:SECTOR],
    "cut off with partitions": cut(DISK),
    "a giant file": with_sizes(SYSTEM, 0xFFFFFFFF),
    "clusters in a circle": with_circle(SYSTEM),
    "a folder in itself": with_folder_in_itself(SYSTEM),
    "garbage behind a FAT": SYSTEM[:62] + chance(1).randbytes(100_000),
    "garbage behind an ext": chance(2).randbytes(1080) + b"\x53\xef" + chance(3).randbytes(100_000),
    "garbage behind an NTFS": b"\xeb\x52\x90NTFS    " + chance(4).randbytes(100_000),
    "ones behind an NTFS": b"\xeb\x52\x90NTFS    " + b"\xff" * 100_000,
    "garbage behind an HFS": bytes(1024) + b"H+\0\4" + chance(5).randbytes(100_000),
    "garbage behind a GPT": bytes(512) + b"EFI PART" + chance(6).randbytes(100_000),
    "partitions beyond the end": DISK[:SECTOR],
    "an E01 cut off": cut(ewf(SYSTEM)[0]),
    "an E01 of its first bytes": ewf(SYSTEM)[0][:13],
    "garbage behind an E01": ewf(SYSTEM)[0][:13] + chance(7).randbytes(10_000),
    "an E01 with a damaged chunk": ewf(SYSTEM, compress=False)[0].replace(PICTURE[:64], bytes(64), 1),
    "an Ex01 of garbage": b"EVF2\x0d\x0a\x81\0\2\1\0\0\1\0\0\0" + chance(8).randbytes(10_000),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(60)
def test_a_hostile_image_ends_in_files_or_reasons(
    tmp_path: Path, rules: ContainerRules, content: bytes
) -> None:
    path = tmp_path / "image"
    path.write_bytes(content)
    began = time.monotonic()
    answers = []
    for entry in walk([path], containers=rules):
        try:
            answers.append(read_all(entry) if isinstance(entry, Item) else reason(entry.error))
        except InputError as error:
            answers.append(reason(error))
    assert answers[0] == content
    assert len(answers) > 1
    assert time.monotonic() - began < 30


def test_a_damaged_piece_of_an_e01_is_said_and_never_read_as_zeroes(
    tmp_path: Path, rules: ContainerRules
) -> None:
    files = {f"{number}.BIN": chance(number).randbytes(60_000) for number in range(4)}
    image = bytearray(ewf(fat16(files), compress=False)[0])
    at = image.index(files["2.BIN"][:64])
    image[at : at + 64] = bytes(64)
    (tmp_path / "disk.E01").write_bytes(image)
    answers: dict[tuple[str, int], bytes | str] = {}
    for entry in walk([tmp_path], containers=rules):
        assert isinstance(entry, Item)
        for again in range(2):
            try:
                answers[entry.address.partition("!/")[2], again] = read_all(entry)
            except InputError as error:
                answers[entry.address.partition("!/")[2], again] = error.code
    assert [answers["2.BIN", again] for again in range(2)] == ["input.damaged"] * 2
    assert answers["0.BIN", 0] == files["0.BIN"]
    assert all(answers[name, n] in {files[name], "input.damaged"} for name in files for n in range(2))


def test_a_file_of_a_false_size_is_said_and_the_others_are_read(
    tmp_path: Path, rules: ContainerRules
) -> None:
    path = tmp_path / "disk.dd"
    path.write_bytes(_named_giant(MIB))
    items = {entry.address.partition("!/")[2]: entry for entry in walk([path], containers=rules)}
    giant, honest = items["GIANT.JPG"], items["DCIM/1.JPG"]
    assert isinstance(giant, Item)
    assert isinstance(honest, Item)
    with pytest.raises(InputError, match="could not be read"):
        read_all(giant)
    assert read_all(honest) == PICTURE


def test_changed_images_end_in_files_or_reasons(tmp_path: Path, rules: ContainerRules) -> None:
    path, reasons = tmp_path / "image", set()
    for seed in range(12):
        random = chance(seed)
        changed = bytearray(ewf(SYSTEM)[0] if seed % 3 == 0 else DISK)
        for _ in range(12):
            at = random.choice([random.randrange(len(changed)), random.randrange(min(len(changed), 40_000))])
            changed[at] = random.randrange(256)
        path.write_bytes(changed)
        for entry in walk([path], containers=rules):
            if isinstance(entry, Item):
                try:
                    read_all(entry)
                except InputError as error:
                    reasons.add(error.code)
    assert reasons <= {"input.damaged", "input.limit", "input.unsupported"}

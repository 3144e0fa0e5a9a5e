"""``bsdtar`` is confined before it starts: nothing but its libraries, no network, no other program."""

from __future__ import annotations

import gc
import shutil
import stat
import struct
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from cairn.errors import InputError
from cairn.fingerprints.sandbox import DecoderPool, Protection
from cairn.intake import STANDARD_RULES, ContainerRules
from cairn.readers import NEVER_WITH_A_PROGRAM, BsdTar, find_bsdtar
from cairn.readers.bsdtar import SYSTEM_TREES
from cairn.types import PdqMode
from intake.containers.making import OTHER, PICTURE, found, open_descriptors, tar_of

RAR = b"Rar!\x1a\x07\1\0"
PYTHON_TREES = (*SYSTEM_TREES, Path(sys.prefix), Path(sys.base_prefix))


def reader_that(folder: Path, code: str) -> ContainerRules:
    """A stand-in for bsdtar: a program that gets the archive as its standard input."""
    program = folder / "bsdtar"
    head = f"#!{Path(sys.executable).resolve()} -IS\nimport os, sys\ndata = sys.stdin.buffer.read()\n"
    program.write_text(head + f"out = sys.stdout.buffer\n{code}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return replace(STANDARD_RULES, outside_reader=BsdTar(program, trees=PYTHON_TREES))


def told(folder: Path, code: str) -> str:
    """Answer what the program writes, as the one member of a TAR."""
    pack = (
        "import io, tarfile\nnote = tarfile.TarInfo('note'); note.size = len(said.encode())\n"
        "with tarfile.open(fileobj=out, mode='w|') as tar: tar.addfile(note, io.BytesIO(said.encode()))"
    )
    answer = found(folder, RAR, reader_that(folder, f"{code}\n{pack}"))["!/note"]
    assert isinstance(answer, bytes)
    return answer.decode()


def stopped(folder: Path, code: str) -> str:
    """Answer why the program ended."""
    return str(found(folder, RAR, reader_that(folder, code))["!/"])


def test_what_the_program_hands_out_are_the_members(tmp_path: Path) -> None:
    rules = reader_that(
        tmp_path, "assert sys.argv[1:] == ['-cf', '-', '--format=pax', '@-']\nout.write(data[8:])"
    )
    archive = RAR + tar_of({"DCIM/1.jpg": PICTURE, "2.png": OTHER})
    assert found(tmp_path, archive, rules) == {"!/DCIM/1.jpg": PICTURE, "!/2.png": OTHER}


def test_members_before_a_failure_are_read_and_the_failure_is_said(tmp_path: Path) -> None:
    rules = reader_that(tmp_path, "out.write(data[8:])\nout.flush()\nsys.exit(3)")
    answers = found(tmp_path, RAR + tar_of({"1.jpg": PICTURE}), rules)
    assert answers["!/1.jpg"] == PICTURE
    assert "stopped with status 3" in str(answers["!/"])


def attempt(act: str) -> str:
    return f"try:\n    {act}\n    said = 'done'\nexcept OSError as error: said = type(error).__name__"


@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/passwd').read()",
        "open('{folder}/evidence', 'rb').read()",
        "os.listdir('{folder}')",
        "open('{folder}/written', 'wb')",
        "os.mkdir('{folder}/made')",
        "os.unlink('{folder}/evidence')",
        "os.kill(os.getppid(), 0)",
    ],
)
def test_the_program_reaches_no_file_and_no_other_process(tmp_path: Path, act: str) -> None:
    code = attempt(act.format(folder=tmp_path))
    if "kill" in act:
        assert "stopped with status -31" in stopped(tmp_path, code)
    else:
        assert told(tmp_path, code) == "PermissionError"
    assert not (tmp_path / "written").exists()
    assert (tmp_path / "evidence").exists()


@pytest.mark.parametrize(
    "act",
    [
        "import _socket; _socket.socket()",
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
    ],
)
def test_the_network_and_other_processes_end_the_program(tmp_path: Path, act: str) -> None:
    assert "stopped with status -31" in stopped(tmp_path, act)


def test_the_program_cannot_become_another_one(tmp_path: Path) -> None:
    assert told(tmp_path, attempt("os.execv('/bin/sh', ['sh', '-c', 'exit 0'])")) == "PermissionError"


def test_the_program_holds_no_power_even_where_root_runs_it(tmp_path: Path) -> None:
    trees = (*PYTHON_TREES, Path("/proc"))
    rules = reader_that(
        tmp_path,
        "said = [line for line in open('/proc/self/status') if line.startswith('CapEff')][0].split()[1]\n"
        "sys.exit(0 if int(said, 16) == 0 else 7)",
    )
    reader = BsdTar(tmp_path / "bsdtar", trees=trees)
    answers = found(tmp_path, RAR, replace(rules, outside_reader=reader))
    assert "status" not in str(answers)


def test_the_program_gets_no_name_and_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "sesame")
    said = told(tmp_path, "said = repr(sorted(os.environ)) + repr(sys.argv)")
    assert "SECRET" not in said
    assert "evidence" not in said


def test_the_program_has_little_memory_and_writes_no_file(tmp_path: Path) -> None:
    assert "The outside reader stopped" in stopped(tmp_path, "bytearray(8 << 30)")


def test_a_bomb_is_stopped_and_its_program_with_it(tmp_path: Path) -> None:
    rules = reader_that(tmp_path, "while True: out.write(bytes(1 << 20))")
    answers = found(tmp_path, RAR, replace(rules, scratch_bytes=8 << 20))
    assert str(answers["!/"]).startswith("input.limit")


def test_a_program_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = BsdTar(tmp_path / "missing")
    rules = replace(STANDARD_RULES, outside_reader=reader)
    assert "stopped with status" in str(found(tmp_path, RAR, rules)["!/"])
    assert "does not run" in reader.missing_protections()[0]
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert "could not be started" in str(found(tmp_path, RAR, rules)["!/"])
    with pytest.raises(InputError, match="could not be started"):
        reader.protections()


def test_the_program_is_found_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/opt/{name}")
    assert find_bsdtar() == Path("/opt/bsdtar")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert find_bsdtar() is None


def installed() -> Path:
    program = find_bsdtar()
    if program is None:
        pytest.skip("the program bsdtar is not installed")
    return program


def test_all_protections_hold_that_a_program_can_have() -> None:
    states = BsdTar(installed()).protections()
    assert {state.protection for state in states} == set(Protection)
    with DecoderPool(workers=1, mode=PdqMode.FAST) as pool:
        missing_here = {state.protection for state in pool.protections if not state.active}
    off = {state.protection for state in states if not state.active}
    assert off == NEVER_WITH_A_PROGRAM | missing_here


def rar5_of(name: bytes, data: bytes) -> bytes:
    """A RAR 5 archive of one stored file, written by hand from the published description."""

    def number(value: int) -> bytes:
        digits = bytearray()
        while True:
            value, low = value >> 7, value & 0x7F
            digits.append(low | (0x80 if value else 0))
            if not value:
                return bytes(digits)

    def block(content: bytes) -> bytes:
        sized = number(len(content)) + content
        return struct.pack("<L", zlib.crc32(sized)) + sized

    main = block(number(1) + number(0) + number(0))
    size = number(len(data))
    file = number(4) + size + number(0o100644) + struct.pack("<L", zlib.crc32(data)) + number(0) + number(1)
    head = block(number(2) + number(2) + size + file + number(len(name)) + name)
    return RAR + main + head + data + block(number(5) + number(0) + number(0))


def test_a_real_rar_is_read_where_bsdtar_is_installed(tmp_path: Path) -> None:
    rules = replace(STANDARD_RULES, outside_reader=BsdTar(installed()))
    assert found(tmp_path, rar5_of("grün.jpg".encode(), PICTURE), rules) == {"!/grün.jpg": PICTURE}
    assert "stopped with status" in str(found(tmp_path, rar5_of(b"1.jpg", PICTURE)[:-9000], rules)["!/"])


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    rules = replace(STANDARD_RULES, outside_reader=BsdTar(installed()))
    gc.collect()
    before = open_descriptors()
    for _ in range(3):
        found(tmp_path, rar5_of(b"1.jpg", PICTURE), rules)
    gc.collect()
    assert open_descriptors() == before

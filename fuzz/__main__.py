"""Throw changed files at the parsers that run outside the sandbox: ``python -m fuzz TARGET [OPTIONS]``.

A target passes if every input ends in members, in their bytes, or in an ``InputError``. Options go to
libFuzzer: ``-max_total_time=60`` stops after a minute. Without a target, the targets are listed.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import struct
import sys
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]  # only where it runs

os.environ["NUMBA_DISABLE_JIT"] = "1"  # The compiler cannot read what the fuzzer adds to the code.
importlib.import_module("numba")  # It takes seconds to load, which would look like an input that hangs.

with atheris.instrument_imports(
    include=[
        "cairn.intake",
        "cairn.exchange",
        "cairn.fingerprints.sandbox",
        "cairn.readers",
        "cairn.transparency",
    ]
):
    from cairn.errors import InputError
    from cairn.fingerprints.sandbox import message
    from cairn.fingerprints.sandbox.body import MessageError
    from cairn.intake import ContainerRules, Item
    from cairn.intake.containers.listing import entries_of
    from cairn.intake.containers.mail_header import read_part_header
    from cairn.intake.containers.members import Member
    from cairn.intake.containers.reading import OpenedSource
    from cairn.intake.containers.recognise import Kind, recognise
    from cairn.intake.containers.scratch import Allowance, Shelf
    from cairn.intake.containers.walking import look_inside
    from cairn.readers import disk_words
    from fuzz.formats import FORMAT_TARGETS
    from fuzz.transparency_targets import TRANSPARENCY_TARGETS

from fuzz.seeds import seeds  # noqa: E402  # after the compiler was switched off

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = ContainerRules(
    members=100,
    member_bytes=1 << 18,
    total_bytes=1 << 20,
    scratch_bytes=1 << 18,
    ratio_grace_bytes=1 << 14,
    dictionary_bytes=1 << 24,
    passwords=("x",),
)
_KINDS = {
    "zip": Kind.ZIP,
    "gzip": Kind.GZIP,
    "bzip2": Kind.BZIP2,
    "xz": Kind.XZ,
    "zstd": Kind.ZSTD,
    "message": Kind.MESSAGE,
    "mailbox": Kind.MAILBOX,
    "pdf": Kind.PDF,
}


def _opener(data: bytes) -> Callable[[], int]:
    def opened() -> int:
        descriptor = os.memfd_create("input")
        os.write(descriptor, data)
        return descriptor

    return opened


def _list_and_unpack(kind: Kind, data: bytes) -> None:
    """Read the input as this kind, whatever it begins with."""
    with contextlib.suppress(InputError):
        for number, entry in enumerate(entries_of(kind, OpenedSource(_opener(data)), Shelf(RULES))):
            if isinstance(entry, Member):
                _unpack(entry)
            if number >= RULES.members:
                return


def _unpack(member: Member) -> None:
    allowance, size = Allowance(RULES.member_bytes, member.stored_bytes, member.size_bytes), 0
    with contextlib.suppress(InputError):
        for chunk in member.chunks():
            size += len(chunk)
            allowance.check(size, RULES)


def _tar(data: bytes) -> None:
    """Make the checksum of every block hold, or no change would pass the first test."""
    sealed = bytearray(data)
    for at in range(0, len(sealed) - 511, 512):
        sealed[at + 148 : at + 156] = b" " * 8
        sealed[at + 148 : at + 156] = b"%06o\0 " % sum(sealed[at : at + 512])
    _list_and_unpack(Kind.TAR, bytes(sealed))


def _sevenzip(data: bytes) -> None:
    """Take the first two bytes as the header's length, and make its checksums hold."""
    length = int.from_bytes(data[:2], "little")
    header, packed = data[2 : 2 + length], data[2 + length :]
    rest = struct.pack("<QQL", len(packed), len(header), zlib.crc32(header))
    first = b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(rest)) + rest
    _list_and_unpack(Kind.SEVENZIP, first + packed + header)


def _walk(data: bytes) -> None:
    """Look into the input as a check does: by its first bytes, and into what is inside it."""
    recognise(data[:4096])
    item = Item("input", len(data), None, "signature", _opener(data))
    addresses = []
    for entry in look_inside(item, prefix=lambda: "input!", shelf=Shelf(RULES)):
        addresses.append(entry.address)
        if isinstance(entry, Item):
            _open(entry)
        else:
            _expose(entry.error)
    if len(set(addresses)) != len(addresses):
        raise AssertionError("two members have one address")


def _open(item: Item) -> None:
    try:
        os.close(item.open())
    except InputError as error:
        _expose(error)


def _expose(error: InputError) -> None:
    """Let a parser's own fault through, which a check turns into a sentence."""
    if error.code == "input.fault":
        raise error


def _mail_header(data: bytes) -> None:
    (read_part_header(data).name or "").encode("utf-8")


def _answer(data: bytes) -> None:
    """Read what a decoder process says, and say what was let through again: it must be the same bytes."""
    buffer = bytearray(data)
    with contextlib.suppress(MessageError):
        while found := message.take(buffer):
            again = bytearray(message.pack(found))
            if message.take(again) != found or again:
                raise AssertionError("a message that was let through does not survive being sent")


def _image_answer(data: bytes) -> None:
    """Read what the process of an image says to a question, which the first byte picks; it must survive."""
    question = disk_words.Question(disk_words.Ask(sum(data[:1]) % 3 + 1), length=9)
    head, body = data[1 : 1 + disk_words.ANSWER_BYTES], data[1 + disk_words.ANSWER_BYTES :]
    with contextlib.suppress(MessageError):
        kind, length = disk_words.parse_header(head)
        answer = disk_words.parse_answer(kind, body[:length], question)
        again = disk_words.pack_answer(answer)[disk_words.ANSWER_BYTES :]
        if disk_words.parse_answer(kind, again, question) != answer:
            raise AssertionError("an answer that was let through does not survive being sent")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "answer": _answer,
    "image-answer": _image_answer,
    "walk": _walk,
    "mail-header": _mail_header,
    "tar": _tar,
    "sevenzip": _sevenzip,
    **{name: functools.partial(_list_and_unpack, kind) for name, kind in _KINDS.items()},
    **FORMAT_TARGETS,
    **TRANSPARENCY_TARGETS,
}


def main() -> None:
    """Run one target until libFuzzer's options stop it, or list all."""
    if sys.argv[1:] == [] or sys.argv[1] not in TARGETS:
        sys.stdout.write("\n".join(sorted(TARGETS)) + "\n")
        raise SystemExit(2 if sys.argv[1:] else 0)
    target = sys.argv.pop(1)
    corpus = Path(__file__).parent / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as start:
        for number, seed in enumerate(seeds(target)):
            (Path(start) / str(number)).write_bytes(seed)
        limits = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=20000"]
        prefix = f"-artifact_prefix={Path(__file__).parent}/crash-{target}-"
        atheris.Setup([*sys.argv[:1], *limits, prefix, *sys.argv[1:], str(corpus), start], TARGETS[target])
        atheris.Fuzz()


main()

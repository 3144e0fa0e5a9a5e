"""Small containers made in memory, and a way to see everything that a walk finds in one."""

from __future__ import annotations

import io
import os
import random
import tarfile
import zipfile
from pathlib import Path

from cairn.intake import STANDARD_RULES, ContainerRules, Item, walk
from cairn.intake.containers import decoders


def chance(seed: int | str) -> random.Random:
    """Noise that is the same every time."""
    return random.Random(seed)  # noqa: S311  # no secret is made of it


PICTURE = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + chance(1).randbytes(20_000)
OTHER = b"\x89PNG\r\n\x1a\n" + chance(2).randbytes(5_000)


def read_all(item: Item) -> bytes:
    """Open an item, read it to its end, and close it."""
    descriptor = item.open()
    try:
        pieces = iter(lambda: os.read(descriptor, 1 << 20), b"")
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def found(folder: Path, content: bytes, rules: ContainerRules = STANDARD_RULES) -> dict[str, bytes | str]:
    """Walk a file of this content; answer what is in it by address: the bytes, or why there are none.

    Addresses begin behind the file's own, so with ``!/``. A reason is ``code: sentence``.
    """
    folder.mkdir(exist_ok=True)
    path = folder / "evidence"
    path.write_bytes(content)
    first, *entries = walk([path], containers=rules)
    assert isinstance(first, Item)
    assert read_all(first) == content
    answers: dict[str, bytes | str] = {}
    for entry in entries:
        address = entry.address.removeprefix(str(path))
        assert address not in answers
        answers[address] = read_all(entry) if isinstance(entry, Item) else reason(entry.error)
        if isinstance(entry, Item):
            assert len(answers[address]) == entry.size_bytes
    return answers


def open_descriptors() -> int:
    """How many descriptors this process holds."""
    return len(list(Path("/proc/self/fd").iterdir()))


def reason(error: object) -> str:
    return f"{getattr(error, 'code', '?')}: {error}"


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tar_of(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_700_000_000
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def zstd_of(data: bytes) -> bytes:
    """Pack with the module that Cairn unpacks with, which depends on the version of Python."""
    packed: bytes = decoders._zstd().compress(data)
    return packed

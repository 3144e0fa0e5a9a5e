"""Small valid inputs for the fuzzer to start from, made anew at every run."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from dataclasses import replace
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import py7zr

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.sandbox.message import Answer, Failure, Hello, pack
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState
from cairn.intake.containers.images import Node
from cairn.readers.disk_words import Page, Refusal, pack_answer
from cairn.types import Pdq, PdqMode, Picture
from fuzz.format_seeds import FORMAT_SEEDS
from fuzz.transparency_seeds import TRANSPARENCY_SEEDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES = {"DCIM/1.jpg": b"\xff\xd8\xff\xe0 picture", "ü.txt": b"text" * 20, "empty": b""}
_HEADER = b"Content-Disposition: attachment; filename*0*=utf-8''a%C3%BC; filename*1=\"=?utf-8?b?YQ==?=\"\n"


def seeds(target: str) -> Iterator[bytes]:
    """Yield the inputs for a target."""
    makers = {
        "zip": _zips,
        "tar": _tars,
        "sevenzip": _sevenzips,
        "gzip": lambda: (gzip.compress(tar) for tar in _tars()),
        "bzip2": lambda: (bz2.compress(tar) for tar in _tars()),
        "xz": lambda: (lzma.compress(tar, form) for tar in _tars() for form in (1, 2)),
        "message": lambda: iter([_mail()]),
        "mailbox": lambda: iter([b"From a\n" + _mail() + b"\nFrom b\n" + _mail()]),
        "mail-header": lambda: iter([_HEADER]),
        "pdf": _pdfs,
        "answer": _answers,
        "image-answer": _image_answers,
        **FORMAT_SEEDS,
        **TRANSPARENCY_SEEDS,
    }
    yield from makers[target]() if target in makers else [*_zips(), *_tars(), *_pdfs(), _mail()]


def _zips() -> Iterator[bytes]:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for name, data in _FILES.items():
                archive.writestr(name, data)
        yield buffer.getvalue()
        yield buffer.getvalue()[:-60]


def _tars() -> Iterator[bytes]:
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
            for name, data in _FILES.items():
                info = tarfile.TarInfo(name + "x" * (0 if form == tarfile.USTAR_FORMAT else 100))
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        yield buffer.getvalue()[:4096]


def _sevenzips() -> Iterator[bytes]:
    """Yield the length of the header, the header, and what is packed: the form of the target."""
    every: list[dict[str, Any]] = [
        {},
        {"filters": [{"id": py7zr.FILTER_COPY}]},
        {"filters": [{"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA}]},
    ]
    for options in every:
        buffer = io.BytesIO()
        with py7zr.SevenZipFile(buffer, "w", **options) as archive:
            for name, data in _FILES.items():
                archive.writestr(data, name)
        whole = buffer.getvalue()
        end = 32 + struct.unpack_from("<Q", whole, 12)[0]
        yield struct.pack("<H", len(whole) - end) + whole[end:] + whole[32:end]


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "x"
    mail.set_content("text")
    mail.add_attachment(b"\xff\xd8picture", maintype="image", subtype="jpeg", filename="grün.jpg")
    return mail.as_bytes()


def _pdfs() -> Iterator[bytes]:
    for words in (
        b"/Filter /DCTDecode",
        b"/Filter /FlateDecode /ColorSpace [/Indexed /DeviceRGB 1 <000000ffffff>] /BitsPerComponent 8",
        b"/Filter [/ASCII85Decode /FlateDecode] /ColorSpace 7 0 R /DecodeParms << /Predictor 15 >>",
        b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 4 >>",
    ):
        data = zlib.compress(bytes(16))
        head = b"%%PDF-1.4\n5 0 obj << /Subtype /Image /Width 4 /Height 4 /Length %d " % len(data)
        yield head + words + b" >>\nstream\n" + data + b"\nendstream endobj\n7 0 obj [/ICCBased 8 0 R] endobj"


def _image_answers() -> Iterator[bytes]:
    """Yield a byte that picks the question, and an answer to it."""
    node = Node(b"1.jpg", 7, is_folder=False, is_deleted=True, is_lost=False, size_bytes=9, modified_ns=1)
    folder = replace(node, name=b"DCIM", is_folder=True, modified_ns=None)
    yield b"\0" + pack_answer((512, 1 << 40))
    yield b"\1" + pack_answer(Page((node, folder), has_more=True))
    yield b"\2" + pack_answer(b"nine byte")
    yield b"\2" + pack_answer(Refusal.FILE)


def _answers() -> Iterator[bytes]:
    hashed = Picture("image/jpeg", 640, 480, Pdq((bytes(32),) * 8, 90, PdqMode.FAST))
    refused = Picture(None, None, None, NotComparable(Reason.BLANK, "The picture is nearly blank."))
    state = ProtectionState(Protection.SECCOMP, active=True, detail="in force")
    for said in (Answer(1, hashed), Answer(2, refused), Failure(3, "MemoryError"), Hello((state,))):
        yield pack(said)

"""What kind of container a file is, by its first bytes and never by its name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.intake.containers import mail, tar

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD_BYTES = 4096
"""Enough for the longest header that is looked at: that of a message."""


class Kind(StrEnum):
    """The containers that Cairn opens itself, and those that need a program from outside."""

    ZIP = "ZIP archive"
    DOCUMENT = "Office document"
    SEVENZIP = "7z archive"
    TAR = "TAR archive"
    GZIP = "gzip file"
    BZIP2 = "bzip2 file"
    XZ = "xz file"
    ZSTD = "Zstandard file"
    MESSAGE = "e-mail message"
    MAILBOX = "mailbox"
    PDF = "PDF document"
    OUTSIDE = "archive for the outside reader"
    IMAGE = "disk image"


@dataclass(frozen=True, slots=True)
class NotOpened:
    """A container that Cairn knows and does not open.

    Attributes:
        name: What it is, with its article.
        advice: What to do instead.
    """

    name: str
    advice: str


_MOUNT = "Mount it read-only and check the mounted folder."
_EXPORT = "Export its attachments with a program that reads it, and check that folder."
_NEEDS_READER = (
    "Check it with --bsdtar, which needs the program bsdtar (package libarchive-tools), or unpack it and "
    "check the folder."
)

_IMAGES = (
    (0, b"EVF\x09\x0d\x0a\xff\0", NotOpened("a forensic image (E01)", _MOUNT)),
    (0, b"EVF2\x0d\x0a\x81\0", NotOpened("a forensic image (Ex01)", _MOUNT)),
    (3, b"NTFS    ", NotOpened("a disk image (NTFS)", _MOUNT)),
    (3, b"EXFAT   ", NotOpened("a disk image (exFAT)", _MOUNT)),
    (54, b"FAT1", NotOpened("a disk image (FAT)", _MOUNT)),
    (82, b"FAT32   ", NotOpened("a disk image (FAT)", _MOUNT)),
    (1080, b"\x53\xef", NotOpened("a disk image (ext)", _MOUNT)),
    (1024, b"H+\0\4", NotOpened("a disk image (HFS+)", _MOUNT)),
    (1024, b"HX\0\5", NotOpened("a disk image (HFS+)", _MOUNT)),
    (512, b"EFI PART", NotOpened("a disk image (GPT)", _MOUNT)),
    (510, b"\x55\xaa", NotOpened("a disk image (partition table)", _MOUNT)),
)
"""What an image reader opens, where there is one."""

_NOT_OPENED = (
    (0, b"LVF\x09\x0d\x0a\xff\0", NotOpened("a forensic image (L01)", _MOUNT)),
    (0, b"AFF4", NotOpened("a forensic image (AFF4)", _MOUNT)),
    (0, b"AFF10\r\n", NotOpened("a forensic image (AFF)", _MOUNT)),
    (0, b"ADSEGMENTEDFILE\0", NotOpened("a forensic image (AD1)", _MOUNT)),
    (0, b"KDMV", NotOpened("a virtual disk (VMDK)", _MOUNT)),
    (0, b"QFI\xfb", NotOpened("a virtual disk (QCOW)", _MOUNT)),
    (0, b"vhdxfile", NotOpened("a virtual disk (VHDX)", _MOUNT)),
    (0, b"conectix", NotOpened("a virtual disk (VHD)", _MOUNT)),
    (64, b"\x7f\x10\xda\xbe", NotOpened("a virtual disk (VDI)", _MOUNT)),
    (0, b"hsqs", NotOpened("a file system image (SquashFS)", _MOUNT)),
    (32, b"NXSB", NotOpened("a disk image (APFS)", _MOUNT)),
    (0, b"!BDN", NotOpened("an Outlook mailbox (PST)", _EXPORT)),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", NotOpened("an old Office document or Outlook message", _EXPORT)),
)
_OUTSIDE = (
    (0, b"Rar!\x1a\x07\0", "a RAR archive"),
    (0, b"Rar!\x1a\x07\1\0", "a RAR archive"),
    (0, b"MSCF\0\0\0\0", "a CAB archive"),
    (2, b"-lh", "an LHA archive"),
)
_ZIP_MEMBER = b"PK\x03\x04"
_ZIP = (_ZIP_MEMBER, b"PK\x05\x06", b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")
_LZMA_HEAD_BYTES = 13
_UNKNOWN_SIZE, _SENSIBLE_SIZE = 2**64 - 1, 2**40
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
_PDF_WITHIN = 1024
_DOCUMENT_PARTS = (b"[Content_Types].xml", b"_rels/.rels", b"docProps/", b"word/", b"xl/", b"ppt/")
_DOCUMENT_TYPES = (b"application/vnd.oasis.opendocument", b"application/vnd.sun.xml", b"application/epub+zip")
_NAME_AT = 30
_TABLE_AT, _TABLE_END = 446, 510
_BOOT_MARKS = (0, 0x80)


def recognise(head: bytes) -> Kind | NotOpened | None:
    """Answer what kind of container begins with these bytes; ``None`` for any other file.

    Args:
        head: The first ``HEAD_BYTES`` of the file.
    """
    for is_kind, kind in _TESTS:
        if is_kind(head):
            return kind
    return next((known for at, magic, known in _NOT_OPENED if head.startswith(magic, at)), None)


def outside_name(head: bytes) -> str | None:
    """Answer what an archive for the outside reader is, with its article."""
    for at, magic, name in _OUTSIDE:
        if head.startswith(magic, at) and (magic != b"-lh" or head[6:7] == b"-"):
            return name
    return None


def image_name(head: bytes) -> NotOpened | None:
    """Answer which image a file is that begins so, and what to do where there is no image reader."""
    for at, magic, known in _IMAGES:
        if head.startswith(magic, at) and (at != _TABLE_END or _has_partitions(head)):
            return known
    return None


def _has_partitions(head: bytes) -> bool:
    """Tell a partition table from other boot sectors: each line is empty or makes sense, and one is there."""
    lines = [head[at : at + 16] for at in range(_TABLE_AT, _TABLE_END, 16)]
    used = [line for line in lines if line[4]]
    begins_and_lengths = [(int.from_bytes(line[8:12], "little"), line[12:16]) for line in used]
    return (
        bool(used)
        and all(line[0] in _BOOT_MARKS for line in lines)
        and all(begin and any(length) for begin, length in begins_and_lengths)
        and len({begin for begin, _ in begins_and_lengths}) == len(used)
    )


def without_reader(name: str) -> NotOpened:
    """Answer what is said of such an archive where there is no outside reader."""
    return NotOpened(name, _NEEDS_READER)


def _is_document(head: bytes) -> bool:
    """Tell an Office document from another ZIP by its first member, which its format prescribes."""
    if not head.startswith(_ZIP):
        return False
    at = head.find(_ZIP_MEMBER)
    name_bytes = int.from_bytes(head[at + 26 : at + 28], "little")
    extra_bytes = int.from_bytes(head[at + 28 : at + 30], "little")
    name = head[at + _NAME_AT : at + _NAME_AT + name_bytes]
    content = head[at + _NAME_AT + name_bytes + extra_bytes :]
    is_typed = name == b"mimetype" and content.startswith(_DOCUMENT_TYPES)
    return is_typed or name.startswith(_DOCUMENT_PARTS)


def _is_lzma(head: bytes) -> bool:
    """An LZMA file has no magic; its size is unknown or sensible, and its stream begins with a zero."""
    size = int.from_bytes(head[5:_LZMA_HEAD_BYTES], "little")
    is_sensible = size in (_UNKNOWN_SIZE, min(size, _SENSIBLE_SIZE))
    return head.startswith(b"\x5d\0\0") and head[_LZMA_HEAD_BYTES:][:1] == b"\0" and is_sensible


def _is_bzip2(head: bytes) -> bool:
    return head.startswith(b"BZh") and head[4:10] in _BZIP2_BLOCKS


_TESTS: tuple[tuple[Callable[[bytes], bool], Kind], ...] = (
    (_is_document, Kind.DOCUMENT),
    (lambda head: head.startswith(_ZIP), Kind.ZIP),
    (lambda head: head.startswith(b"7z\xbc\xaf\x27\x1c"), Kind.SEVENZIP),
    (lambda head: head.startswith(b"\x1f\x8b\x08"), Kind.GZIP),
    (lambda head: head.startswith(b"\xfd7zXZ\0") or _is_lzma(head), Kind.XZ),
    (lambda head: head.startswith(b"\x28\xb5\x2f\xfd"), Kind.ZSTD),
    (_is_bzip2, Kind.BZIP2),
    (lambda head: tar.is_header(head[: tar.BLOCK]), Kind.TAR),
    (lambda head: b"%PDF-" in head[:_PDF_WITHIN], Kind.PDF),
    (mail.is_mailbox, Kind.MAILBOX),
    (mail.is_message, Kind.MESSAGE),
    (lambda head: outside_name(head) is not None, Kind.OUTSIDE),
    (lambda head: image_name(head) is not None, Kind.IMAGE),
)

"""Which reader lists which kind of container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.intake.containers import compressed, mail, outside, pdf, sevenzip, tar, zip_archive
from cairn.intake.containers.recognise import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.intake.containers.members import Member, Refused
    from cairn.intake.containers.reading import Reader, Source
    from cairn.intake.containers.scratch import Shelf

_LISTERS: dict[Kind, Callable[[Reader, Source, Shelf], Iterator[Member | Refused]]] = {
    Kind.ZIP: lambda reader, source, shelf: zip_archive.members(reader, source, shelf.rules),
    Kind.DOCUMENT: lambda reader, source, shelf: zip_archive.members(reader, source, shelf.rules),
    Kind.SEVENZIP: sevenzip.members,
    Kind.TAR: lambda reader, source, _: tar.members(reader, source),
    Kind.GZIP: compressed.gzip_members,
    Kind.BZIP2: compressed.bzip2_members,
    Kind.XZ: compressed.xz_members,
    Kind.ZSTD: compressed.zstd_members,
    Kind.MESSAGE: lambda reader, source, _: mail.message_members(reader, source),
    Kind.MAILBOX: lambda reader, source, _: mail.mailbox_members(reader, source),
    Kind.PDF: lambda reader, source, shelf: pdf.members(reader, source, shelf.rules),
    Kind.OUTSIDE: lambda _, source, shelf: outside.members(source, shelf),
}


def entries_of(kind: Kind, source: Source, shelf: Shelf) -> Iterator[Member | Refused]:
    """Yield what a container of this kind holds; it stays open only while it is listed.

    Args:
        kind: How its bytes are read, whatever they begin with.
        source: The container.
        shelf: Where unpacked containers are kept; knows the rules.

    Raises:
        InputError: A part of it could not be read; raised after all that could.
    """
    with source.reader() as reader:
        yield from _LISTERS[kind](reader, source, shelf)

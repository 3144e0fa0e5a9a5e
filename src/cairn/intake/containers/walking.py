"""Looks into containers, and into containers inside them, one level after the other.

The walk asks every file for its first bytes. A container's members follow the container itself, in the
order in which it lists them, and each is looked into in turn. Nothing is unpacked as a whole for this but
nested containers and solid streams. What a limit or a damage stops is named, and the walk goes on behind it.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers import images, segments
from cairn.intake.containers.faults import faults_said
from cairn.intake.containers.listing import entries_of
from cairn.intake.containers.members import Member, Refused
from cairn.intake.containers.names import Addresses, shown
from cairn.intake.containers.reading import OpenedSource
from cairn.intake.containers.recognise import (
    HEAD_BYTES,
    Kind,
    NotOpened,
    image_name,
    outside_name,
    recognise,
    without_reader,
)
from cairn.intake.containers.scratch import Allowance, over_limit, unpack
from cairn.intake.containers.zip_directory import ends_as_zip
from cairn.intake.items import Item, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.intake.containers.reading import Source
    from cairn.intake.containers.rules import ContainerRules
    from cairn.intake.containers.scratch import Shelf
    from cairn.intake.containers.segments import Beside

_DOCUMENT_MEDIA = ("media/", "pictures/", "embeddings/", "thumbnails/", "thumbnail")
_MARKUP = (b"<?xml", b"\xef\xbb\xbf<?xml", b"<")


def look_inside(
    item: Item, *, prefix: Callable[[], str], shelf: Shelf, beside: Beside | None = None
) -> Iterator[Item | Unreadable]:
    """Yield everything inside a file of the evidence; nothing for a file that is no container.

    Args:
        item: The file.
        prefix: Answers what the members' addresses begin with, before the stroke; asked for containers only.
        shelf: Where unpacked containers are kept; knows the rules.
        beside: The file's name, and what opens its neighbours: an image can be kept in several files.

    Yields:
        Items in the order of the containers. What cannot be read is an ``Unreadable``: with a member's
        address for one member, or with the container's address and ``!/`` for what is lost of it.
    """
    source = OpenedSource(item.open)
    try:
        with source.reader() as reader:
            head = reader.read_at(0, HEAD_BYTES)
            has_zip_behind = shelf.rules.look_behind and ends_as_zip(reader)
    except InputError:
        return  # Whoever opens the item gets the same error, with its address.
    kind = recognise(head) or (Kind.ZIP if has_zip_behind else None)
    if kind is None:
        return
    container = _Container(source, prefix(), item.signature, depth=1, beside=beside)
    try:
        with faults_said():
            yield from _Walk(shelf).inside(container, kind, head)
    except InputError as error:  # A limit on the whole file of the evidence.
        yield _unreadable(f"{container.prefix}/", error)


def _unreadable(address: str, error: InputError) -> Unreadable:
    return Unreadable(address, _about(address, error))


def _about(address: str, error: InputError) -> InputError:
    return InputError(f"{address} could not be read. {error.sentence}", code=error.code, **error.details)


@dataclass(frozen=True, slots=True)
class _Container:
    """One container on the way: its bytes, its address with ``!``, its signature, how deep, beside what."""

    source: Source
    prefix: str
    signature: str
    depth: int
    beside: Beside | None = None


class _Walk:
    """The state of looking into one file of the evidence: what is left of its budget."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._rules = shelf.rules
        self._addresses = Addresses()
        self._members = 0
        self._total_bytes = 0

    def inside(
        self, container: _Container, kind: Kind | NotOpened | None, head: bytes
    ) -> Iterator[Item | Unreadable]:
        """Yield what is in the container; nothing where it is none."""
        if kind is Kind.OUTSIDE and self._rules.outside_reader is None:
            kind = without_reader(outside_name(head) or "an archive")
        if kind is Kind.IMAGE and self._rules.image_reader is None:
            kind = image_name(head)
        if kind is None:
            return
        where = f"{container.prefix}/"
        if isinstance(kind, NotOpened):
            sentence = f"It is {kind.name}, which Cairn does not open. {kind.advice}"
            yield _unreadable(where, InputError(sentence, code="input.unsupported"))
        elif container.depth > self._rules.depth:
            yield _unreadable(where, _too_deep(kind, self._rules))
        elif kind is Kind.IMAGE:
            yield from self._image(container, head)
        else:
            yield from self._members_of(container, kind, entries_of(kind, container.source, self._shelf))

    def _image(self, container: _Container, head: bytes) -> Iterator[Item | Unreadable]:
        """Yield what is in an image; a later piece of one is part of what its first piece shows."""
        if segments.number_of(head) == 1:
            entries = _image_entries(container, self._rules, ewf=segments.is_ewf(head))
            yield from self._members_of(container, Kind.IMAGE, entries)
        elif (error := segments.first_is_missing(head, container.beside)) is not None:
            yield _unreadable(f"{container.prefix}/", error)

    def _members_of(
        self, container: _Container, kind: Kind, entries: Iterator[Member | Refused]
    ) -> Iterator[Item | Unreadable]:
        while True:
            try:
                with faults_said():
                    entry = next(entries, None)
            except InputError as error:
                yield _unreadable(f"{container.prefix}/", error)
                return
            if entry is None:
                return
            if isinstance(entry, Refused):
                self._count(0)
                yield _unreadable(self._address(container, entry.name), entry.error)
            else:
                yield from self._member(container, entry, kind)

    def _address(self, container: _Container, name: str) -> str:
        name = shown(name, most_characters=self._rules.address_characters)
        return self._addresses.unique(f"{container.prefix}/{name}")

    def _count(self, size_bytes: int) -> None:
        """Take a member from the budget.

        Raises:
            InputError: A limit on the whole file of the evidence is reached (``input.limit``).
        """
        rules = self._rules
        self._members += 1
        self._total_bytes += size_bytes
        if self._members > rules.members:
            raise over_limit(
                f"It holds more than the limit of {rules.members:,} members; those after it were not read."
            )
        if self._total_bytes > rules.total_bytes:
            raise over_limit(
                f"It unpacks to more than the limit of {rules.total_bytes:,} bytes in all; the members after "
                "that were not read."
            )

    def _member(self, container: _Container, member: Member, kind: Kind) -> Iterator[Item | Unreadable]:
        try:
            _allowance(member, self._rules).check(member.size_bytes, self._rules)
        except InputError as error:
            self._count(0)
            yield _unreadable(self._address(container, member.name), error)
            return
        head = _head(member)
        if kind is Kind.DOCUMENT and _is_markup(member, head):
            return
        self._count(member.size_bytes)
        item = self._item(container, member)
        yield item
        inner = _Container(
            self._source(member), f"{item.address}!", item.signature, depth=container.depth + 1
        )
        yield from self.inside(inner, recognise(head), head)

    def _item(self, container: _Container, member: Member) -> Item:
        address = self._address(container, member.name)
        return Item(
            address=address,
            size_bytes=member.size_bytes,
            modified_ns=member.modified_ns,
            signature=f"{container.signature}|{member.mark}",
            open=functools.partial(_open, address, member, self._rules),
        )

    def _source(self, member: Member) -> Source:
        """Answer a nested container's bytes: read in place where they lie unpacked, unpacked where not."""
        if member.part is not None:
            return member.part
        return self._shelf.place(
            member.chunks, stored_bytes=member.stored_bytes, declared_bytes=member.size_bytes
        )


def _too_deep(kind: Kind, rules: ContainerRules) -> InputError:
    return over_limit(
        f"It is a container ({kind}) below {rules.depth} others, which is the limit, and was not opened."
    )


def _allowance(member: Member, rules: ContainerRules) -> Allowance:
    return Allowance(rules.member_bytes, member.stored_bytes, member.size_bytes)


def _open(address: str, member: Member, rules: ContainerRules) -> int:
    """Unpack a member into a file without a name, and answer its descriptor, for reading only."""
    try:
        with faults_said(), _closed(member.chunks()) as chunks:
            return unpack(chunks, allowance=_allowance(member, rules), rules=rules)
    except InputError as error:
        raise _about(address, error) from error


@contextmanager
def _closed(chunks: Iterator[bytes]) -> Iterator[Iterator[bytes]]:
    """Let go of the descriptors that an unfinished unpacking holds."""
    try:
        yield chunks
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def _head(member: Member) -> bytes:
    """Answer the member's first bytes; none where it cannot be unpacked, which opening it will say."""
    head = b""
    try:
        with faults_said(), _closed(member.chunks()) as chunks:
            for chunk in chunks:
                head += chunk
                if len(head) >= HEAD_BYTES:
                    break
    except InputError:
        return b""
    return head[:HEAD_BYTES]


def _is_markup(member: Member, head: bytes) -> bool:
    """Answer whether a part of a document is its text and layout, and no picture or attached file."""
    name = member.name.lower()
    return head.startswith(_MARKUP) and not any(folder in name for folder in _DOCUMENT_MEDIA)


def _image_entries(container: _Container, rules: ContainerRules, *, ewf: bool) -> Iterator[Member | Refused]:
    """Yield what the image reader of the rules finds; nothing is asked where there is none."""
    if rules.image_reader is not None:
        pieces = segments.pieces(container.source, container.beside, ewf=ewf)
        yield from images.members(rules.image_reader.open(pieces, is_ewf=ewf))

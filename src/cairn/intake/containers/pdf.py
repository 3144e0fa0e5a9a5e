"""PDF: the pictures and attached files in it, found by reading from the first byte to the last.

A picture in a PDF is a stream object of its own. Looking for these objects instead of following the
document's tables finds them in damaged files too, and finds the pictures of earlier versions that an edited
file still holds. JPEG, JPEG 2000 and JBIG2 streams come out as they are; bare pixels get the header of a
PNG or TIFF file before them and are otherwise left as they are, packed. Nothing is decoded here.
Source: ISO 32000-1:2008, 7.3.8 (streams), 7.4 (filters), 8.9.5 (images), 7.11.4 (embedded files).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers import pdf_filters, pdf_pixels
from cairn.intake.containers.members import Member, Refused
from cairn.intake.containers.pdf_objects import Objects, Stream, streams
from cairn.intake.containers.reading import PartSource, damaged
from cairn.intake.containers.scratch import Allowance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.containers.reading import Reader, Source
    from cairn.intake.containers.rules import ContainerRules

_PICTURE_FILES = {"DCTDecode": "jpg", "DCT": "jpg", "JPXDecode": "jp2", "JBIG2Decode": "jbig2"}


def members(reader: Reader, source: Source, rules: ContainerRules) -> Iterator[Member | Refused]:
    """Yield pictures and attached files in the order in which they lie in the PDF.

    Args:
        reader: The whole PDF.
        source: Opens the same PDF again, when a picture is unpacked.
        rules: How much a stream may unpack to.

    Raises:
        InputError: The PDF is encrypted (``input.encrypted``).
    """
    objects = Objects(reader)
    if objects.is_encrypted:
        raise InputError(
            "The PDF is encrypted, so the pictures in it cannot be read. Open it with its password, save it "
            "without one, and check the copy.",
            code="input.encrypted",
        )
    for stream in streams(reader):
        kind = "image" if stream.is_image else "file"
        name = f"{kind}-{stream.number}-{stream.offset}"
        try:
            yield _member(name, stream, objects, source, rules)
        except InputError as error:
            yield Refused(name, error)


def _member(name: str, stream: Stream, objects: Objects, source: Source, rules: ContainerRules) -> Member:
    if stream.length is None:
        raise damaged("The PDF ends before the end of this stream.")
    part = PartSource(source, stream.offset, stream.length)
    filters = tuple(stream.filters)
    ending = _PICTURE_FILES.get(filters[-1]) if filters else None
    if not stream.is_image or ending:
        steps = filters[:-1] if ending else filters
        chunks = functools.partial(pdf_filters.decode, part, steps)
        return _sized(f"{name}.{ending}" if ending else name, part, chunks, rules, is_plain=not steps)
    steps, last = pdf_filters.split(filters)
    packed = functools.partial(pdf_filters.decode, part, steps)
    length = stream.length if not steps else _length(packed, stream.length, rules)
    picture = pdf_pixels.picture(
        stream, last, objects, functools.partial(_inflated_length, packed, stream.length, rules)
    )
    chunks = functools.partial(picture.chunks, packed, length)
    return _sized(f"{name}.{picture.ending}", part, chunks, rules, is_plain=False)


def _sized(
    name: str, part: PartSource, chunks: pdf_filters.Chunks, rules: ContainerRules, *, is_plain: bool
) -> Member:
    """Answer the member; its size is found by unpacking it once, because a PDF does not say it."""
    size = part.length if is_plain else _length(chunks, part.length, rules)
    return Member(
        name=name,
        size_bytes=size,
        modified_ns=None,
        mark=f"{part.offset}/{part.length}/{size}",
        chunks=chunks,
        stored_bytes=None if is_plain else part.length,
        part=part if is_plain else None,
    )


def _length(chunks: pdf_filters.Chunks, stored_bytes: int, rules: ContainerRules) -> int:
    allowance, size = Allowance(rules.member_bytes, stored_bytes), 0
    for chunk in chunks():
        size += len(chunk)
        allowance.check(size, rules)
    return size


def _inflated_length(packed: pdf_filters.Chunks, stored_bytes: int, rules: ContainerRules) -> int:
    return _length(lambda: pdf_filters.inflate(packed()), stored_bytes, rules)

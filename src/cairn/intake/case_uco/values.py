"""What a CASE bundle is made of: plain values that the caller fills from the records.

Every thing has an id of its own, which the caller gives: the same thing has the same id in every bundle, so
that bundles of one case can be laid together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Organization:
    """A police unit or another authority."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Tool:
    """The program that measured, and its version."""

    id: UUID
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Marking:
    """What may be done with the bundle: a handling code or a TLP label, as a statement."""

    id: UUID
    statement: str


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file of an exhibit.

    Attributes:
        id: Of the sighting.
        name: The file's name; ``None`` where it may not be told.
        path: Where it lay in the exhibit; ``None`` as above.
        size_bytes: Of its content.
        media_type: Such as ``image/jpeg``.
        hashes: By the name of the method: ``MD5``, ``SHA1``, ``SHA256``, ``PDQ``.
        width: Pixels; ``None`` where it is no picture.
        height: As width.
        exif: Facts of the picture.
        modified_at: When the file says that it was last changed.
        notes: What Cairn says of it, such as its verdict, in sentences.
    """

    id: UUID
    name: str | None = None
    path: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    hashes: Mapping[str, bytes] = field(default_factory=dict)
    width: int | None = None
    height: int | None = None
    exif: Mapping[str, str] = field(default_factory=dict)
    modified_at: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileLink:
    """A link between two files of the bundle.

    Attributes:
        id: Of the link.
        source: The id of one file.
        target: The id of the other.
        kind: Such as ``Similar_To``.
        confidence: 0 to 100; ``None`` where the method has no such figure.
        notes: The evidence, in sentences.
    """

    id: UUID
    source: UUID
    target: UUID
    kind: str
    confidence: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """An exhibit: what the files came from."""

    id: UUID
    exhibit: str
    description: str


@dataclass(frozen=True, slots=True)
class Act:
    """What was done: who ran which tool on what, from when until when."""

    id: UUID
    name: str
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A case, without its files.

    Attributes:
        id: Of the bundle.
        case_id: Of the case.
        case_reference: The authority's own reference.
        description: In a sentence.
        made_at: When the bundle was made.
        authority: Whose case it is.
        tool: What measured.
        provenance: The exhibit.
        act: The check.
        markings: What may be done with it.
    """

    id: UUID
    case_id: UUID
    case_reference: str
    description: str
    made_at: datetime
    authority: Organization
    tool: Tool
    provenance: Provenance
    act: Act
    markings: tuple[Marking, ...] = ()

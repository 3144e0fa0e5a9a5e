"""Which column of a CSV file means what: in the lists that the field knows, and in those with a header."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from cairn.intake.lists.entry import Hash, Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.intake.lists.rows import Dialect

Role: TypeAlias = Hash | Said
"""What a column holds; a column without a role is kept as a fact under its name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a file are read.

    Attributes:
        columns: The names of all columns, in order.
        roles: What the columns hold, by name.
        dialect: How fields are told apart.
        has_header: Whether the first row that is not passed over is the header.
        categories: What the list's codes of categories mean in other words; codes without one stay as they
            are.
        skipped_lines: How many lines stand before the header.
    """

    columns: tuple[str, ...]
    roles: Mapping[str, Role]
    dialect: Dialect
    has_header: bool = True
    categories: Mapping[str, str] = field(default_factory=dict)
    skipped_lines: int = 0


ICSE_COLUMNS: Final = (
    "MD5",
    "SHA1",
    "PhotoDNA",
    "Image ID",
    "Is distributed",
    "Victim identified",
    "Offender identified",
    "Series name",
    "Number of submissions",
    "File Available",
    "Media Type",
    "Baseline",
)
_ICSE_ROLES: Final[Mapping[str, Role]] = {
    "MD5": Hash.MD5,
    "SHA1": Hash.SHA1,
    "PhotoDNA": Hash.PHOTODNA,
    "Image ID": Said.REFERENCE,
    "Is distributed": Said.IS_DISTRIBUTED,
    "Victim identified": Said.VICTIM_IDENTIFIED,
    "Offender identified": Said.OFFENDER_IDENTIFIED,
    "Series name": Said.SERIES,
    "Media Type": Said.MEDIA_TYPE,
    "Baseline": Said.CATEGORY,
}

_NSRL_FIRST = ("sha1", "md5", "crc32", "filename", "filesize")
_NSRL_ROLES: Final[Mapping[str, Role]] = {
    "sha1": Hash.SHA1,
    "md5": Hash.MD5,
    "filename": Said.NAME,
    "filesize": Said.SIZE_BYTES,
}
_HASHKEEPER_NEEDS = {"fileid", "hashsetid", "hash"}
_HASHKEEPER_ROLES: Final[Mapping[str, Role]] = {
    "hash": Hash.MD5,
    "fileid": Said.REFERENCE,
    "filename": Said.NAME,
    "filesize": Said.SIZE_BYTES,
    "hashsetid": Said.SOURCE,
    "datemodified": Said.DATED,
}

_WORDS: Final[Mapping[str, Role]] = {
    **dict.fromkeys(("md5", "md5hash", "hashmd5", "md5sum"), Hash.MD5),
    **dict.fromkeys(("sha1", "sha1hash", "hashsha1", "sha1sum"), Hash.SHA1),
    **dict.fromkeys(("sha256", "sha256hash", "hashsha256", "sha2256", "sha256sum"), Hash.SHA256),
    **dict.fromkeys(("pdq", "pdqhash", "hashpdq"), Hash.PDQ),
    **dict.fromkeys(("photodna", "pdna", "photodnahash", "hashphotodna"), Hash.PHOTODNA),
    **dict.fromkeys(("size", "filesize", "sizebytes", "mediasize", "length"), Said.SIZE_BYTES),
    **dict.fromkeys(("category", "grade", "classification", "iwfgrade"), Said.CATEGORY),
    **dict.fromkeys(("series", "seriesname"), Said.SERIES),
    **dict.fromkeys(("id", "reference", "ref", "imageid", "mediaid", "uuid"), Said.REFERENCE),
    **dict.fromkeys(("name", "filename", "path", "filepath"), Said.NAME),
    **dict.fromkeys(("source", "member", "reporter"), Said.SOURCE),
    **dict.fromkeys(("date", "timestamp", "dated", "lastmodified", "updated"), Said.DATED),
    **dict.fromkeys(("mediatype", "mimetype", "type"), Said.MEDIA_TYPE),
    **dict.fromkeys(("victimidentified", "isvictimidentified"), Said.VICTIM_IDENTIFIED),
    **dict.fromkeys(("offenderidentified", "isoffenderidentified"), Said.OFFENDER_IDENTIFIED),
    **dict.fromkeys(("isdistributed", "distributed"), Said.IS_DISTRIBUTED),
    **dict.fromkeys(("withdrawn", "iswithdrawn", "deleted"), Said.IS_WITHDRAWN),
}


def simple(name: str) -> str:
    """Answer a column's name without case, spaces and signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def icse_layout(header: tuple[str, ...]) -> Mapping[str, Role] | None:
    """Answer the roles of INTERPOL's baseline export, or ``None`` for another header."""
    names = [simple(name) for name in header]
    if names != [simple(name) for name in ICSE_COLUMNS]:
        return None
    return {
        name: _ICSE_ROLES[due] for name, due in zip(header, ICSE_COLUMNS, strict=True) if due in _ICSE_ROLES
    }


def nsrl_layout(header: tuple[str, ...]) -> Mapping[str, Role] | None:
    """Answer the roles of ``NSRLFile.txt`` of the RDS version 2, or ``None`` for another header."""
    return _named(header, _NSRL_ROLES) if tuple(map(simple, header))[:5] == _NSRL_FIRST else None


def hashkeeper_layout(header: tuple[str, ...]) -> Mapping[str, Role] | None:
    """Answer the roles of a HashKeeper file, or ``None`` for another header."""
    return _named(header, _HASHKEEPER_ROLES) if set(map(simple, header)) >= _HASHKEEPER_NEEDS else None


def headed_layout(header: tuple[str, ...]) -> Mapping[str, Role] | None:
    """Answer the roles of a header whose names are the usual ones; ``None`` if it names no hash.

    Of two columns with the same role the first one has it.
    """
    roles: dict[str, Role] = {}
    for name in header:
        role = _WORDS.get(simple(name))
        if role is not None and role not in roles.values():
            roles[name] = role
    return roles if any(isinstance(role, Hash) for role in roles.values()) else None


def _named(header: tuple[str, ...], roles: Mapping[str, Role]) -> dict[str, Role]:
    return {name: roles[simple(name)] for name in header if simple(name) in roles}

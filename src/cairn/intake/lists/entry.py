"""What every hash list becomes: batches of entries, column by column, and the lines that are none.

A list has millions of entries, so a batch holds columns: hashes as rows of bytes, and one sequence for
everything else that the list says. ``Batch.entries`` gives the same as values, one by one. Every line of a
file is accounted for: it belongs to an entry, it is set aside with its reason, or it was passed over
because it is blank, a comment or a header.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from cairn.intake.hash_text import PHOTODNA_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray


class Hash(StrEnum):
    """A kind of hash that lists carry."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    PDQ = "pdq"
    PHOTODNA = "photodna"

    @property
    def length_bytes(self) -> int:
        """How many bytes a hash of this kind has."""
        return _LENGTHS[self]


_LENGTHS: Final = {Hash.MD5: 16, Hash.SHA1: 20, Hash.SHA256: 32, Hash.PDQ: 32, Hash.PHOTODNA: PHOTODNA_BYTES}


class Said(StrEnum):
    """What a list may say of an entry beside its hashes: the names of ``ListEntry``'s fields."""

    SIZE_BYTES = "size_bytes"
    IS_DISTRIBUTED = "is_distributed"
    VICTIM_IDENTIFIED = "victim_identified"
    OFFENDER_IDENTIFIED = "offender_identified"
    IS_WITHDRAWN = "is_withdrawn"
    CATEGORY = "category"
    SERIES = "series"
    REFERENCE = "reference"
    NAME = "name"
    MEDIA_TYPE = "media_type"
    SOURCE = "source"
    DATED = "dated"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a list; what the list does not say is ``None``.

    Attributes:
        line: Where it stands: a line of a text, a row of a database, a record of a binary file; from 1.
        size_bytes: Of the content.
        is_withdrawn: True for a tombstone: the source takes back what it said of this reference or hash.
        category: In the words or codes of the list's own scheme.
        reference: The entry's name in the source, such as an image id; with ``source`` it is unique.
        source: Who within the list says so, where it has several.
        dated: When it was said, as written.
        facts: Everything else, under the list's own names.
    """

    line: int
    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    photodna: bytes | None = None
    size_bytes: int | None = None
    is_distributed: bool | None = None
    victim_identified: bool | None = None
    offender_identified: bool | None = None
    is_withdrawn: bool = False
    category: str | None = None
    series: str | None = None
    reference: str | None = None
    name: str | None = None
    media_type: str | None = None
    source: str | None = None
    dated: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said of a line, or of several that cannot be told apart.

    Attributes:
        line: The first one, from 1.
        why: In a sentence, without what stands in the line.
        last_line: The last one.
    """

    line: int
    why: str
    last_line: int

    @property
    def lines(self) -> int:
        """How many lines it speaks of."""
        return self.last_line - self.line + 1


@dataclass(frozen=True, slots=True)
class HashColumn:
    """One kind of hash of every entry of a batch.

    Attributes:
        values: ``(n, length) uint8``; zeroes where there is none.
        present: ``(n,) bool``: whether the entry has this hash.
    """

    values: NDArray[np.uint8]
    present: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """A stretch of a list.

    Attributes:
        lines: ``(n,) int64``: where each entry begins.
        hashes: The kinds of hashes that occur.
        said: What else is said, a value for each entry; kinds that do not occur are left out.
        facts: Under the list's own names, a text for each entry.
        set_aside: Lines that are no entry, and why.
        doubts: Lines that are an entry in spite of something.
        line_count: How many lines the stretch has.
        passed_over: How many of them are blank, comments, headers, or go on with the entry before.
    """

    lines: NDArray[np.int64]
    hashes: Mapping[Hash, HashColumn]
    said: Mapping[Said, Sequence[Any]]
    facts: Mapping[str, Sequence[str]]
    set_aside: tuple[Remark, ...]
    doubts: tuple[Remark, ...]
    line_count: int
    passed_over: int

    def __len__(self) -> int:
        """How many entries it has."""
        return len(self.lines)

    def entries(self) -> Iterator[ListEntry]:
        """Yield the entries as values."""
        for index, line in enumerate(self.lines.tolist()):
            hashes: dict[str, Any] = {
                kind.value: column.values[index].tobytes()
                for kind, column in self.hashes.items()
                if column.present[index]
            }
            said = {kind.value: values[index] for kind, values in self.said.items()}
            facts = {name: texts[index] for name, texts in self.facts.items() if texts[index]}
            yield ListEntry(line, **hashes, **said, facts=facts)

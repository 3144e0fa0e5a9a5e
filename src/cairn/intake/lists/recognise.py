"""What kind of list a file is, found by its first bytes and never by its name; or why that cannot be said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cairn.errors import InputError
from cairn.intake.encoding import decoded_head
from cairn.intake.lists import encase, nsrl_sqlite, shared_entries, stopncii
from cairn.intake.lists.bits import tell_64_digits
from cairn.intake.lists.entry import Hash
from cairn.intake.lists.hash_lines import is_passed_over, parse_line
from cairn.intake.lists.table_head import find_table
from cairn.intake.vics import Form, recognise_form
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from cairn.intake.lists.layout import Layout
    from cairn.intake.lists.profile import Profile

HEAD_BYTES: Final = 256 * 1024
_SAMPLE_LINES: Final = 200
_FEWEST_HASHES: Final = 0.5
"""Of the lines at the beginning that say anything: below it, hashes stand in the file by chance."""


class ListFormat(StrEnum):
    """A kind of list."""

    ICSE = "icse"
    HASHKEEPER = "hashkeeper"
    NSRL_TEXT = "nsrl-text"
    NSRL_DATABASE = "nsrl-database"
    ENCASE = "encase"
    HASH_LINES = "hash-lines"
    HEADED_TABLE = "headed-table"
    BARE_TABLE = "bare-table"
    PROFILED_TABLE = "profiled-table"
    SHARED_ENTRIES = "shared-entries"
    STOPNCII = "stopncii"
    VICS = "vics"


_LOOKS_LIKE_VICS = re.compile(r'"value"\s*:\s*\[\s*\{[^}]{0,2000}"(?:MediaID|MD5|CaseID|CaseNumber)"\s*:')
"""The version may stand behind gigabytes of media."""

WORDS: Final = {
    ListFormat.ICSE: "an ICSE baseline export",
    ListFormat.HASHKEEPER: "a HashKeeper hash set",
    ListFormat.NSRL_TEXT: "an NSRL list of known files, version 2",
    ListFormat.NSRL_DATABASE: "an NSRL list of known files, version 3",
    ListFormat.ENCASE: "an EnCase hash set",
    ListFormat.HASH_LINES: "a list with one hash a line",
    ListFormat.HEADED_TABLE: "a table whose header names hashes",
    ListFormat.BARE_TABLE: "a table of hashes without a header",
    ListFormat.PROFILED_TABLE: "a table that the profile explains",
    ListFormat.SHARED_ENTRIES: "a page of entries of a hash sharing service",
    ListFormat.STOPNCII: "an answer of StopNCII",
    ListFormat.VICS: "a VICS file",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is.

    Attributes:
        format: The kind of list.
        is_known_good: True where a hit means "of no interest", never an alert.
        layout: For tables: what the columns mean.
        bare_64: For hashes line by line: what 64 digits are.
        form: For VICS: its version.
        name: What the list calls itself.
    """

    format: ListFormat
    is_known_good: bool = False
    layout: Layout | None = None
    bare_64: Hash = Hash.SHA256
    form: Form | None = None
    name: str | None = None

    @property
    def sentence(self) -> str:
        """What was found, as a sentence for a person."""
        said = f"This is {WORDS[self.format]}"
        if self.form:
            said += f", version {self.form.version}"
        if self.name:
            said += f", called '{self.name}'"
        if self.layout:
            said += ", with " + ", ".join(
                sorted({str(role).replace("_", " ") for role in self.layout.roles.values()})
            )
        return said + "."


@dataclass(frozen=True, slots=True)
class NotRecognised:
    """Why it cannot be said what a file is."""

    sentence: str


def recognise_list(
    head: bytes, *, profile: Profile | None = None, bare_64: Hash | None = None
) -> Recognised | NotRecognised:
    """Answer what kind of list a file is.

    Args:
        head: Its first ``HEAD_BYTES``, or all of a shorter one.
        profile: What an operator says of its columns.
        bare_64: What hashes of 64 digits are, where somebody knows it.

    Raises:
        InputError: The profile does not fit the file (``list.profile-misfit``).
    """
    if profile:
        layout = profile.layout(decoded_head(head))
        return Recognised(
            ListFormat.PROFILED_TABLE,
            profile.is_known_good,
            layout,
            bare_64 or Hash.SHA256,
            name=profile.name,
        )
    if head.startswith(nsrl_sqlite.MAGIC):
        return Recognised(ListFormat.NSRL_DATABASE, is_known_good=True)
    if head.startswith(encase.MAGIC):
        return _encase(head)
    text = decoded_head(head)
    start = text.lstrip()
    if start.startswith("<"):
        return _markup(start)
    if start.startswith(("{", "[")):
        return _json(start)
    return _lines(text, bare_64)


def _encase(head: bytes) -> Recognised | NotRecognised:
    try:
        header = encase.read_header(head)
    except InputError as error:
        return NotRecognised(error.sentence)
    return Recognised(ListFormat.ENCASE, name=header.name or None)


def _markup(text: str) -> Recognised | NotRecognised:
    if shared_entries.ROOT in text[:4096]:
        return Recognised(ListFormat.SHARED_ENTRIES)
    return NotRecognised(
        Sentence(
            "This is XML, but no page of entries: it does not begin with '%(root)s'.",
            root=shared_entries.ROOT,
        )
    )


def _json(text: str) -> Recognised | NotRecognised:
    form = recognise_form(text)
    if form:
        return Recognised(ListFormat.VICS, form=form)
    if f'"{stopncii.RECORDS}"' in text:
        return Recognised(ListFormat.STOPNCII)
    if text.startswith("{") and _LOOKS_LIKE_VICS.search(text):
        return Recognised(ListFormat.VICS)
    return NotRecognised(Sentence("This is JSON, but neither a VICS file nor an answer of StopNCII."))


def _lines(text: str, bare_64: Hash | None) -> Recognised | NotRecognised:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    sample = [line for line in lines[: _SAMPLE_LINES * 2] if not is_passed_over(line)][:_SAMPLE_LINES]
    if not sample:
        return NotRecognised(Sentence("There is nothing in this file."))
    if "\0" in text:
        return NotRecognised(Sentence("This is no text, and no binary format of a hash list that is known."))
    parsed = [parse_line(line, bare_64=Hash.SHA256) for line in sample]
    if sum(each is not None for each in parsed) > _FEWEST_HASHES * len(sample):
        long = [
            found
            for line, each in zip(sample, parsed, strict=True)
            if each and _is_bare_64(line)
            for found in each[1:2]
        ]
        told = bare_64 or (tell_64_digits(long) if long else Hash.SHA256)
        if told is None:
            return NotRecognised(
                Sentence(
                    "These are hashes of 64 digits, too few to tell whether they are SHA-256 or PDQ: "
                    "say which."
                )
            )
        return Recognised(ListFormat.HASH_LINES, bare_64=told)
    found = find_table(sample, bare_64=bare_64)
    if isinstance(found, str):
        return NotRecognised(found)
    kind, layout = found
    return Recognised(ListFormat(kind), is_known_good=kind == ListFormat.NSRL_TEXT, layout=layout)


def _is_bare_64(line: str) -> bool:
    parsed = [parse_line(line, bare_64=kind) for kind in (Hash.SHA256, Hash.PDQ)]
    return bool(parsed[0] and parsed[1]) and parsed[0] != parsed[1]

"""XML of any size, element by element, without anything that makes XML dangerous.

A document type is refused where it begins, so that there are no entities to expand, no external files to
fetch and nothing to look up. Depth, length and attributes are limited. Names lose their prefix. Source:
Python's manual, "XML vulnerabilities"; the defusedxml notes on decompression, expansion and external
entities.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final
from xml.parsers import expat

from cairn.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import NoReturn

MAX_DEPTH: Final = 64
MAX_RECORD_CHARS: Final = 4 * 1024 * 1024
"""Of all names and texts of one record; a report has some kilobytes, with a long chat some hundred."""

MAX_RECORD_ELEMENTS: Final = 100_000
MAX_ATTRIBUTES: Final = 100
_CHUNK_BYTES: Final = 256 * 1024


@dataclass(slots=True)
class Element:
    """An element with all that is in it.

    Attributes:
        name: Without its prefix.
        line: Where it begins, from 1.
        attributes: Without those that declare namespaces.
        text: Its own text, without that of the elements in it, and without space around it.
    """

    name: str
    line: int
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def find(self, name: str) -> Element | None:
        """Answer the first element in it that is called so."""
        return next((each for each in self.children if each.name == name), None)

    def every(self, name: str) -> list[Element]:
        """Answer all elements in it that are called so."""
        return [each for each in self.children if each.name == name]

    def said(self, name: str) -> str | None:
        """Answer the text of the first element that is called so; ``None`` where it is missing or empty."""
        found = self.find(name)
        return (found.text or None) if found else None

    def walk(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        """Yield the path and the text of everything below, attributes as ``path@name``."""
        for each in self.children:
            path = f"{prefix}/{each.name}" if prefix else each.name
            for name, value in each.attributes.items():
                yield f"{path}@{name}", value
            if each.text or not (each.children or each.attributes):
                yield path, each.text
            yield from each.walk(path)


def read_records(source: BinaryIO, is_record: Callable[[tuple[str, ...]], bool]) -> Iterator[Element]:
    """Yield the elements that are records, each when it ends, and last the root with what is in no record.

    Args:
        source: The document's bytes.
        is_record: Is told the names from the root to an element; what is inside a record is not asked for.

    Raises:
        InputError: It is no well-formed XML (``input.damaged``), has a document type (``xml.doctype``), or
            is beyond a limit (``input.limit``); raised after the records before.
    """
    builder = _Builder(is_record)
    while True:
        chunk = source.read(_CHUNK_BYTES)
        try:
            builder.parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            yield from builder.take()
            raise InputError(
                f"Line {error.lineno:,} is no well-formed XML: {expat.ErrorString(error.code)}.",
                code="input.damaged",
                line=error.lineno,
            ) from None
        except InputError:
            yield from builder.take()
            raise
        yield from builder.take()
        if not chunk:
            return


class _Builder:
    """What expat calls; it keeps one record at a time."""

    def __init__(self, is_record: Callable[[tuple[str, ...]], bool]) -> None:
        self._is_record = is_record
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._record_depth = 0
        self._chars = self._elements = 0
        self._done: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.EntityDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def take(self) -> Iterator[Element]:
        """Yield the records that have ended."""
        done, self._done = self._done, []
        yield from done

    def _refuse_doctype(self, *_: object) -> NoReturn:
        raise InputError(
            "The file has a document type, with which XML can do harm; it is not read.", code="xml.doctype"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kept = {_bare(key): value for key, value in attributes.items() if not key.startswith("xmlns")}
        self._count(len(name) + sum(len(key) + len(value) for key, value in attributes.items()))
        self._elements += 1
        if len(self._open) >= MAX_DEPTH or self._elements > MAX_RECORD_ELEMENTS or len(kept) > MAX_ATTRIBUTES:
            raise self._limit()
        self._open.append(Element(_bare(name), self.parser.CurrentLineNumber, kept))
        self._texts.append([])
        if not self._record_depth and self._is_record(tuple(each.name for each in self._open)):
            self._record_depth = len(self._open)
            self._chars = self._elements = 0

    def _end(self, _: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._texts.pop()).strip()
        if len(self._open) + 1 == self._record_depth:
            self._record_depth = self._chars = self._elements = 0
            self._done.append(element)
        elif self._open:
            self._open[-1].children.append(element)
        else:
            self._done.append(element)

    def _text(self, text: str) -> None:
        self._count(len(text))
        self._texts[-1].append(text)

    def _count(self, chars: int) -> None:
        self._chars += chars
        if self._chars > MAX_RECORD_CHARS:
            raise self._limit()

    def _limit(self) -> InputError:
        return InputError(
            f"Line {self.parser.CurrentLineNumber:,}: this is larger or deeper than any record of the field.",
            code="input.limit",
        )


def _bare(name: str) -> str:
    return name.rpartition(":")[2]

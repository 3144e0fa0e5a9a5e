r"""Lists with one hash a line: bare, as ``md5sum`` and BSD write them, or with the kind before it.

======================================  ==============================================
``d41d8cd98f00b204e9800998ecf8427e``     bare: the number of digits tells the kind
``d41d…  photo.jpg``, ``d41d… *a.jpg``   ``md5sum``, ``sha1sum``, ``sha256sum``
``\d41d…  a\nb.jpg``                     the same, where the name has a line end in it
``MD5 (photo.jpg) = d41d…``              BSD, and ``--tag``
``pdq f8f8…``, ``sha1:da39…``            the kind, the hash, perhaps a name (``Get-FileHash``)
192 signs of base64, or 288 digits       PhotoDNA
======================================  ==============================================

64 digits are a SHA-256 or a PDQ hash, and the line does not tell: whoever reads the list says which. Blank
lines, those that begin with ``#``, ``;`` or ``%``, and the ``sep=;`` of spreadsheets are passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from cairn.intake.lists.batching import hash_columns
from cairn.intake.lists.columns import hash_column, parse_hash
from cairn.intake.lists.entry import Batch, Hash, Remark, Said
from cairn.intake.lists.text_lines import lines_of
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.intake.lists.text_lines import Lines

COMMENT_SIGNS: Final = ("#", ";", "%")
NAMES_OF_KINDS: Final = {
    "md5": Hash.MD5,
    "sha1": Hash.SHA1,
    "sha-1": Hash.SHA1,
    "sha256": Hash.SHA256,
    "sha-256": Hash.SHA256,
    "sha2-256": Hash.SHA256,
    "pdq": Hash.PDQ,
    "photodna": Hash.PHOTODNA,
    "pdna": Hash.PHOTODNA,
}
_BY_SIGNS = {32: Hash.MD5, 40: Hash.SHA1, 192: Hash.PHOTODNA, 288: Hash.PHOTODNA}
BARE_PDQ_SIGNS: Final = 64

_BSD = re.compile(r"([A-Za-z0-9-]{3,10}) ?\((.*)\) ?= ?([0-9A-Za-z+/=]+)", re.DOTALL)
_KIND_FIRST = re.compile(r"([A-Za-z0-9-]{3,10})[ \t:,;=]+([0-9A-Za-z+/=]+)(?:[ \t]+(.*))?", re.DOTALL)
_SEPARATOR = re.compile(r"sep=.?", re.IGNORECASE)
_SUM = re.compile(r"\\?([0-9A-Fa-f]+)[ \t][ *]?(.*)", re.DOTALL)


def read_hash_lines(source: BinaryIO, *, bare_64: Hash) -> Iterator[Batch]:
    """Yield the batches of such a list.

    Args:
        source: The file's bytes, from the beginning.
        bare_64: What 64 digits are where the line does not say it: SHA-256 or PDQ.

    Raises:
        InputError: It has no lines (``list.no-lines``).
    """
    for lines in lines_of(source):
        yield _uniform(lines, bare_64) or _mixed(lines, bare_64)


def parse_line(text: str, *, bare_64: Hash) -> tuple[Hash, bytes, str | None] | None:
    """Answer the kind, the hash and the name of a line; ``None`` if it is no hash."""
    bare = text.strip()
    kind = _kind(bare, bare_64)
    if kind:
        found = parse_hash(bare, kind)
        return (kind, found, None) if found else None
    for pattern, order in ((_BSD, (1, 3, 2)), (_KIND_FIRST, (1, 2, 3))):
        match = pattern.fullmatch(bare)
        stated = NAMES_OF_KINDS.get(match[order[0]].lower()) if match else None
        if match and stated:
            found = parse_hash(match[order[1]], stated)
            return (stated, found, match[order[2]]) if found else None
    match = _SUM.fullmatch(text.lstrip())
    kind = _kind(match[1], bare_64) if match else None
    found = parse_hash(match[1], kind) if match and kind else None
    return (kind, found, _unescaped(match[2], bare)) if match and kind and found else None


def is_passed_over(text: str) -> bool:
    """Answer whether a line is blank, a comment, or a spreadsheet's word on its delimiter."""
    bare = text.strip()
    return not bare or bare.startswith(COMMENT_SIGNS) or _SEPARATOR.fullmatch(bare) is not None


def _kind(text: str, bare_64: Hash) -> Hash | None:
    return bare_64 if len(text) == BARE_PDQ_SIGNS else _BY_SIGNS.get(len(text))


def _unescaped(name: str, line: str) -> str:
    if not line.startswith("\\"):
        return name
    return re.sub(r"\\(.)", lambda sign: {"n": "\n", "r": "\r"}.get(sign[1], sign[1]), name)


def _uniform(lines: Lines, bare_64: Hash) -> Batch | None:
    """Read lines that are all alike, as they nearly always are, as one column; else ``None``."""
    first = parse_line(lines.texts[0], bare_64=bare_64)
    parts = _parts(lines.texts, *first) if first else None
    if first is None or parts is None:
        return None
    texts, names = parts
    column, _ = hash_column(texts, first[0])
    if not column.present.all():
        return None
    count = len(texts)
    return Batch(
        lines=np.arange(lines.first, lines.first + count, dtype=np.int64),
        hashes={first[0]: column},
        said={} if names is None else {Said.NAME: names},
        facts={},
        set_aside=(),
        doubts=(),
        line_count=count,
        passed_over=0,
    )


def _parts(
    texts: list[str], kind: Hash, found: bytes, name: str | None
) -> tuple[list[str], list[str] | None] | None:
    """Answer the hashes and the names of lines, if all are written as the first one; else ``None``."""
    signs, head = 2 * kind.length_bytes, len(kind) + 1
    if name is not None:
        names = [text[signs + 2 :] for text in texts]
        is_alike = {text[signs : signs + 2] for text in texts} <= {"  ", " *"} and all(map(str.strip, names))
        return ([text[:signs] for text in texts], names) if is_alike else None
    if texts[0].lower().startswith(f"{kind} "):
        is_alike = {text[:head].lower() for text in texts} == {f"{kind} "}
        return ([text[head:] for text in texts], None) if is_alike else None
    return (texts, None) if len(texts[0]) == 2 * len(found) else None


def _mixed(lines: Lines, bare_64: Hash) -> Batch:
    numbers: list[int] = []
    rows: list[dict[Hash, bytes | None]] = []
    names: list[str | None] = []
    set_aside: list[Remark] = []
    passed_over = 0
    for number, text in enumerate(lines.texts, start=lines.first):
        parsed = parse_line(text, bare_64=bare_64)
        if parsed:
            kind, found, name = parsed
            numbers.append(number)
            rows.append({kind: found})
            names.append(name)
        elif is_passed_over(text):
            passed_over += 1
        else:
            set_aside.append(Remark(number, _why(text), number))
    return Batch(
        lines=np.array(numbers, dtype=np.int64),
        hashes=hash_columns(rows),
        said={Said.NAME: names} if any(name is not None for name in names) else {},
        facts={},
        set_aside=tuple(set_aside),
        doubts=(),
        line_count=len(lines.texts),
        passed_over=passed_over,
    )


def _why(text: str) -> str:
    """Say why a line is no hash, without saying what stands in it."""
    words: Sequence[str] = text.split()
    digits = max((word for word in words if _is_hexadecimal(word)), key=len, default="")
    if len(words) == 1 and digits:
        return Sentence(
            "It has %(digits)s hexadecimal digits, which is the length of no hash that is known.",
            digits=len(digits),
        )
    return Sentence("There is no hash in it.")


def _is_hexadecimal(word: str) -> bool:
    return all(sign in "0123456789abcdefABCDEF" for sign in word)

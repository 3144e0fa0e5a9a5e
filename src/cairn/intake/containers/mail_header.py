"""The four facts that finding attachments needs from the header of a message or of one of its parts.

The standard library's header classes know far more, and fail on hostile headers in many ways; this reads
only type, boundary, encoding and file name, and always answers. Source: RFC 2045 to 2047, RFC 2231.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_PARAMETER = re.compile(r""";\s*([^\s=;"]{1,64})\s*=\s*("(?:[^"\\]|\\.)*+(?:"|$|\\)|[^;\s]*)""", re.DOTALL)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_CHARSET = re.compile(r"[A-Za-z0-9_.:+-]{1,40}")
_CONTINUED = re.compile(r"\r?\n[ \t]")
_LONGEST_NAME = 4096
_PIECE_DIGITS = 3


@dataclass(frozen=True, slots=True)
class PartHeader:
    """What a header says of the bytes after it.

    Attributes:
        kind: Such as ``image/jpeg``, in lower case; ``text/plain`` where it is not said.
        boundary: Of a multipart; ``None`` where there is none.
        encoding: Such as ``base64``, in lower case.
        name: The file name; ``None`` where there is none.
    """

    kind: str
    boundary: bytes | None
    encoding: str
    name: str | None


def read_part_header(raw: bytes) -> PartHeader:
    """Answer the four facts; what is missing or makes no sense has the value that RFC 2045 gives it."""
    fields = _fields(raw)
    kind, type_parameters = _value(fields.get("content-type", "text/plain"))
    _, place_parameters = _value(fields.get("content-disposition", ""))
    boundary = type_parameters.get("boundary", "")
    name = place_parameters.get("filename") or type_parameters.get("name")
    return PartHeader(
        kind=kind,
        boundary=boundary.encode("utf-8", "surrogateescape") or None,
        encoding=_value(fields.get("content-transfer-encoding", ""))[0],
        name=_readable(name) if name else None,
    )


def _fields(raw: bytes) -> dict[str, str]:
    """Answer the first field of each name, with folded lines joined."""
    fields: dict[str, str] = {}
    text = _CONTINUED.sub(" ", raw.decode("utf-8", "surrogateescape"))
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _value(field: str) -> tuple[str, dict[str, str]]:
    """Cut a field into its value and its parameters; pieces of long parameters are put together."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(field):
        key, text = match[1].lower(), match[2]
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'), flags=re.DOTALL)
        name, star, rest = key.partition("*")
        number = rest.removesuffix("*")
        if not star:
            plain.setdefault(name, text)
        elif not number or (number.isascii() and number.isdigit() and len(number) <= _PIECE_DIGITS):
            is_encoded = not number or rest.endswith("*")
            pieces.setdefault(name, {})[int(number or 0)] = (text, is_encoded)
    for name, numbered in pieces.items():
        plain[name] = _joined([numbered[number] for number in sorted(numbered)])
    return field.partition(";")[0].strip().lower(), plain


def _joined(pieces: list[tuple[str, bool]]) -> str:
    """Put the pieces of an RFC 2231 parameter together: the first one names the character set."""
    charset = "utf-8"
    first, is_encoded = pieces[0]
    if is_encoded and (parts := first.split("'", 2))[2:]:
        charset, _, first = parts
        pieces = [(first, True), *pieces[1:]]
    plain = [(text.encode("utf-8", "surrogateescape"), encoded) for text, encoded in pieces]
    raw = b"".join(unquote_to_bytes(data) if encoded else data for data, encoded in plain)
    return _decoded(raw[:_LONGEST_NAME], charset)


def _readable(name: str) -> str:
    """Decode the encoded words of RFC 2047, which many programs put where RFC 2231 belongs."""
    name = _BETWEEN_WORDS.sub(r"\1\2", name[:_LONGEST_NAME])
    name = _ENCODED_WORD.sub(lambda word: _word(word[1], word[2], word[3]), name)
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _word(charset: str, kind: str, text: str) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    if kind in "bB":
        try:
            raw = base64.b64decode(raw + b"=" * (-len(raw) % 4))
        except binascii.Error:
            return text
    else:
        raw = quopri.decodestring(raw, header=True)
    return _decoded(raw, charset)


def _decoded(raw: bytes, charset: str) -> str:
    """Decode by the stated character set where Python knows it as one; else as UTF-8."""
    if _CHARSET.fullmatch(charset) and "escape" not in charset.lower():
        try:
            text = raw.decode(charset, "backslashreplace")
            return text.encode("utf-8", "backslashreplace").decode("utf-8")  # UTF-7 can say half a pair.
        except (LookupError, ValueError):
            pass
    return raw.decode("utf-8", "backslashreplace")

"""In which encoding a text is, by its byte-order mark."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def encoding_of(head: bytes) -> tuple[bytes, str]:
    """Answer the byte-order mark and the encoding: UTF-8 without one; PowerShell writes UTF-16 with one."""
    return next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", "utf-8"))


def decoded_head(head: bytes) -> str:
    r"""Answer the first bytes of a file as text, for a look at what it is; what is no text as ``\xff``."""
    mark, encoding = encoding_of(head)
    return head[len(mark) :].decode(encoding, "backslashreplace")

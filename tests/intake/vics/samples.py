"""VICS files in every version and with every oddity that real exports have; all content is made up."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from cairn.intake.vics import CaseRead, FileRead, Form, Kind, Media, MediaRead, Read, read_vics

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMS = [
    Form("1.2", Kind.MEDIA),
    Form("1.3", Kind.MEDIA),
    Form("1.3", Kind.CASES),
    Form("2.0", Kind.MEDIA, "Default"),
    Form("2.0", Kind.MEDIA, "US"),
    Form("2.0", Kind.CASES, "CUSTOM"),
]
MD5 = "0123456789ABCDEF0123456789ABCDEF"


def record(**members: Any) -> dict[str, Any]:
    """Answer a media record as tools write it, with these members in place of the usual ones."""
    usual = {
        "MediaID": 7,
        "Category": 1,
        "MD5": MD5,
        "SHA1": "AB" * 20,
        "MediaSize": 2835,
        "MimeType": "image/jpeg",
        "RelativeFilePath": "Files\\7.jpg",
        "Exifs": [{"MD5": MD5, "PropertyName": "Make", "PropertyValue": "Maker"}],
        "MediaFiles": [
            {"MD5": MD5, "FileName": "a.jpg", "FilePath": "\\DCIM\\a.jpg", "Unallocated": "False"}
        ],
    }
    return {**usual, **members}


def case_members(**members: Any) -> dict[str, Any]:
    return {"CaseID": "7d44a3a4-0000-4000-8000-1f2b5c9a2d10", "CaseNumber": "K-17", **members}


def file_text(
    form: Form, records: Iterable[Any], *, case: dict[str, Any] | None = None, **layout: Any
) -> str:
    """Answer a whole file's text; ``layout`` goes to ``json.dumps``."""
    value = list(records)
    if form.kind is Kind.CASES:
        value = [{**(case or case_members()), "Media": value}]
    return json.dumps({form.key: form.address, "value": value}, **layout)


def read_text(text: str | bytes) -> list[Read]:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return list(read_vics(io.BytesIO(data)))


def media_of(reads: Iterable[Read]) -> list[Media]:
    return [each.media for each in reads if isinstance(each, MediaRead)]


def cases_of(reads: Iterable[Read]) -> list[CaseRead]:
    return [each for each in reads if isinstance(each, CaseRead)]


def file_of(reads: list[Read]) -> FileRead:
    assert isinstance(reads[-1], FileRead)
    return reads[-1]


class Chopped(io.BytesIO):
    """Hands out a few bytes at a time, as a pipe may, so that every sign falls on an end of a buffer."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(self._size, size or 0) if size != -1 else -1)

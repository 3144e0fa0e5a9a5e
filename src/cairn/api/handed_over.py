"""A report as a call brings it: its body alone, or a form with the report and its files."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadedfile import TemporaryUploadedFile

from cairn.errors import InputError
from cairn.services.reports.sending import SentFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cairn.api.bearer import Call

_FORM: Final = "multipart/form-data"
_OWN: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["format", "version", "reference", "reporter", "reported_at", "items"],
    "properties": {
        "format": {"const": "cairn-report"},
        "version": {"const": 1},
        "reference": {"type": "string"},
        "reporter": {"type": "string"},
        "reported_at": {"type": "string", "format": "date-time"},
        "items": {"type": "array", "items": {"type": "object"}, "minItems": 1},
    },
}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "Cairn's own report, or CyberTipline-style XML: see formats.md. As the body where "
        "hashes alone are sent, or where the files came in a parcel; with its files as a form.",
        "content": {
            "application/json": {"schema": _OWN},
            "application/xml": {"schema": {"type": "string"}},
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["report"],
                    "properties": {
                        "report": {"type": "string", "format": "binary"},
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    },
                }
            },
        },
    }
}


@dataclass(frozen=True, slots=True)
class Handed:
    """What a call brings.

    Attributes:
        report: Where the report lies.
        files: What came with it in the same call.
        parcel: The parcel whose files belong to it; empty for none.
        digest: 32 bytes, equal for the same call.
    """

    report: Path
    files: Sequence[SentFile]
    parcel: str
    digest: bytes


def handed_over(request: Call, report: Path, parcel: str) -> Handed:
    """Answer what a call brings; its report is written to ``report``, where it is not a file already.

    Raises:
        InputError: A form brings no report, or files beside a parcel (``report.form``).
    """
    if request.content_type != _FORM:
        report.write_bytes(request.body)
        return Handed(report, (), parcel, _digest(report, (), parcel))
    found = request.FILES.get("report")
    files = [SentFile(each.name or "", _lies_at(each)) for each in request.FILES.getlist("file")]
    if found is None or (parcel and files):
        raise InputError(
            "A form brings one report, as 'report', and its files, as 'file'; or names a parcel.",
            code="report.form",
        )
    shutil.copyfile(_lies_at(found), report)
    return Handed(report, files, parcel, _digest(report, files, parcel))


def _lies_at(file: object) -> Path:
    if not isinstance(file, TemporaryUploadedFile):
        raise TypeError("A file of a call lies on a disk.")
    return Path(file.temporary_file_path())


def _digest(report: Path, files: Sequence[SentFile], parcel: str) -> bytes:
    found = hashlib.sha256(report.read_bytes())
    for each in files:
        with each.path.open("rb") as stream:
            found.update(each.name.encode() + b"\0" + hashlib.file_digest(stream, "sha256").digest())
    return hashlib.sha256(found.digest() + parcel.encode()).digest()

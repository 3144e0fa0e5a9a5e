"""Writing VICS files from values: a set of media, or a case; unknown members are written too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from cairn.intake.vics.fields import case_record, media_record
from cairn.intake.vics.form import Kind
from cairn.intake.vics.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.intake.json_text import Json
    from cairn.intake.vics.form import Form
    from cairn.intake.vics.values import Case, Media


def write_media_set(target: BinaryIO, media: Iterable[Media], *, form: Form) -> Tally:
    """Write a hash set and answer what was counted in it.

    Args:
        target: Takes the bytes, which are ASCII: every other sign is escaped, as JSON allows.
        media: The records, written one by one.
        form: The version; its kind is ``MEDIA``.
    """
    target.write(_start(form, Kind.MEDIA))
    tally = _write_media(target, media)
    target.write(b"\n]}\n")
    return tally


def write_case(target: BinaryIO, case: Case, media: Iterable[Media], *, form: Form) -> Tally:
    """Write one case and answer what was counted in it.

    The totals stand behind the media, and are those of what was written, whatever ``case`` states.

    Args:
        target: As for ``write_media_set``.
        case: The case's own fields.
        media: Its media, written one by one.
        form: The version; its kind is ``CASES``.
    """
    target.write(_start(form, Kind.CASES))
    members = case_record(case._replace(total_media_files=None, total_precategorized=None))
    target.write(
        b"\n{" + b"".join(_member(key, value) + b",\n" for key, value in members.items()) + b'"Media": ['
    )
    tally = _write_media(target, media)
    totals = {"TotalMediaFiles": tally.records, "TotalPrecategorized": tally.precategorized}
    target.write(b"\n]" + b"".join(b",\n" + _member(key, value) for key, value in totals.items()) + b"}]}\n")
    return tally


def _start(form: Form, kind: Kind) -> bytes:
    if form.kind is not kind:
        raise ValueError(f"the form is one of {form.kind}, and {kind} are written")
    return b"{" + _member(form.key, form.address) + b',\n"value": ['


def _write_media(target: BinaryIO, media: Iterable[Media]) -> Tally:
    tally = Tally()
    for each in media:
        target.write(b",\n" if tally.records else b"\n")
        target.write(json.dumps(media_record(each)).encode("ascii"))
        tally.add(each)
    return tally


def _member(key: str, value: Json) -> bytes:
    return f"{json.dumps(key)}: {json.dumps(value)}".encode("ascii")

"""The targets for the formats of the field: what is read must be written and read again as the same."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.vics import Form, Kind, MediaAnswer, MediaRead, read_vics, write_answers, write_media_set

if TYPE_CHECKING:
    from collections.abc import Callable

_SET = Form("2.0", Kind.MEDIA)


def _vics(data: bytes) -> None:
    """Read, write and read again; and copy byte for byte, with an answer for every other media."""
    media = []
    with contextlib.suppress(InputError):
        media += [each.media for each in read_vics(io.BytesIO(data)) if isinstance(each, MediaRead)]
    written = io.BytesIO()
    write_media_set(written, media, form=_SET)
    again = [each.media for each in read_vics(io.BytesIO(written.getvalue())) if isinstance(each, MediaRead)]
    if [str(each._replace(doubts=())) for each in again] != [str(each._replace(doubts=())) for each in media]:
        raise AssertionError("a set changes by being written")
    copy = io.BytesIO()
    with contextlib.suppress(InputError):
        write_answers(io.BytesIO(data), copy, lambda _: None)
        if copy.getvalue() != data:
            raise AssertionError("a copy without answers is another file")
        answer = MediaAnswer(series="S", victim_identified=True, tags=("t",))
        answered = io.BytesIO()
        write_answers(io.BytesIO(data), answered, lambda each: answer if (each.media_id or 0) % 2 else None)
        list(read_vics(io.BytesIO(answered.getvalue())))


FORMAT_TARGETS: dict[str, Callable[[bytes], None]] = {"vics": _vics}

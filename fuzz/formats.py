"""The targets for the formats of the field: what is read must be written and read again as the same."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError, InputError, PeerError
from cairn.exchange import ncmec, stopncii
from cairn.exchange.source import read_source
from cairn.intake.lists import Hash, Reckoning, Recognised, read_profile, read_stream, recognise_list
from cairn.intake.lists.nsrl_sqlite import read_nsrl_database
from cairn.intake.reports import own_report_record, read_cybertip, read_own_report
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


def _list(data: bytes) -> None:
    """Recognise a list and read it: every line must be accounted for, and no two entries have one line."""
    for bare_64 in (Hash.SHA256, Hash.PDQ):
        found = recognise_list(data, bare_64=bare_64)
        if isinstance(found, Recognised):
            _read_list(data, found)


def _profiled_list(data: bytes) -> None:
    """Take what stands before the first NUL as a profile, and the rest as the list."""
    head, _, rest = data.partition(b"\0")
    with contextlib.suppress(InputError):
        profile = read_profile(head.decode("utf-8", "replace"))
        found = recognise_list(rest, profile=profile)
        if isinstance(found, Recognised):
            _read_list(rest, found)


def _read_list(data: bytes, found: Recognised) -> None:
    found.sentence.encode("utf-8", "surrogatepass")
    reckoning = Reckoning()
    with contextlib.suppress(InputError):
        for batch in read_stream(io.BytesIO(data), found):
            reckoning.add(batch)
            if len(list(batch.entries())) != len(batch):
                raise AssertionError("a batch has other entries than it says")
    if not reckoning.adds_up:
        raise AssertionError("a line is not accounted for")


def _cybertip(data: bytes) -> None:
    """Read reports and files; every text that is kept must be text."""
    with contextlib.suppress(InputError):
        for each in read_cybertip(io.BytesIO(data)):
            for path, text in each.facts:
                (path + text).encode()


def _own_report(data: bytes) -> None:
    """Read, write and read again: what was read must be the same."""
    with contextlib.suppress(InputError):
        report = read_own_report(io.BytesIO(data))
        again = read_own_report(io.BytesIO(json.dumps(own_report_record(report)).encode()))
        if again != report:
            raise AssertionError("a report changes by being written")


def _nsrl(data: bytes) -> None:
    """Read a changed database."""
    with tempfile.NamedTemporaryFile(suffix=".db") as file, contextlib.suppress(InputError):
        file.write(data)
        file.flush()
        for batch in read_nsrl_database(Path(file.name)):
            list(batch.entries())


def _shared_page(data: bytes) -> None:
    """Read a page of a hash sharing service; what is kept of it must be read again as the same."""
    with contextlib.suppress(PeerError):
        words, _ = ncmec.read_page(data, 0)
        standing = "".join(each.record for each in words)
        again, _ = ncmec.read_page(f"<queryResult>{standing}</queryResult>".encode(), 0)
        if again != [each for each in words if each.record]:
            raise AssertionError("an entry changes by being kept")


def _stopncii_page(data: bytes) -> None:
    """Read a page of StopNCII; what is kept of it must be read again as the same."""
    with contextlib.suppress(PeerError):
        _, words = stopncii.read_page(data)
        kept = [each for each in words if each.record]
        joined = ",".join(each.record for each in kept)
        _, again = stopncii.read_page(f'{{"hasMoreRecords": false, "hashRecords": [{joined}]}}'.encode())
        if again != kept:
            raise AssertionError("a record changes by being kept")


def _source(data: bytes) -> None:
    """Take the input as the file of a source: it never leads to plain HTTP elsewhere."""
    with tempfile.NamedTemporaryFile(suffix=".toml") as file, contextlib.suppress(ConfigurationError):
        file.write(data)
        file.flush()
        if not read_source(Path(file.name)).address.startswith(("https://", "http://")):
            raise AssertionError("an address is none")


FORMAT_TARGETS: dict[str, Callable[[bytes], None]] = {
    "vics": _vics,
    "list": _list,
    "profiled-list": _profiled_list,
    "nsrl": _nsrl,
    "cybertip": _cybertip,
    "own-report": _own_report,
    "shared-page": _shared_page,
    "stopncii-page": _stopncii_page,
    "source": _source,
}

"""Small valid files of the field's formats for the fuzzer to start from."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cairn.intake.vics import (
    AlternativeHash,
    Case,
    Exif,
    Form,
    Kind,
    Media,
    MediaFile,
    write_case,
    write_media_set,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MEDIA = Media(
    media_id=7,
    category=1,
    md5=bytes(16),
    photodna=bytes(144),
    victim_identified=False,
    tags="a,b",
    alternative_hashes=(AlternativeHash("SHA256", "00" * 32),),
    exifs=(Exif(None, "Make", "x"),),
    media_files=(MediaFile(file_name="ü.jpg", deleted=True),),
    other={"odata.id": "Media(7)", "N": [1.5, None]},
)


def _vics() -> Iterator[bytes]:
    for version in ("1.3", "2.0"):
        target = io.BytesIO()
        write_media_set(target, [_MEDIA, Media()], form=Form(version, Kind.MEDIA))
        yield target.getvalue()
        target = io.BytesIO()
        write_case(target, Case(case_number="1"), [_MEDIA], form=Form(version, Kind.CASES))
        yield target.getvalue().replace(b"false", b'"False"')
        yield b"\xef\xbb\xbf" + target.getvalue()
        yield target.getvalue().decode().encode("utf-16")


FORMAT_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {"vics": _vics}

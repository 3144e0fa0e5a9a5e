"""``/h``: the hash of a file that comes with the call."""

from __future__ import annotations

from typing import NoReturn

from ninja import Router

from cairn.api.bearer import Call, asked
from cairn.api.uploads import measured
from cairn.errors import InputError, NotComparable

router = Router()


@router.get("/hash")
def hash_of_address(request: Call, url: str = "") -> NoReturn:  # noqa: ARG001 - it is never fetched
    """Refuse: a node fetches nothing from anywhere."""
    asked(request)
    raise InputError("This node fetches nothing from an address; send the file.", code="hma.url")


@router.post("/hash")
def hash_of_file(request: Call) -> dict[str, str]:
    """Answer the PDQ hash of a picture; of one that is not comparable, an empty text."""
    asked(request)
    comparison = measured(file_of(request)).picture.comparison
    return {"pdq": "" if isinstance(comparison, NotComparable) else comparison.hex}


def file_of(request: Call) -> object:
    """Answer the one file that a call brings, as ``photo`` or ``video``.

    Raises:
        InputError: There is none, or there are several (``hma.file``).
    """
    files = [each for name in ("photo", "video") for each in request.FILES.getlist(name)]
    if len(files) != 1:
        raise InputError("Send one file, as 'photo' or as 'video'.", code="hma.file")
    return files[0]

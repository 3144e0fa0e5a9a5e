"""``/reports/parcels``: the files of a report in pieces, before the report itself is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ninja import Router
from pydantic import Field

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import Shape
from cairn.records.keys import Scope
from cairn.services.node.this_process import this_node
from cairn.services.receiving.arriving import CHUNK_BYTES, Part
from cairn.services.reports.parcels import (
    PARCEL_BYTES,
    drop_parcel,
    open_parcel,
    receive_piece,
    received_of,
    show_parcel,
)

if TYPE_CHECKING:
    from cairn.services.reports.parcels import Parcel

router = Router(tags=["reports"])
FileName = Annotated[str, Field(min_length=1, max_length=4096)]
Bytes = Annotated[int, Field(ge=0, le=PARCEL_BYTES)]
Modified = Annotated[int | None, Field(ge=0, le=10**14)]
PIECE = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the file from 'offset' on, at most 'part_bytes' of the parcel.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ParcelOut(Shape):
    """A parcel: how it is called, how much of a file comes at once, and what of it is here."""

    parcel: str
    part_bytes: int
    files: dict[str, int]
    half_sent: int

    @classmethod
    def of(cls, found: Parcel) -> ParcelOut:
        """Answer it as it is written."""
        return cls(
            parcel=found.name, part_bytes=CHUNK_BYTES, files=dict(found.files), half_sent=found.half_sent
        )


class ReceivedOut(Shape):
    """How many bytes of a file are here; the next piece begins there."""

    received: int


class DroppedOut(Shape):
    """The parcel that is no more."""

    parcel: str


@router.post(
    "/reports/parcels",
    auth=Bearer(Scope.REPORT),
    response={200: ParcelOut, **REFUSALS},
    summary="Open a parcel for files",
)
def open_(request: Call) -> ParcelOut:
    """Open a parcel for the files of a report. It is kept for a day after the last piece."""
    return ParcelOut.of(open_parcel(this_node().config, actor=asked(request).actor))


@router.get(
    "/reports/parcels/{parcel}",
    auth=Bearer(Scope.REPORT),
    response={200: ParcelOut, **REFUSALS},
    summary="See what of a parcel is here",
)
def show(request: Call, parcel: str) -> ParcelOut:
    """Say which files of a parcel are here as a whole, with their sizes."""
    return ParcelOut.of(show_parcel(this_node().config, parcel, actor=asked(request).actor))


@router.delete(
    "/reports/parcels/{parcel}",
    auth=Bearer(Scope.REPORT),
    response={200: DroppedOut, **REFUSALS},
    summary="Drop a parcel",
)
def drop(request: Call, parcel: str) -> DroppedOut:
    """Delete a parcel, and what came in it."""
    drop_parcel(this_node().config, parcel, actor=asked(request).actor)
    return DroppedOut(parcel=parcel)


@router.get(
    "/reports/parcels/{parcel}/file",
    auth=Bearer(Scope.REPORT),
    response={200: ReceivedOut, **REFUSALS},
    summary="Ask how much of a file is here",
)
def received(request: Call, parcel: str, name: FileName, size: Bytes) -> ReceivedOut:
    """Say how many bytes of a file of ``size`` bytes are here."""
    actor = asked(request).actor
    return ReceivedOut(received=received_of(this_node().config, parcel, name, size, actor=actor))


@router.put(
    "/reports/parcels/{parcel}/file",
    auth=Bearer(Scope.REPORT),
    response={200: ReceivedOut, **REFUSALS},
    summary="Send a piece of a file",
    openapi_extra=PIECE,
)
def receive(
    request: Call, parcel: str, name: FileName, size: Bytes, offset: Bytes, modified: Modified = None
) -> ReceivedOut:
    """Keep a piece of a file. One that does not begin where what is here ends is not read.

    ``modified`` is when the file says that it was changed, in milliseconds since 1970.
    """
    actor = asked(request).actor
    part = Part(name, size, offset, modified)
    return ReceivedOut(received=receive_piece(this_node().config, parcel, part, request, actor=actor))

"""Files that go to a node in pieces, so that a line that breaks costs one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cairn.client.connection import Connection


def send_files(connection: Connection, files: Mapping[str, Path]) -> str:
    """Send the files, each by its name, into a new parcel, and answer how that is called.

    Raises:
        ApiError: The node refuses, or does not answer.
        OSError: A file cannot be read.
    """
    opened = connection.post("reports/parcels", b"", {}, again=False)
    place = f"reports/parcels/{opened['parcel']}/file"
    for name, path in files.items():
        _send(connection, place, name, path, piece_bytes=opened["part_bytes"])
    return str(opened["parcel"])


def _send(connection: Connection, place: str, name: str, path: Path, *, piece_bytes: int) -> None:
    found = path.stat()
    about = {"name": name, "size": found.st_size, "modified": found.st_mtime_ns // 1_000_000}
    with path.open("rb") as stream:
        offset = 0
        while True:
            stream.seek(offset)
            piece = stream.read(piece_bytes)
            if not piece and offset < found.st_size:
                raise OSError("A file became shorter while it was sent.")
            offset = connection.put(place, {**about, "offset": offset}, piece)["received"]
            if offset >= found.st_size:
                return

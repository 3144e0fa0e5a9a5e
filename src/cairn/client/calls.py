"""The calls of the API, as Python has them: batches are cut, pages are turned, calls are not done twice."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from cairn.client.connection import TIMEOUT_S, Connection
from cairn.client.form import form
from cairn.client.parcel import send_files

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

BATCH_HASHES = 10_000
"""As many as one call takes."""
BATCH_PHOTODNA = 200
"""The same of PhotoDNA values."""
BATCH_SIGHTINGS = 500
"""The same of what is registered."""
TAKING_S = 900.0
"""How long the node may take to measure the files of a report: as many as a parcel holds."""
FOLLOWING_S = 300.0
"""How long it may take to follow a video: several times what it gives to one, for it may be busy."""
_KINDS = ("sha256", "sha1", "md5", "pdq", "photodna")


@dataclass(frozen=True, slots=True)
class Hit:
    """A hash of which something is known.

    Attributes:
        kind: ``sha256``, ``sha1``, ``md5``, ``pdq`` or ``photodna``.
        hash: The hash, as it was asked.
        verdict: The one word; ``None`` for a reporter, who is told that it matches, and nothing else.
        matches: What it meets, as the API answers it, each with its whole series in ``series``.
        listed: What hash lists say of it, as the API answers it, each with its whole list in ``list``.
    """

    kind: str
    hash: str
    verdict: str | None
    matches: tuple[dict[str, Any], ...] = ()
    listed: tuple[dict[str, Any], ...] = ()


class Client:
    """A node, as a program with a key sees it; close it, or use it in a ``with`` statement.

    Args:
        address: Where the node is, such as ``https://node.example``.
        key: As ``cairn key create`` has printed it.
        tls: How the node is proven, and what proves this program to it; ``None`` for the system's way.
        timeout_s: How long to wait for an answer.

    Raises:
        ValueError: The address is none, or is plain HTTP to another machine.
    """

    def __init__(
        self, address: str, *, key: str, tls: ssl.SSLContext | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Take where the node is; nothing is sent yet."""
        self._connection = Connection(address, key=key, tls=tls, timeout_s=timeout_s)

    def __enter__(self) -> Self:
        """Answer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def look_up(
        self,
        *,
        sha256: Sequence[str] = (),
        sha1: Sequence[str] = (),
        md5: Sequence[str] = (),
        pdq: Sequence[str] = (),
        photodna: Sequence[str] = (),
        case: str = "",
    ) -> Iterator[Hit]:
        """Yield the hashes of which something is known; all others are new to the node.

        Any number can be asked: they are sent in batches.

        Raises:
            ApiError: The node refuses, or does not answer.
        """
        for kind, hashes in zip(_KINDS, (sha256, sha1, md5, pdq, photodna), strict=True):
            most = BATCH_PHOTODNA if kind == "photodna" else BATCH_HASHES
            for start in range(0, len(hashes), most):
                batch = hashes[start : start + most]
                yield from _hits(kind, batch, self._post("lookup", {kind: list(batch), "case": case}))

    def check(self, file: Path, *, case: str = "") -> Any:
        """Answer what is known of a file, which is sent to the node and forgotten there.

        Raises:
            ApiError: The node refuses, or does not answer.
            OSError: The file cannot be read.
        """
        kind, body = form({"case": case}, file=(file.name, file.read_bytes()))
        sent = {"Content-Type": kind}
        return self._connection.post("check", body, sent, again=True, patience_s=FOLLOWING_S)

    def register(
        self,
        sightings: Sequence[Mapping[str, str]],
        *,
        case: str,
        exhibit: str,
        source: str | None = None,
        found_at: str | None = None,
    ) -> tuple[int, int]:
        """Record what was found in a case of your own; answer how many were sent, and how many are new to it.

        Any number can be sent: they go in batches, each of which is done once even where it is sent again.

        Args:
            sightings: Each has an ``address``, and an ``md5``, a ``sha1``, or both; a ``sha256`` beside them.
            case: The case; it is opened where there is none.
            exhibit: Of the case.
            source: Such as ``company-report``; what is usual for your authority where nothing is said.
            found_at: When they were met, with its time zone.

        Raises:
            ApiError: The node refuses, or does not answer.
        """
        place = {"case": case, "exhibit": exhibit, "source": source, "found_at": found_at}
        asked, added = 0, 0
        for start in range(0, len(sightings), BATCH_SIGHTINGS):
            rows = [dict(each) for each in sightings[start : start + BATCH_SIGHTINGS]]
            done = self._post("sightings", {**place, "sightings": rows}, _once())
            asked, added = asked + done["asked"], added + done["added"]
        return asked, added

    def report(
        self, report: Mapping[str, Any] | bytes, *, files: Mapping[str, Path] = MappingProxyType({})
    ) -> list[dict[str, Any]]:
        """Hand a report in, and answer how the node acknowledges each report in it.

        Args:
            report: Cairn's own report as values, or a file's bytes: that report as JSON, or XML.
            files: What belongs to it, each by the name at which the report calls it. They go in pieces, and
                what has arrived is not sent again.

        Raises:
            ApiError: The node refuses, or does not answer.
            OSError: A file cannot be read.
        """
        raw = report if isinstance(report, bytes) else json.dumps(report).encode()
        kind = "application/xml" if raw.lstrip()[:1] == b"<" else "application/json"
        headers = {"Content-Type": kind, **_once()}
        if not files:
            return list(self._connection.post("reports", raw, headers, again=True)["reports"])
        parcel = send_files(self._connection, files)
        place = f"reports?parcel={parcel}"
        done = self._connection.post(place, raw, headers, again=True, patience_s=TAKING_S)
        return list(done["reports"])

    def reports(self, *, page: int = 100) -> Iterator[dict[str, Any]]:
        """Yield the reports that the authority has handed in, the newest first, with what came of each.

        Raises:
            ApiError: The node refuses, or does not answer.
        """
        return self._pages("reports", most=page)

    def withdraw_report(self, number: int, *, reason: str) -> Any:
        """Take a report back, and answer it.

        Raises:
            ApiError: The node refuses, or does not answer.
        """
        return self._post(f"reports/{number}/withdrawal", {"reason": reason})

    def alerts(
        self, *, kind: str | None = None, with_read: bool = False, page: int = 100
    ) -> Iterator[dict[str, Any]]:
        """Yield the alerts to the authority, the newest first, asked for a page at a time.

        Raises:
            ApiError: The node refuses, or does not answer.
        """
        return self._pages("alerts", kind=kind, with_read=with_read, most=page)

    def links(
        self, *, series: str | None = None, only_open: bool = False, page: int = 100
    ) -> Iterator[dict[str, Any]]:
        """Yield the links, the strongest first, asked for a page at a time.

        Raises:
            ApiError: The node refuses, or does not answer.
        """
        return self._pages("links", series=series, only_open=only_open, most=page)

    def statistics(self, *, scope: str = "own") -> Any:
        """Answer all statistics, of the own authority or of the ``alliance``.

        Raises:
            ApiError: The node refuses, or does not answer.
        """
        return self._connection.get("statistics", {"scope": scope})

    def _post(self, path: str, body: dict[str, Any], more: Mapping[str, str] = MappingProxyType({})) -> Any:
        headers = {"Content-Type": "application/json", **more}
        return self._connection.post(path, json.dumps(body).encode(), headers, again=True)

    def _pages(self, name: str, **query: object) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._connection.get(name, {**query, "cursor": cursor})
            yield from page[name]
            cursor = page["next"]
            if cursor is None:
                return


def _once() -> dict[str, str]:
    """Answer the header by which the node knows a call that is sent again."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def _hits(kind: str, batch: Sequence[str], answer: dict[str, Any]) -> Iterator[Hit]:
    for position in answer.get("matches", {}).get(kind, ()):
        yield Hit(kind, batch[position], None)
    series = {row["facts"]["id"]: row["facts"] for row in answer.get("series", ())}
    lists = {row["facts"]["id"]: row["facts"] for row in answer.get("lists", ())}
    for hit in answer.get("hits", ()):
        matches = (
            {**each, "series": [series[number] for number in each["series"]]} for each in hit["matches"]
        )
        listed = ({**each, "list": lists[each["list"]]} for each in hit.get("listed", ()))
        yield Hit(kind, batch[hit["position"]], hit["verdict"], tuple(matches), tuple(listed))

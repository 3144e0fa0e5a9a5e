"""Fetching goes on where it was, honours tombstones, stays at its address and within its bounds."""

from __future__ import annotations

import io
import json
import ssl
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cairn.errors import ConfigurationError, PeerError
from cairn.exchange import connection, ncmec, stopncii
from cairn.exchange.connection import Service, StaleError
from cairn.exchange.kept import Word, kept_at
from cairn.exchange.source import Secret, Source, SourceKind
from cairn.intake.lists import ListEntry, read_shared_entries
from cairn.intake.lists.stopncii import read_stopncii
from exchange.services_of_others import Answer, Asked, Sharing, played

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cairn.exchange.kept import Kept

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MD5 = [f"{number:032x}" for number in range(1, 10)]


def source_at(address: str, kind: SourceKind = SourceKind.NCMEC) -> Source:
    return Source(kind, address, "user", Secret(variable="X"), None, None, "List", {})


@contextmanager
def service(
    answer: Callable[[Asked], Answer], headers: dict[str, str] | None = None
) -> Iterator[tuple[Service, list[float]]]:
    """Answer a service that is played, and for how long it was waited."""
    waited: list[float] = []
    with played(answer) as address:
        sent = ncmec.credentials("user", "secret") if headers is None else headers
        with closing(Service(source_at(address), headers=sent, wait=waited.append)) as found:
            yield found, waited


def hashes(kept: Kept) -> set[str]:
    """Answer the MD5 of what stands, as the list's own reader reads it."""
    text = "".join(ncmec.combined(kept)).encode()
    read = [each for each in read_shared_entries(io.BytesIO(text)) if isinstance(each, ListEntry)]
    assert len(read) == kept.standing()
    return {each.md5.hex() for each in read if each.md5}


def test_only_what_has_changed_is_fetched_and_tombstones_take_entries_back(tmp_path: Path) -> None:
    sharing = Sharing()
    for number, name in enumerate("abcde"):
        sharing.put(name, "2026-11-20T00:00:00Z", md5=MD5[number], shape="video" if name == "e" else "image")
    with service(sharing) as (there, _), kept_at(tmp_path / "kept") as kept:
        came: list[int] = []
        assert ncmec.pull(there, kept, now=NOW, watch=came.append) == 3
        assert (came, hashes(kept)) == ([2, 4, 5], set(MD5[:5]))
        sharing.put("a", "2026-11-27T12:30:00Z", md5=None)
        sharing.put("b", "2026-11-27T12:40:00Z", md5=MD5[7])
        sharing.put("e", "2026-11-27T12:45:00Z", md5=None, shape="video")
        assert ncmec.pull(there, kept, now=NOW + timedelta(hours=1)) == 2
        assert hashes(kept) == {MD5[7], MD5[2], MD5[3]}
        assert sharing.asked[-2].query["from"] == "2026-11-27T11:00:00Z"
        sharing.put("b", "2026-11-27T12:20:00Z", md5=MD5[8])  # An older word that comes late.
        ncmec.pull(there, kept, now=NOW + timedelta(hours=2))
        assert MD5[7] in hashes(kept)


def test_a_fetch_that_was_stopped_goes_on_with_its_window(tmp_path: Path) -> None:
    sharing = Sharing()
    for number, name in enumerate("abcde"):
        sharing.put(name, "2026-11-20T00:00:00Z", md5=MD5[number])

    def stop(came: int) -> None:
        if came == 4:
            raise KeyboardInterrupt

    with service(sharing) as (there, _):
        with kept_at(tmp_path / "kept") as kept, pytest.raises(KeyboardInterrupt):
            ncmec.pull(there, kept, now=NOW, watch=stop)
        with kept_at(tmp_path / "kept") as kept:
            assert len(hashes(kept)) == 4
            later = NOW + timedelta(hours=1)
            assert ncmec.pull(there, kept, now=later) == 1
            assert (sharing.asked[-1].query["start"], len(hashes(kept))) == ("4", 5)
            assert kept.place("since") == "2026-11-27T12:00:00Z"
            assert kept.place("after") is None


@pytest.mark.parametrize("hours", [1, 12])
def test_an_address_that_went_stale_begins_the_window_again(tmp_path: Path, hours: int) -> None:
    sharing = Sharing(page=1)
    for number, name in enumerate("abc"):
        sharing.put(name, "2026-11-20T00:00:00Z", md5=MD5[number])

    def stop(came: int) -> None:
        raise KeyboardInterrupt

    with service(sharing) as (there, _), kept_at(tmp_path / "kept") as kept:
        with pytest.raises(KeyboardInterrupt):
            ncmec.pull(there, kept, now=NOW, watch=stop)
        sharing.forget()
        ncmec.pull(there, kept, now=NOW + timedelta(hours=hours))
        assert hashes(kept) == set(MD5[:3])
        later = f"2026-11-2{7 + (hours == 12)}T{12 if hours == 1 else 0:02}:00:00Z"
        assert kept.place("since") == later


@pytest.mark.parametrize(
    "next_",
    ["http://elsewhere.example/x", "/other?x=1", "/v2/entries?a b", "/v2/entries?a#b", "/v2/entries?\u00e9"],
)
def test_an_answer_leads_to_no_other_place(tmp_path: Path, next_: str) -> None:
    asked: list[Asked] = []

    def answer(each: Asked) -> Answer:
        asked.append(each)
        return Answer(f"<queryResult><paging><next>{next_}</next></paging></queryResult>".encode())

    is_refused = pytest.raises(PeerError, match="none of its own")
    with service(answer) as (there, _), kept_at(tmp_path / "kept") as kept, is_refused:
        ncmec.pull(there, kept, now=NOW)
    assert len(asked) == 1


def test_an_absolute_address_is_followed_at_the_service_s_own_address_alone(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(each: Asked) -> Answer:
        asked.append(each.path)
        next_ = "<paging><next>https://elsewhere.example/v2/entries?start=2</next></paging>"
        return Answer(f"<queryResult>{'' if 'start' in each.query else next_}</queryResult>".encode())

    with service(answer) as (there, _), kept_at(tmp_path / "kept") as kept:
        ncmec.pull(there, kept, now=NOW)
    assert asked == ["/base/v2/entries"] * 2


LOOPING = b"<queryResult><paging><next>/v2/entries?start=1</next></paging></queryResult>"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aa">]><queryResult>&a;</queryResult>'


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(b"<queryResult>"), "peer.answer"),
        (Answer(b"<other/>"), "peer.answer"),
        (Answer(BOMB), "peer.answer"),
        (Answer(LOOPING), "peer.answer"),
        (Answer(status=401), "peer.refused"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:1/"}), "peer.answer"),
        (Answer(status=404), "peer.stale"),
        (Answer(status=503, headers={"Retry-After": "900"}), "peer.answer"),
        (Answer(status=0), "peer.lost"),
        (Answer(b"x" * 2000), "peer.answer"),
    ],
)
def test_what_is_no_answer_is_said_and_nothing_is_lost(
    tmp_path: Path, answer: Answer, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MOST_ANSWER_BYTES", 1000)
    with service(lambda _: answer) as (there, waited), kept_at(tmp_path / "kept") as kept:
        kept.take([Word("image 42 a", 1, "<image/>")], {"since": "2026-11-26T00:00:00Z"})
        with pytest.raises(PeerError) as caught:
            ncmec.pull(there, kept, now=NOW)
        assert (caught.value.code, kept.standing(), kept.place("since")) == (code, 1, "2026-11-26T00:00:00Z")
        assert (waited == [1, 2, 4]) is (answer.status == 0)


def test_what_is_passing_is_asked_again(tmp_path: Path) -> None:
    answers = [Answer(status=429, headers={"Retry-After": "7"}), Answer(status=0), Answer(b"<queryResult/>")]
    with service(lambda _: answers.pop(0)) as (there, waited), kept_at(tmp_path / "kept") as kept:
        assert ncmec.pull(there, kept, now=NOW) == 1
    assert waited == [7, 2]


def test_times_that_cannot_be_read_or_are_still_to_come_count_as_now(tmp_path: Path) -> None:
    sharing = Sharing(page=9)
    sharing.put("a", "2026-11-20T00:00:00", md5=MD5[0])
    sharing.put("b", "2026-11-21", md5=MD5[1])
    sharing.entries["c"] = (
        "2026-11-22",
        sharing.entries["b"][1].replace("2026-11-21", "soon").replace(">b<", ">c<"),
    )
    sharing.entries["d"] = (
        "2026-11-22",
        sharing.entries["b"][1].replace("2026-11-21", "2031-01-01").replace(">b<", ">d<"),
    )
    sharing.entries["e"] = "2026-11-22", "<image><id>e</id></image>"
    with service(sharing) as (there, _), kept_at(tmp_path / "kept") as kept:
        ncmec.pull(there, kept, now=NOW)
        assert kept.standing() == 4
        kept.take([Word(f"image 42 {name}", int(NOW.timestamp()), "") for name in "abcd"], {})
        assert kept.standing() == 0


def test_certificates_that_are_none_are_said_and_others_are_not_believed(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("none")
    far = replace(source_at("https://127.0.0.1:1/x"), ca_file=tmp_path / "ca.crt")
    with pytest.raises(ConfigurationError, match="certificates"):
        Service(far, headers={})
    there = Service(source_at("https://127.0.0.1:1/x"), headers={})

    def refused(*_: Any, **__: Any) -> None:
        raise ssl.SSLCertVerificationError

    there._open.request = refused  # type: ignore[method-assign]
    with pytest.raises(PeerError, match="not believed"):
        there.get("/x")


def test_a_damaged_file_of_what_was_fetched_is_begun_anew(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    with kept_at(place) as kept:
        kept.take([Word("image 1 a", 1, "<image/>", "TLP:RED")], {"since": "x"})
        assert (kept.markings(), list(kept.records("image ")), list(kept.records("video "))) == (
            ["TLP:RED"],
            ["<image/>"],
            [],
        )
    place.write_bytes(b"no database at all" * 100)
    with kept_at(place) as kept:
        assert (kept.standing(), kept.place("since")) == (0, None)
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigurationError, match="cannot be written"), kept_at(tmp_path / "folder"):
        pass


class Records:
    """StopNCII, played: records with their times, in pages, and when to ask again."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self.records = records
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        wanted = {"x-functions-key": "f", "Ocp-Apim-Subscription-Key": "s"}
        sent = {name.lower(): value for name, value in asked.headers.items()}
        if asked.path != "/base/FetchHashes" or any(
            sent.get(key.lower()) != each for key, each in wanted.items()
        ):
            return Answer(status=401)
        since, place = int(asked.query["startTimestamp"]), asked.query.get("nextPageToken", "0")
        if not place.isdecimal():
            return Answer(status=400)
        found = [each for each in self.records if each["lastModtimestamp"] >= since]
        start = int(place)
        page = found[start : start + 2]
        more = start + 2 < len(found)
        body = {
            "count": len(page),
            "nextPageToken": str(start + 2) if more else "",
            "nextSetTimestamp": max((each["lastModtimestamp"] for each in found), default=since),
            "hasMoreRecords": more,
            "hashRecords": page,
        }
        return Answer(json.dumps(body).encode())


def record(kind: str, value: str, at: int, status: str = "Active") -> dict[str, Any]:
    return {
        "lastModtimestamp": at,
        "signalType": kind,
        "hashValue": value,
        "hashStatus": status,
        "caseNumbers": {"c-1": status},
        "CSPFeedbacks": [{"feedbackValue": "Blocked", "tags": ["t"], "source": "csp"}],
    }


def test_a_record_whose_state_is_no_word_is_one_that_stands() -> None:
    record = {"signalType": "VideoMD5", "hashValue": "a", "hashStatus": {"a": "b"}}
    raw = json.dumps({"hasMoreRecords": False, "hashRecords": [record]}).encode()
    (word,) = stopncii.read_page(raw)[1]
    assert json.loads(word.record) == record


def test_records_of_stopncii_come_with_their_cases_and_go_when_they_are_withdrawn(tmp_path: Path) -> None:
    pdq = "f" * 32 + "0" * 32
    played_ = Records(
        [record("ImagePDQ", pdq, 100), record("VideoMD5", MD5[0], 200), record("VideoTMK", "x", 300)]
    )
    headers = stopncii.credentials("f", "s")
    with service(played_, headers) as (there, _), kept_at(tmp_path / "kept") as kept:
        came: list[int] = []
        assert stopncii.pull(there, kept, now=NOW, watch=came.append) == 2
        assert came == [2, 3]
        text = "".join(stopncii.combined(kept)).encode()
        read = [each for each in read_stopncii(io.BytesIO(text)) if isinstance(each, ListEntry)]
        assert {each.pdq.hex() if each.pdq else "" for each in read} == {pdq, ""}
        facts = read[0].facts
        assert facts == {
            "caseNumbers/c-1": "Active",
            "CSPFeedbacks/1/feedbackValue": "Blocked",
            "CSPFeedbacks/1/tags/1": "t",
            "CSPFeedbacks/1/source": "csp",
        }
        played_.records.append(record("ImagePDQ", pdq, 400, "Withdrawn"))
        stopncii.pull(there, kept, now=NOW)
        assert played_.asked[-1].query["startTimestamp"] == "300"
        assert (kept.standing(), kept.place("since")) == (2, "400")
        kept.take([], {"token": "stale", "at": str(int(NOW.timestamp()))})
        stopncii.pull(there, kept, now=NOW)
        assert "nextPageToken" not in played_.asked[-1].query
        assert "".join(stopncii.combined(kept)).startswith('{"hashRecords": [')


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"hashRecords": []}',
        b'{"hashRecords": [], "hasMoreRecords": true}',
        b'{"hashRecords": [], "hasMoreRecords": true, "nextPageToken": "1"}',
    ],
)
def test_what_is_no_page_of_records_is_said(tmp_path: Path, body: bytes) -> None:
    with service(lambda _: Answer(body), {}) as (there, _), kept_at(tmp_path / "kept") as kept:
        with pytest.raises(PeerError) as caught:
            stopncii.pull(there, kept, now=NOW)
        assert caught.value.code == "peer.answer"


def test_records_without_a_type_or_a_hash_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopncii, "MAX_RECORD_CHARS", 400)
    rows = [
        1,
        {},
        {"signalType": "x"},
        {"signalType": "x", "hashValue": "y" * 500},
        {"signalType": "x", "hashValue": "y"},
    ]
    body = json.dumps({"hashRecords": rows, "hasMoreRecords": False, "nextSetTimestamp": "soon"}).encode()
    with service(lambda _: Answer(body), {}) as (there, _), kept_at(tmp_path / "kept") as kept:
        stopncii.pull(there, kept, now=NOW)
        assert (kept.standing(), kept.place("since")) == (1, "10")
    gone, is_refused = service(lambda _: Answer(status=404), {}), pytest.raises(StaleError)
    with gone as (there, _), kept_at(tmp_path / "other") as kept, is_refused:
        stopncii.pull(there, kept, now=NOW)

"""What is written of entries, tombstones and feedback is what a reader of such services reads."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from cairn.exchange import ncmec
from cairn.exchange.sharing import (
    Member,
    Said,
    Shape,
    Shared,
    Tombstone,
    hash_text,
    members_xml,
    reasons_xml,
    result_xml,
    status_xml,
    taken_xml,
)
from cairn.exchange.voting import Hashed, vote
from cairn.intake.lists import ListEntry, Page, read_shared_entries
from cairn.intake.xml_records import Element, read_records

AT = datetime(2026, 11, 27, 12, 30, 15, 999, tzinfo=UTC)
WE, YOU = Member(7, "NL-UNIT"), Member(8, 'A & "B" <C>')
HASHES = {
    kind: hash_text(kind, bytes([1]) * size)
    for kind, size in {"md5": 16, "sha1": 20, "sha256": 32, "pdna": 144, "pdq": 32}.items()
}


def test_an_entry_is_read_again_as_it_was_written() -> None:
    own = {
        "list": "L",
        "tlp": "TLP:RED",
        "series": "Pier <1> & \x00\x0b\ufffe",
        "victim_identified": "true",
        "is_distributed": "false",
        "offender_identified": "perhaps",
        "size_bytes": "12",
        "reference": "47-11",
        "source": "a country",
    }
    feedback = [
        Said("MD5", YOU, AT, ()),
        Said("MD5", WE, AT, ("g-1", "g-2")),
        Said("SHA1", YOU, AT, ("g-1",)),
    ]
    entry = Shared(Shape.VIDEO, YOU, "id-1", AT, HASHES, "A1 <", own, feedback)
    found = [entry, Shared(Shape.IMAGE, WE, "id-2", AT, {"md5": HASHES["md5"]})]
    gone = Tombstone(Shape.IMAGE, WE, "id-3", AT)
    text = result_xml([*found, gone], "/v2/entries?from=a&to=b")
    *entries, page = read_shared_entries(io.BytesIO(text.encode()))
    assert page == Page(3, "2026-11-27T12:30:15Z", "/v2/entries?from=a&to=b")
    plain, tombstone, rich = (each for each in entries if isinstance(each, ListEntry))
    assert (plain.source, plain.reference, plain.media_type, plain.series) == ("7", "id-2", "image", None)
    assert (tombstone.reference, tombstone.is_withdrawn, tombstone.md5) == ("id-3", True, None)
    assert (rich.md5, rich.pdq, rich.photodna) == (bytes([1]) * 16, bytes([1]) * 32, bytes([1]) * 144)
    assert (rich.category, rich.reference, rich.source, rich.size_bytes) == ("A1 <", "47-11", "a country", 12)
    assert str(rich.series).strip() == "Pier <1> &"
    assert (rich.victim_identified, rich.is_distributed, rich.offender_identified) == (True, False, None)
    assert (rich.facts["member"], rich.facts["id"], rich.facts["cairnEntry@tlp"]) == (
        YOU.name,
        "id-1",
        "TLP:RED",
    )
    said = {path: text for path, text in rich.facts.items() if path.startswith("feedback/")}
    assert said["feedback/affirmativeFeedback@type"] == "MD5"
    assert said["feedback/negativeFeedback/reasons/reason@guid"] == "g-1"
    words, following = ncmec.read_page(text.encode(), 2**40)
    assert following == "/v2/entries?from=a&to=b"
    assert [each.marking for each in words] == ["", "", "TLP:RED"]
    assert [each.is_gone for each in words] == [False, True, False]


def test_a_size_that_is_none_is_left_out() -> None:
    for size in ("-1", "x", "1" * 19, "\u0661"):
        entry = Shared(Shape.IMAGE, WE, "id", AT, HASHES, own={"size_bytes": size})
        (read, _) = read_shared_entries(io.BytesIO(result_xml([entry], None).encode()))
        assert isinstance(read, ListEntry)
        assert (read.size_bytes, read.source) == (None, "NL-UNIT")


def test_a_page_without_entries_is_one() -> None:
    assert list(read_shared_entries(io.BytesIO(result_xml([], None).encode()))) == [Page(None, None, None)]


def test_who_asks_whose_entries_there_are_and_why_one_may_not_fit() -> None:
    status = root(status_xml(YOU, user="key-1", address="127.0.0.1"))
    assert [(each.name, each.text) for each in status.children] == [
        ("ipAddress", "127.0.0.1"),
        ("username", "key-1"),
        ("member", YOU.name),
    ]
    assert [each.attributes["id"] for each in root(members_xml([WE, YOU])).children] == ["7", "8"]
    reasons = root(reasons_xml({"g-1": 'no "good"'}, ["MD5", "PDQ"]))
    assert [each.attributes for each in reasons.children] == [
        {"guid": "g-1", "name": 'no "good"', "type": kind} for kind in ("MD5", "PDQ")
    ]
    assert (reasons.name, root(taken_xml()).name) == ("availableFeedbackReasons", "submissionResult")


def root(document: str) -> Element:
    *_, found = read_records(io.BytesIO(document.encode()), lambda _: False)
    return found


def test_a_word_on_a_hash_is_put_where_the_service_has_it_and_as_it_reads_it() -> None:
    put: list[tuple[str, bytes, str]] = []

    class Recording:
        def put(self, path: str, body: bytes, *, media_type: str) -> bytes:
            put.append((path, body, media_type))
            return b""

    of = Hashed("42", "a/b c", "MD5", b"1" * 16)
    vote(Recording(), of, None)  # type: ignore[arg-type]  # all of a service that is used
    vote(Recording(), of, {"MD5": "7f<"})  # type: ignore[arg-type]  # as above
    assert {path for path, _, _ in put} == {"/v2/entries/42/a%2Fb%20c/MD5/feedback"}
    bodies = [body.decode().partition("?>")[2] for _, body, _ in put]
    opening = '<feedbackSubmission xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'
    reasons = "<negative><reasonIds><guid>7f&lt;</guid></reasonIds></negative>"
    assert bodies == [f"{opening}{said}</feedbackSubmission>" for said in ("<affirmative/>", reasons)]

"""Hash sharing as others' programs fetch it: entries, tombstones, pages that hold, members, feedback."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from api.calls import Caller, api_of, key
from cairn.api.exchange import entries as entries_call
from cairn.exchange.sharing import NAMESPACE
from cairn.intake.lists import ListEntry, Page, read_shared_entries
from cairn.intake.xml_records import Element, read_records
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import Scope
from cairn.records.lists import Audience, HashList
from cairn.records.users import Role
from cairn.services.directory.acting import operator_of
from cairn.services.exchange import giving
from cairn.services.hash_lists.audience import share_list
from cairn.services.hash_lists.importing import NewList, import_list
from cairn.services.hash_lists.withdrawing import withdraw_version
from cairn.services.keeping.withdrawing import take_back, withdraw
from services.seizures import unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.services.node.opening import Node

PLACE = "exchange/v2/entries"


@pytest.fixture
def sqlite_api(sqlite_node: Node) -> Iterator[Node]:
    """As ``api``, on one database."""
    unit(sqlite_node, "BR-UNIT")
    with api_of(sqlite_node):
        yield sqlite_node


@pytest.fixture
def api(node: Node, tmp_path: Path) -> Iterator[Node]:
    """A node whose units NL-UNIT and BR-UNIT fetch from each other."""
    unit(node, "BR-UNIT")
    with api_of(node):
        yield node


def md5(number: int) -> str:
    return f"{number + 1:032x}"


def take_in(node: Node, *rows: str, folder: Path, name: str = "List", **said: Any) -> HashList:
    file = folder / f"{name}.csv"
    file.write_text(
        "md5,category,media type,series,victim identified\n" + "".join(f"{row}\n" for row in rows)
    )
    said = {"audience": Audience.ALLIANCE, "is_given_out": True, **said}
    return import_list(
        node, file, NewList(name=name, **said), actor=operator_of(node, "BR-UNIT")
    ).version.hash_list


def fetched(caller: Caller, place: str = PLACE, **query: str) -> tuple[list[ListEntry], str | None]:
    """Answer the entries of a page as Cairn's own reader reads them, and where the next page is."""
    found = caller.get(place, **query)
    assert (found.status, found.headers["Content-Type"]) == (200, "application/xml; charset=utf-8"), (
        found.body
    )
    read = list(read_shared_entries(io.BytesIO(found.body.encode())))
    page = read.pop()
    assert isinstance(page, Page)
    assert page.stated_count in {None, len(read)}
    return [each for each in read if isinstance(each, ListEntry)], page.next_address


def told(caller: Caller, **query: str) -> tuple[set[str], set[str]]:
    """Answer which MD5 one whole answer brings, and what it calls the entries that are gone."""
    entries, place = fetched(caller, **query)
    while place is not None:
        more, place = fetched(caller, f"exchange{place}")
        entries += more
    come = {each.md5.hex() for each in entries if each.md5 and not each.is_withdrawn}
    return come, {str(each.reference) for each in entries if each.is_withdrawn}


def names(caller: Caller) -> dict[str, str]:
    return {
        each.md5.hex(): str(each.reference)
        for each in fetched(caller)[0]
        if each.md5 and not each.is_withdrawn
    }


def test_an_entry_tells_what_the_list_says_and_what_may_be_done_with_it(
    sqlite_api: Node, tmp_path: Path
) -> None:
    take_in(
        sqlite_api,
        f"{md5(1)},A1,video/mp4,Pier <1>,yes",
        f"{md5(2)},,,,",
        folder=tmp_path,
        tlp="TLP:RED",
        source="M",
    )
    caller = Caller(key(sqlite_api.operator))
    found = caller.get(PLACE).body
    *records, _ = read_records(io.BytesIO(found.encode()), lambda names: names[-1] in {"image", "video"})
    picture, video = records
    assert (picture.name, video.name) == ("image", "video")
    member = video.find("member")
    assert member is not None
    assert (member.text, member.attributes["id"].isdecimal()) == ("BR-UNIT", True)
    assert (video.said("classification"), len(str(video.said("id")))) == ("A1", 32)
    assert _only(video, "fingerprints").said("md5") == md5(1)
    assert _only(video, "cairnEntry").attributes == {
        "list": "List",
        "maker": "M",
        "tlp": "TLP:RED",
        "handling_code": "H0",
        "series": "Pier <1>",
        "victim_identified": "true",
    }
    event = AuditEvent.objects.filter(tag=AuditTag.LIST_GIVEN).get()
    assert event.counts == {"entries": 2, "tombstones": 0}


def _only(element: Element, name: str) -> Element:
    (found,) = element.every(name)
    return found


def test_only_what_was_given_out_to_the_key_s_authority_is_told(api: Node, tmp_path: Path) -> None:
    unit(api, "FR-UNIT", country="FR")
    unit(api, "EX-HOTLINE", kind=AuthorityKind.HOTLINE)
    said: dict[str, dict[str, Any]] = {
        "Given": {},
        "Kept": {"is_given_out": False},
        "Own": {"audience": Audience.OWN},
        "Named": {"audience": Audience.NAMED, "named": ("FR-UNIT",)},
    }
    for number, (name, more) in enumerate(said.items()):
        take_in(api, f"{md5(number)},,,,", folder=tmp_path, name=name, **more)
    seen = {
        code: told(Caller(key(operator_of(api, code), role)))[0]
        for code, role in {
            "NL-UNIT": Role.INVESTIGATOR,
            "FR-UNIT": Role.INVESTIGATOR,
            "BR-UNIT": Role.INVESTIGATOR,
            "EX-HOTLINE": Role.HOTLINE_ANALYST,
        }.items()
    }
    assert seen == {
        "NL-UNIT": {md5(0)},
        "FR-UNIT": {md5(0), md5(3)},
        "BR-UNIT": {md5(0), md5(1), md5(2), md5(3)},
        "EX-HOTLINE": set(),
    }
    other = Caller(key(api.operator, Role.INVESTIGATOR, Scope.CHECK, Scope.LISTS_READ))
    assert [other.get(f"exchange/v2/{call}").status for call in ("entries", "members", "status")] == [404] * 3
    assert Caller(None).get(PLACE).status == 401
    basic = base64.b64encode(f"anybody:{key(api.operator)}".encode()).decode()
    members = Caller(None).get("exchange/v2/members", headers=f"Basic {basic}").body
    assert [each.text for each in _root(members).children] == ["NL-UNIT", "BR-UNIT"]
    assert _only(_root(Caller(key(api.operator)).get("exchange/v2/status").body), "member").text == "NL-UNIT"


def _root(document: str) -> Element:
    *_, root = read_records(io.BytesIO(document.encode()), lambda _: False)
    return root


def test_what_a_list_has_no_more_comes_as_a_tombstone_and_only_the_change_comes(
    api: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving, "CLOCKS_DIFFER", timedelta(0))
    clock = _Clock(monkeypatch)
    caller, owner = Caller(key(api.operator)), operator_of(api, "BR-UNIT")
    held = take_in(api, f"{md5(1)},,,,", f"{md5(2)},,video,,", folder=tmp_path)
    called = names(caller)
    clock.forward()
    assert told(caller, **{"from": clock.text}) == (set(), set())
    take_in(api, f"{md5(1)},,,,", f"{md5(3)},,,,", folder=tmp_path)
    assert told(caller, **{"from": clock.text}) == ({md5(3)}, {called[md5(2)]})
    later = names(caller)
    assert (later[md5(1)], md5(2) in later) == (called[md5(1)], False)
    clock.forward()
    withdraw(held, reason="an error", actor=owner)
    assert told(caller, **{"from": clock.text}) == (set(), {later[md5(1)], later[md5(3)]})
    clock.forward()
    take_back(held, reason="it was right", actor=owner)
    assert told(caller, **{"from": clock.text}) == ({md5(1), md5(3)}, set())
    assert told(caller) == ({md5(1), md5(3)}, {called[md5(2)]})
    clock.forward()
    withdraw_version(held, reason="an error", actor=owner)
    share_list(held, audience=Audience.OWN, actor=owner)
    assert told(caller, **{"from": clock.text}) == (set(), {later[md5(1)], later[md5(3)]})
    clock.forward()
    take_in(api, f"{md5(2)},,video,,", folder=tmp_path)
    assert told(caller, **{"from": clock.text}) == ({md5(2)}, set())


def test_whoever_missed_versions_is_given_the_difference_and_a_new_marking_the_whole(
    sqlite_api: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving, "CLOCKS_DIFFER", timedelta(0))
    clock = _Clock(monkeypatch)
    unit(sqlite_api, "FR-UNIT", country="FR")
    asks, never_asked = Caller(key(sqlite_api.operator)), Caller(key(operator_of(sqlite_api, "FR-UNIT")))
    versions = {
        "first": ("1,,,,", "2,A1,,,", "5,,,,", "6,,,,"),
        "second": ("1,,,,", "2,A1,,,", "3,,,,", "6,,,,"),
        "third": ("3,,,,", "2,A2,,,", "1,,,,"),
    }
    rows = {name: [f"{md5(int(row[0]))}{row[1:]}" for row in found] for name, found in versions.items()}
    take_in(sqlite_api, *rows["first"], folder=tmp_path)
    called = names(asks)
    clock.forward()
    take_in(sqlite_api, *rows["second"], folder=tmp_path)
    take_in(sqlite_api, *rows["third"], folder=tmp_path)
    changed = {md5(2), md5(3)}  # Of the second another category, the third new; the first stands as it did.
    assert told(asks, **{"from": clock.text}) == (changed, {called[md5(5)], called[md5(6)]})
    assert told(never_asked, **{"from": clock.text}) == ({md5(1), *changed}, set())
    assert told(asks)[0] == {md5(1), *changed}
    clock.forward()
    assert told(asks, **{"from": clock.text}) == (set(), set())
    take_in(sqlite_api, *rows["third"][::-1], folder=tmp_path, tlp="TLP:RED")
    assert told(asks, **{"from": clock.text}) == ({md5(1), *changed}, set())


class _Clock:
    """The clock by which questions are stamped, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = timezone.now()
        monkeypatch.setattr(entries_call, "timezone", self)

    def now(self) -> datetime:
        return self._now

    def forward(self) -> None:
        self._now += timedelta(hours=1)

    @property
    def text(self) -> str:
        return self._now.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_page_address_holds_while_lists_change(
    sqlite_api: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving, "PAGE_ENTRIES", 2)
    rows = [f"{md5(number)},,,," for number in range(5)]
    held = take_in(sqlite_api, *rows, folder=tmp_path)
    take_in(sqlite_api, *(f"{md5(number)},,,," for number in range(10, 13)), folder=tmp_path, name="Other")
    caller = Caller(key(sqlite_api.operator))
    assert len(told(caller)[0]) == 8
    first, place = fetched(caller)
    assert place is not None
    assert place.startswith("/v2/entries?")
    take_in(sqlite_api, *rows[:3], folder=tmp_path)  # What the page's list has is replaced in the meantime.
    entries, gone = told(caller)
    assert (len(entries), len(gone)) == (6, 2)
    rest, _ = fetched(caller, f"exchange{place}")
    assert all(each.md5 is None or each.md5.hex() in entries for each in rest)
    assert len(first) == 2
    withdraw(held, reason="an error", actor=operator_of(sqlite_api, "BR-UNIT"))
    assert fetched(caller, f"exchange{place}")[0] != []
    for wrong in ({"after": "x"}, {"after": "1.2.3.4"}, {"to": "yesterday"}):
        assert caller.get(PLACE, **wrong).status == 422


def test_feedback_is_kept_once_for_each_authority_and_told_with_the_entry(
    sqlite_api: Node, tmp_path: Path
) -> None:
    take_in(sqlite_api, f"{md5(1)},,,,", folder=tmp_path)
    take_in(sqlite_api, f"{md5(2)},,,,", folder=tmp_path, name="Hidden", audience=Audience.OWN)
    caller = Caller(key(sqlite_api.operator))
    (entry,) = fetched(caller)[0]
    hidden = names(Caller(key(operator_of(sqlite_api, "BR-UNIT"))))[md5(2)]
    reason = _root(caller.get("exchange/v2/feedback").body).children[0].attributes
    assert reason["type"] in {"MD5", "PDNA", "PDQ", "SHA1", "SHA256"}
    no = f"<negative><reasonIds><guid>{reason['guid']}</guid></reasonIds></negative>"
    place = f"exchange/v2/entries/{entry.facts['member@id']}/{entry.reference}/MD5/feedback"
    assert _said(caller, place, "<affirmative/>") == 200
    assert _said(caller, place, no) == 200
    (feedback,) = (each for each in fetched(caller)[0][0].facts.items() if each[0].endswith("@guid"))
    assert feedback[1] == reason["guid"]
    assert "NL-UNIT" in fetched(caller)[0][0].facts.values()
    wrong = {
        place: ("<negative/>", "<affirmative/><negative/>", "", no.replace(reason["guid"], "x")),
        place.replace("MD5", "SHA1"): (no,),
        place.replace(str(entry.reference), hidden): (no,),
        place.replace(str(entry.reference), "zz"): (no,),
    }
    assert {(path == place): _said(caller, path, body) for path, rows in wrong.items() for body in rows} == {
        True: 422,
        False: 404,
    }
    reading = Caller(key(sqlite_api.operator, Role.INVESTIGATOR, Scope.EXCHANGE_READ))
    assert _said(reading, place, no) == 404


def _said(caller: Caller, place: str, inside: str) -> int:
    body = f'<feedbackSubmission xmlns="https://hashsharing.ncmec.org/hashsharing/v2">{inside}</feedbackSubmission>'
    return caller._call("PUT", place, body.encode(), content_type="application/xml").status


def test_a_published_client_s_way_of_reading_gets_every_entry(
    sqlite_api: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers, times and addresses are read as strictly as the client of ThreatExchange reads them."""
    monkeypatch.setattr(giving, "PAGE_ENTRIES", 2)
    take_in(sqlite_api, *(f"{md5(number)},A1,image,," for number in range(5)), folder=tmp_path)
    caller, base = Caller(key(sqlite_api.operator)), "exchange"
    status = ET.fromstring(caller.get(f"{base}/v2/status").body)  # noqa: S314 - our own answer
    me = status.find(f"{{{NAMESPACE}}}member")
    assert me is not None
    assert (int(me.attrib["id"]) > 0, me.text) == (True, "NL-UNIT")
    found, place = {}, f"{base}/v2/entries?from=1970-01-01T00:00:00Z&to=2199-01-01T00:00:00Z"
    while place:
        root = ET.fromstring(caller.get(place).body)  # noqa: S314 - our own answer
        for group in (each for each in root if not each.tag.endswith("paging")):
            datetime.strptime(group.attrib["maxTimestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            for entry in group:
                parts = {each.tag.partition("}")[2]: each for each in entry}
                owner = int(parts["member"].attrib["id"])
                hashes = {each.tag.partition("}")[2]: each.text for each in parts["fingerprints"]}
                found[owner, parts["id"].text] = (hashes, parts["classification"].text)
        following = root.find(f"{{{NAMESPACE}}}paging/{{{NAMESPACE}}}next")
        place = "" if following is None else f"{base}{following.text}"
    assert sorted(str(hashes["md5"]) for hashes, _ in found.values()) == [md5(number) for number in range(5)]
    assert {category for _, category in found.values()} == {"A1"}

"""CyberTipline-style reports are read with every field that is known, and every other is kept."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.intake.reports import Classification, Item, Marker, PlaceKind, Report, Role, read_cybertip

MD5 = "0123456789abcdef0123456789abcdef"
REPORT = """<report>
 <incidentSummary>
  <incidentType>Online</incidentType>
  <escalateToHighPriority>a child is in danger</escalateToHighPriority>
  <reportAnnotations>
   <sextortion/><csamSolicitation>true</csamSolicitation><minorToMinorInteraction>1</minorToMinorInteraction>
   <spam>false</spam><later/>
  </reportAnnotations>
  <incidentDateTime>2024-05-01T10:00:00-04:00</incidentDateTime>
 </incidentSummary>
 <internetDetails>
  <webPageIncident thirdPartyHostedContent="true"><url>https://example.org/1</url></webPageIncident>
  <chatImIncident><chatClient>Chat</chatClient><screenName>nick</screenName></chatImIncident>
  <futureIncident><ipAddress>192.0.2.1</ipAddress></futureIncident>
 </internetDetails>
 <lawEnforcement><agencyName>Agency</agencyName></lawEnforcement>
 <reporter>
  <reportingPerson><firstName>A</firstName><lastName>B</lastName></reportingPerson>
  <companyName>Company</companyName>
 </reporter>
 <personOrUserReported><espIdentifier>u1</espIdentifier></personOrUserReported>
 <intendedRecipient><espIdentifier>u2</espIdentifier></intendedRecipient>
 <intendedRecipient><espIdentifier>u3</espIdentifier></intendedRecipient>
 <victim><espIdentifier>u4</espIdentifier></victim>
 <additionalInfo>More</additionalInfo>
</report>"""
FILE = f"""<fileDetails>
 <reportId>4564654</reportId><fileId>b07f</fileId><originalFileName>ü.jpg</originalFileName>
 <locationOfFile>https://example.org/1.jpg</locationOfFile>
 <fileViewedByEsp>true</fileViewedByEsp><exifViewedByEsp>false</exifViewedByEsp>
 <publiclyAvailable>0</publiclyAvailable><fileRelevance>Reported</fileRelevance>
 <fileAnnotations>
  <animeDrawingVirtualHentai/><potentialMeme/><viral/><possibleSelfProduction/><physicalHarm/><violenceGore/>
  <bestiality/><liveStreaming/><infant/><generativeAi/>
 </fileAnnotations>
 <industryClassification>A1</industryClassification>
 <originalFileHash hashType="MD5">{MD5.upper()}</originalFileHash>
 <originalFileHash hashType="SHA-1">{"ab" * 20}</originalFileHash>
 <originalFileHash hashType="SHA256">{"cd" * 32}</originalFileHash>
 <originalFileHash hashType="PhotoDNA">{"ef" * 144}</originalFileHash>
 <originalFileHash hashType="PDQ">{"12" * 32}</originalFileHash>
 <originalFileHash hashType="Odd">x</originalFileHash>
 <ipCaptureEvent>
  <ipAddress>192.0.2.1</ipAddress><eventName>Upload</eventName><dateTime>2024-05-01T10:00:00Z</dateTime>
  <possibleProxy>true</possibleProxy><port>443</port>
 </ipCaptureEvent>
 <deviceId><idType>IMEI</idType><idValue>1</idValue></deviceId>
 <details><nameValuePair><name>n</name><value>v</value></nameValuePair></details>
 <additionalInfo>one</additionalInfo><additionalInfo>two</additionalInfo>
</fileDetails>"""


def _read(text: str) -> list[Report | Item]:
    return list(read_cybertip(io.BytesIO(text.encode())))


def _report(text: str) -> Report:
    [report] = _read(text)
    assert isinstance(report, Report)
    return report


def _file(text: str) -> Item:
    [item] = _read(text)
    assert isinstance(item, Item)
    return item


def test_what_happened_and_how_urgent_it_is_is_read() -> None:
    report = _report(REPORT)
    assert (report.kind, report.reporter, report.note) == ("Online", "Company", "More")
    assert (report.is_urgent, report.urgency) == (True, "a child is in danger")
    assert report.happened_at is not None
    assert report.happened_at.at == datetime(2024, 5, 1, 14, tzinfo=UTC)
    assert report.markers == (Marker.SEXTORTION, Marker.SOLICITATION, Marker.MINOR_TO_MINOR)
    assert report.doubts == ("The annotation 'later' is not known.",)


def test_where_it_was_seen_is_read_also_in_places_of_a_later_version() -> None:
    web, chat, other = _report(REPORT).seen
    assert (web.kind, web.address) == (PlaceKind.WEB, "https://example.org/1")
    assert (chat.kind, chat.address, chat.account) == (PlaceKind.CHAT, "Chat", "nick")
    assert (other.kind, other.ip) == (PlaceKind.OTHER, "192.0.2.1")
    assert other.facts[0] == ("futureIncident", "")


def test_whom_it_names_is_kept_with_their_role() -> None:
    people = _report(REPORT).people
    assert [each.role for each in people] == [
        Role.LAW_ENFORCEMENT,
        Role.REPORTER,
        Role.REPORTED,
        Role.RECIPIENT,
        Role.RECIPIENT,
        Role.VICTIM,
    ]
    assert people[4].facts == (("espIdentifier", "u3"),)


def test_a_file_is_read_with_every_field() -> None:
    item = _file(FILE)
    assert (item.reference, item.name, item.classification) == ("b07f", "ü.jpg", Classification.A1)
    assert (item.was_viewed, item.is_public) == (True, False)
    assert item.md5 == bytes.fromhex(MD5)
    assert (item.sha1, item.sha256, item.pdq) == (b"\xab" * 20, b"\xcd" * 32, b"\x12" * 32)
    assert item.photodna == b"\xef" * 144
    assert len(item.markers) == 10
    assert [(each.kind, each.address, each.ip, each.port, each.note) for each in item.seen] == [
        (PlaceKind.WEB, "https://example.org/1.jpg", None, None, None),
        (PlaceKind.OTHER, None, "192.0.2.1", 443, "Upload"),
    ]
    assert item.note == "one\ntwo"


@pytest.mark.parametrize("text", [REPORT, FILE])
def test_everything_that_is_said_is_kept_as_a_fact(text: str) -> None:
    [read] = _read(text)
    assert {said for _, said in read.facts} >= set(_texts(text))


def _texts(text: str) -> list[str]:
    pieces = [piece.partition("<")[0].strip() for piece in text.split(">")]
    return [piece for piece in pieces if piece and "=" not in piece]


def test_several_documents_under_one_root_are_read_in_their_order() -> None:
    together = _read(f"<all xmlns='x'>{REPORT}{FILE}<y:report xmlns:y='z'><victim/></y:report></all>")
    assert [type(each) for each in together] == [Report, Item, Report]


def test_files_within_a_report_are_its_items() -> None:
    report = _report(REPORT.replace("</report>", FILE + "</report>"))
    assert [each.reference for each in report.items] == ["b07f"]


def test_parts_in_another_order_are_doubted_and_read() -> None:
    report = _report(
        "<report><reporter/><incidentSummary><incidentType>x</incidentType></incidentSummary></report>"
    )
    assert report.doubts == ("The parts of 'report' stand in another order than due.",)
    assert report.kind == "x"
    swapped = "<incidentSummary><incidentDateTime>soon</incidentDateTime><incidentType/></incidentSummary>"
    assert _report(f"<report>{swapped}</report>").doubts == (
        "The parts of 'incidentSummary' stand in another order than due.",
        "'incidentDateTime' is no time.",
    )


def test_values_that_are_none_are_doubted_in_the_report_of_their_file() -> None:
    file = (
        "<fileDetails><industryClassification>Z</industryClassification>"
        "<originalFileHash hashType='MD5'>x</originalFileHash>"
        "<ipCaptureEvent><port>999999</port></ipCaptureEvent></fileDetails>"
    )
    report = _report(f"<report>{file}</report>")
    assert report.doubts == (
        "A hash that is called md5 is none.",
        "'industryClassification' is none of A1, A2, B1, B2.",
    )
    assert not report.items[0].has_hash
    assert report.items[0].seen[0].port is None


def test_a_report_that_is_not_escalated_is_not_urgent() -> None:
    assert not _report("<report/>").is_urgent
    summary = "<incidentSummary><escalateToHighPriority>false</escalateToHighPriority></incidentSummary>"
    assert not _report(f"<report>{summary}</report>").is_urgent


@pytest.mark.parametrize(
    "head", ["<!DOCTYPE r>", "<!DOCTYPE r [<!ENTITY e 'x'>]>", "<!DOCTYPE r SYSTEM 'file:///x'>"]
)
def test_hostile_xml_is_refused(head: str) -> None:
    with pytest.raises(InputError) as refused:
        _read(head + REPORT)
    assert refused.value.code == "xml.doctype"


NAMES = st.sampled_from(
    [
        "report",
        "fileDetails",
        "incidentSummary",
        "reportAnnotations",
        "originalFileHash",
        "ipCaptureEvent",
        "port",
        "x",
    ]
)


@given(st.recursive(st.text("ab<&", max_size=3), lambda below: st.tuples(NAMES, st.lists(below, max_size=4))))
def test_any_tree_of_elements_is_read(tree: object) -> None:
    assert all(isinstance(each, (Report, Item)) for each in _read(f"<all>{_xml(tree)}</all>"))


def _xml(tree: object) -> str:
    if isinstance(tree, tuple):
        name, below = tree
        return f"<{name} hashType='MD5'>{''.join(map(_xml, below))}</{name}>"
    return str(tree).replace("&", "&amp;").replace("<", "&lt;")

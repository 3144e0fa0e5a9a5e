"""Reports in the style of the CyberTipline: ``report`` and, for each file, ``fileDetails``, in XML.

The two come as documents of their own, or several together under one root; both ways are read. Elements have
a fixed order, and one that stands elsewhere is doubted and read. Everything, known or not, is kept as facts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

from cairn.intake.hash_text import parse_hexadecimal, parse_photodna
from cairn.intake.moments import moment
from cairn.intake.reports.values import Classification, Item, Marker, Person, PlaceKind, Report, Role, Seen
from cairn.intake.xml_records import Element, read_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

REPORT: Final = "report"
FILE: Final = "fileDetails"

REPORT_ORDER: Final = (
    "incidentSummary",
    "internetDetails",
    "lawEnforcement",
    "reporter",
    "personOrUserReported",
    "intendedRecipient",
    "victim",
    "additionalInfo",
)
SUMMARY_ORDER: Final = ("incidentType", "escalateToHighPriority", "reportAnnotations", "incidentDateTime")
FILE_ORDER: Final = (
    "reportId",
    "fileId",
    "originalFileName",
    "locationOfFile",
    "fileViewedByEsp",
    "exifViewedByEsp",
    "publiclyAvailable",
    "fileRelevance",
    "fileAnnotations",
    "industryClassification",
    "originalFileHash",
    "ipCaptureEvent",
    "deviceId",
    "details",
    "additionalInfo",
)
_PLACES: Final = {
    "webPageIncident": PlaceKind.WEB,
    "emailIncident": PlaceKind.EMAIL,
    "newsgroupIncident": PlaceKind.NEWSGROUP,
    "chatImIncident": PlaceKind.CHAT,
    "onlineGamingIncident": PlaceKind.GAMING,
    "cellPhoneIncident": PlaceKind.PHONE,
    "nonInternetIncident": PlaceKind.OFFLINE,
    "peer2peerIncident": PlaceKind.PEER_TO_PEER,
}
_ADDRESSES: Final = (
    "url",
    "address",
    "name",
    "emailAddress",
    "gameName",
    "chatClient",
    "client",
    "fileNames",
)
_ACCOUNTS: Final = ("screenName", "espIdentifier", "userName", "displayName")
_ROLES: Final = {
    "reporter": Role.REPORTER,
    "lawEnforcement": Role.LAW_ENFORCEMENT,
    "personOrUserReported": Role.REPORTED,
    "intendedRecipient": Role.RECIPIENT,
    "victim": Role.VICTIM,
}
_REPORT_MARKERS: Final = {
    "sextortion": Marker.SEXTORTION,
    "csamSolicitation": Marker.SOLICITATION,
    "minorToMinorInteraction": Marker.MINOR_TO_MINOR,
    "spam": Marker.SPAM,
}
_FILE_MARKERS: Final = {
    "animeDrawingVirtualHentai": Marker.DRAWN,
    "potentialMeme": Marker.MEME,
    "viral": Marker.VIRAL,
    "possibleSelfProduction": Marker.SELF_PRODUCED,
    "physicalHarm": Marker.PHYSICAL_HARM,
    "violenceGore": Marker.VIOLENCE,
    "bestiality": Marker.BESTIALITY,
    "liveStreaming": Marker.LIVE_STREAMING,
    "infant": Marker.INFANT,
    "generativeAi": Marker.GENERATIVE_AI,
}
_HASHES: Final[Mapping[str, Callable[[str], tuple[str, bytes | None]]]] = {
    "md5": lambda text: ("md5", parse_hexadecimal(text, 16)),
    "sha1": lambda text: ("sha1", parse_hexadecimal(text, 20)),
    "sha256": lambda text: ("sha256", parse_hexadecimal(text, 32)),
    "pdq": lambda text: ("pdq", parse_hexadecimal(text, 32)),
    "photodna": lambda text: ("photodna", parse_photodna(text)),
    "pdna": lambda text: ("photodna", parse_photodna(text)),
}
_PORT: Final = re.compile(r"[0-9]{1,5}")

TipRead: TypeAlias = "Report | Item"
"""A report, or a file that belongs to the report whose id its facts name."""


def read_cybertip(source: BinaryIO) -> Iterator[TipRead]:
    """Yield the reports and the files of a document, in its order.

    A ``fileDetails`` within a ``report`` becomes one of its items; one beside it is yielded as an item, and
    its fact ``reportId`` says where it belongs.

    Raises:
        InputError: As ``read_records``.
    """
    for element in read_records(source, lambda names: names[-1] in (REPORT, FILE)):
        if element.name == REPORT:
            yield _report(element)
        elif element.name == FILE:
            yield _item(element)[0]


def _report(element: Element) -> Report:
    summary = element.find("incidentSummary")
    annotations = summary.find("reportAnnotations") if summary else None
    escalation = summary.find("escalateToHighPriority") if summary else None
    files = [_item(each) for each in element.every(FILE)]
    markers, unknown = _markers(annotations, _REPORT_MARKERS)
    doubts = [*_disorder(element, (*REPORT_ORDER, FILE)), *unknown]
    if summary:
        doubts += _disorder(summary, SUMMARY_ORDER)
    happened = summary.said("incidentDateTime") if summary else None
    if happened and moment(happened) is None:
        doubts.append("'incidentDateTime' is no time.")
    return Report(
        reference=element.said("reportId"),
        kind=summary.said("incidentType") if summary else None,
        reporter=_reporter(element),
        happened_at=moment(happened),
        is_urgent=escalation is not None and escalation.text.lower() not in {"false", "0"},
        urgency=escalation.text or None if escalation is not None else None,
        markers=markers,
        seen=tuple(_places(element)),
        people=tuple(
            Person(_ROLES[each.name], tuple(each.walk())) for each in element.children if each.name in _ROLES
        ),
        items=tuple(item for item, _ in files),
        note=element.said("additionalInfo"),
        facts=tuple(element.walk()),
        doubts=(*doubts, *(doubt for _, doubted in files for doubt in doubted)),
    )


def _reporter(element: Element) -> str | None:
    reporter = element.find("reporter")
    texts = dict(reporter.walk()) if reporter else {}
    names = ("reportingPerson/companyName", "companyName", "espName", "reportingPerson/lastName")
    return next((texts[name] for name in names if texts.get(name)), None)


def _places(element: Element) -> Iterator[Seen]:
    for details in element.every("internetDetails"):
        for place in details.children:
            facts = tuple(place.walk())
            yield Seen(
                _PLACES.get(place.name, PlaceKind.OTHER),
                at=moment(_first(facts, ("incidentDateTime", "dateTime"))),
                address=_first(facts, _ADDRESSES),
                ip=_first(facts, ("ipAddress",)),
                account=_first(facts, _ACCOUNTS),
                facts=((place.name, place.text), *((f"{place.name}/{path}", text) for path, text in facts)),
            )


def _item(element: Element) -> tuple[Item, list[str]]:
    """Answer a file, and what is odd about it."""
    hashes: dict[str, bytes] = {}
    markers, doubts = _markers(element.find("fileAnnotations"), _FILE_MARKERS)
    doubts += _disorder(element, FILE_ORDER)
    for each in element.every("originalFileHash"):
        kind = "".join(sign for sign in each.attributes.get("hashType", "").lower() if sign.isalnum())
        name, value = _HASHES[kind](each.text) if kind in _HASHES else ("", None)
        if value is not None:
            hashes.setdefault(name, value)
        elif name:
            doubts.append(f"A hash that is called {name} is none.")
    stated = element.said("industryClassification")
    classification = next((each for each in Classification if each.value == (stated or "").upper()), None)
    if stated and not classification:
        doubts.append("'industryClassification' is none of A1, A2, B1, B2.")
    location = element.said("locationOfFile")
    seen = [Seen(PlaceKind.WEB, address=location)] if location else []
    item = Item(
        md5=hashes.get("md5"),
        sha1=hashes.get("sha1"),
        sha256=hashes.get("sha256"),
        pdq=hashes.get("pdq"),
        photodna=hashes.get("photodna"),
        reference=element.said("fileId"),
        name=element.said("originalFileName"),
        classification=classification,
        was_viewed=_flag(element.said("fileViewedByEsp")),
        is_public=_flag(element.said("publiclyAvailable")),
        markers=markers,
        seen=tuple(seen + [_capture(each) for each in element.every("ipCaptureEvent")]),
        note="\n".join(each.text for each in element.every("additionalInfo") if each.text) or None,
        facts=tuple(element.walk()),
    )
    return item, doubts


def _capture(event: Element) -> Seen:
    port = event.said("port") or ""
    return Seen(
        PlaceKind.OTHER,
        at=moment(event.said("dateTime")),
        ip=event.said("ipAddress"),
        port=int(port) if _PORT.fullmatch(port) else None,
        note=event.said("eventName"),
        facts=tuple(event.walk()),
    )


def _markers(
    annotations: Element | None, names: Mapping[str, Marker]
) -> tuple[tuple[Marker, ...], list[str]]:
    """Answer the markers that are set: an empty element is one, and one that says false is none."""
    if annotations is None:
        return (), []
    is_set = [each.name for each in annotations.children if each.text.lower() not in {"false", "0"}]
    unknown = [f"The annotation '{name}' is not known." for name in is_set if name not in names]
    return tuple(dict.fromkeys(names[name] for name in is_set if name in names)), unknown


def _flag(text: str | None) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").lower())


def _first(facts: Sequence[tuple[str, str]], names: Sequence[str]) -> str | None:
    """Answer the first text whose last name is one of these, in their order."""
    for name in names:
        for path, text in facts:
            if text and path.rpartition("/")[2] == name:
                return text
    return None


def _disorder(element: Element, order: Sequence[str]) -> list[str]:
    places = [order.index(each.name) for each in element.children if each.name in order]
    return (
        []
        if places == sorted(places)
        else [f"The parts of '{element.name}' stand in another order than due."]
    )

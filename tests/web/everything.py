"""One of everything that a page can show, for who looks at every page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import Authority
from cairn.records.check_orders import CheckOrder
from cairn.records.joint import JointInvestigation
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.people import Victim
from cairn.records.reports import Report
from cairn.records.series import Series
from cairn.services.alerting import status_changed
from cairn.services.joint.hand_over import offer_lead
from cairn.services.joint.investigations import open_investigation
from cairn.services.joint.workspace import add_task
from cairn.services.people.recording import PersonFacts, record_person
from cairn.services.series.words import add_alias, add_note
from services.alerting.records import identified, media, series, sighting
from services.judging import held, name_of, series_with, suggested
from web.people import signed_in
from web.routes import ROUTES

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

_REPORT = {
    "format": "cairn-report",
    "version": 1,
    "reference": "L-1",
    "reporter": "Line of hope",
    "country": "NL",
    "reported_at": "2026-05-01T10:00:00Z",
    "items": [{"hashes": {"sha256": name_of("reported")}}],
}


LOOKERS = {"investigator": "I", "supervisor": "S", "administrator": "D"}
"""Each page is looked at by the first of them whom it is for."""


def pages(login: str) -> list[str]:
    """Answer the addresses of all pages that this one of ``LOOKERS`` looks at, with parts to fill in."""
    found: list[str] = []
    for route, entry in ROUTES.items():
        if entry.status == 200 and entry.is_page:
            who = next((each for each, letter in LOOKERS.items() if letter in (entry.roles or "I")), "")
            assert who, f"nobody looks at {route}: name somebody in LOOKERS"
            found += ["/" + (entry.there or entry.example or route)] if who == login else []
    return found


def fill_everything(node: Node) -> dict[str, object]:
    """Fill the desk's node further, and answer the parts of the addresses of ``Route.there``."""
    client, line = signed_in("investigator"), signed_in("hotline-analyst")
    hashes = SimpleUploadedFile("list.csv", f"sha256,name\n{name_of('listed')},x\n".encode())
    assert client.post("/lists/import/", {"file": hashes, "name": "Of others"}).status_code == 302
    report = SimpleUploadedFile("report.json", json.dumps(_REPORT).encode())
    assert line.post("/reports/take/", {"file": report}).status_code == 200
    with as_the_node("a test sets its scene up"), transaction.atomic():
        _record(node)
        places = _places()
    wanted = {"file_format": "vics", "recipient": "Court", "tlp": "TLP:AMBER", "handling_code": "H1"}
    unwanted = {"kind": "series", "name": "Pebble", "reason": "a test", "sure": "yes"}
    deletion = client.post("/keeping/delete/", unwanted)
    assert deletion.status_code == 302, deletion.content.decode()
    asked = client.post(f"/exports/series/{places['series']}/", wanted)
    assert asked.status_code == 302, asked.content.decode()
    return {**places, "deletion": _number_in(deletion["Location"]), "export": _number_in(asked["Location"])}


def _number_in(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _record(node: Node) -> None:
    home, abroad = node.authority, Authority.objects.get(code="BR-UNIT")
    one, other = (held(word, home, abroad) for word in ("tile-1", "tile-2"))
    Media.objects.filter(pk=other.pk).update(media_type="image/jpeg")
    suggested(one, other)
    series_with(home, "Marble", one)
    offer_lead("Marble", to="BR-UNIT", actor=node.operator)
    add_note(Series.objects.get(name="Marble"), "The tiles are sold here.", actor=node.operator)
    add_alias(Series.objects.get(name="Marble"), "White", actor=node.operator)
    record_person(Victim, "V-1", PersonFacts(), actor=node.operator)
    open_investigation("Kitchen", invited=["BR-UNIT"], actor=node.operator)
    add_task("NL-UNIT/Kitchen", "Ask the shop", actor=node.operator)
    picture = media()
    solved = series(abroad, picture, name="Granite")
    sighting(picture, home)
    status_changed(identified(solved))


def _places() -> dict[str, object]:
    orders = dict(CheckOrder.objects.values_list("label", "pk"))
    first, second = name_of("tile-1")[:16], name_of("tile-2")[:16]
    return {
        "series": Series.objects.get(name="Marble").pk,
        "check": orders["phone"],
        "sent": orders["tablet"],
        "pair": f"{first}/{second}",
        "letter": Alert.objects.get(authority__code="NL-UNIT", kind=AlertKind.OUTCOME).number,
        "investigation": JointInvestigation.objects.get(name="Kitchen").pk,
        "report": Report.objects.get().number,
    }

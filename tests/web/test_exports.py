"""Exports at the desk: asked for, made beside it, fetched by those of the authority alone, and forgotten."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.utils.timezone import now

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.check_orders import CheckOrder
from cairn.records.export_orders import ExportOrder, ExportState
from cairn.records.lock import as_the_node
from cairn.records.series import Series
from cairn.records.users import User
from cairn.services.checking.holders import holder_of_this_process
from cairn.services.export_orders.making import KEPT, forget_old, make_one
from cairn.services.exports.verifying import verify_export
from web.people import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from cairn.services.node.opening import Node

WANTED = {"file_format": "vics", "recipient": "Court <of> Breda", "tlp": "TLP:AMBER", "handling_code": "H1"}


@pytest.fixture(scope="module")
def people(desk: Node) -> dict[str, Client]:
    return {who: signed_in(who) for who in ("investigator", "supervisor", "abroad")}


def numbered(name: str) -> int:
    with as_the_node("a test looks"):
        return Series.objects.get(name=name).pk


def page(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200, answer.content.decode()
    return unescape(answer.content.decode())


def ordered(client: Client, place: str, **typed: str) -> str:
    answer = client.post(place, typed)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def fetched(client: Client, place: str) -> bytes:
    answer = client.post(f"{place}file/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    return b"".join(answer)


def test_a_series_is_exported_sealed_and_fetched_by_its_own_authority_alone(
    people: dict[str, Client], desk: Node, tmp_path: Path
) -> None:
    place = ordered(people["investigator"], f"/exports/series/{numbered('Stone')}/", **WANTED)
    assert "waits" in page(people["investigator"], place)
    assert people["investigator"].post(f"{place}file/").status_code == 404
    assert make_one(desk)
    shown = page(people["supervisor"], place)
    assert ("Court <of> Breda" in shown, "series.json" in shown, "TLP:AMBER" in shown) == (True, True, True)
    with zipfile.ZipFile(io.BytesIO(fetched(people["supervisor"], place))) as packed:
        packed.extractall(tmp_path / "sent")
    assert verify_export(tmp_path / "sent", keys=()).holds
    assert "Stone" in page(people["supervisor"], "/exports/")
    assert people["abroad"].get(place).status_code == 404
    assert people["abroad"].post(f"{place}file/").status_code == 404
    assert "Stone" not in page(people["abroad"], "/exports/")
    with as_the_node("a test looks"):
        tags = list(AuditEvent.objects.filter(purpose__startswith="for Court").values_list("tag", flat=True))
    wanted = [AuditTag.EXPORT_ORDERED, AuditTag.SERIES_EXPORTED, AuditTag.EXPORT_FETCHED]
    assert tags == wanted


def test_what_was_made_is_not_fetched_once_it_may_no_longer_be_told(
    people: dict[str, Client], desk: Node
) -> None:
    place = ordered(people["investigator"], f"/exports/series/{numbered('Pebble')}/", **WANTED)
    make_one(desk)
    fetched(people["investigator"], place)
    with as_the_node("a test sets its scene up"):
        Series.objects.filter(name="Pebble").update(withdrawn_at=now())
    assert people["investigator"].post(f"{place}file/").status_code == 422
    with as_the_node("a test sets its scene up"):
        Series.objects.filter(name="Pebble").update(withdrawn_at=None)
    waits = ordered(people["investigator"], f"/exports/series/{numbered('Pebble')}/", **WANTED)
    with as_the_node("a test sets its scene up"):
        User.objects.filter(login="investigator").update(is_active=False)
    make_one(desk)
    with as_the_node("a test sets its scene up"):
        User.objects.filter(login="investigator").update(is_active=True)
    assert "may no longer be exported" in page(people["supervisor"], waits)


def test_an_answer_is_made_again_where_its_worker_was_killed_and_forgotten_after_a_week(
    people: dict[str, Client], desk: Node
) -> None:
    with as_the_node("a test looks"):
        check = CheckOrder.objects.get(label="phone").pk
    place = ordered(people["investigator"], f"/checks/{check}/export/csv/")
    number = int(place.split("/")[2])
    (desk.config.exports_folder / f"{number}.part").mkdir(parents=True)
    with as_the_node("a test sets its scene up"):
        left = {"state": ExportState.RUNNING, "lease_holder": holder_of_this_process()}
        ExportOrder.objects.filter(pk=number).update(**left)
    assert make_one(desk)
    assert not make_one(desk)
    assert b"address,verdict" in fetched(people["investigator"], place)[:3000]
    with as_the_node("a test sets its scene up"):
        ExportOrder.objects.filter(pk=number).update(made_at=now() - KEPT - timedelta(minutes=1))
    forget_old(desk)
    assert not (desk.config.exports_folder / str(number)).exists()
    assert people["investigator"].post(f"{place}file/").status_code == 404
    assert "Its file is deleted" in page(people["investigator"], place)


def test_what_cannot_be_exported_is_told_before_anybody_waits(people: dict[str, Client]) -> None:
    client, place = people["investigator"], f"/exports/series/{numbered('Stone')}/"
    for wrong in ({"file_format": "case-uco"}, {"recipient": ""}, {"handling_code": "H3"}, {"case": "none"}):
        assert client.post(place, {**WANTED, **wrong}).status_code == 422, wrong
    assert client.post("/exports/case/", {**WANTED, "case": "none"}).status_code == 422
    assert people["abroad"].post(place, WANTED).status_code == 404

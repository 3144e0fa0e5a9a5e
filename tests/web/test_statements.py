"""A page asks as many questions of the records for many rows as for a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from cairn.records.authorities import Authority
from cairn.records.lock import as_the_node
from cairn.records.people import Victim
from cairn.records.series import Series
from cairn.services.alerting import status_changed
from cairn.services.joint.workspace import add_task
from cairn.services.people.recording import PersonFacts, record_person
from cairn.services.series.words import add_alias, add_note
from services.alerting.records import identified, media, series, sighting
from services.judging import held, series_with, suggested
from web.everything import fill_everything
from web.people import signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node

PAGES = (
    "/series/",
    "/series/{series}/",
    "/links/",
    "/links/?all=yes",
    "/alerts/",
    "/people/",
    "/checks/",
    "/checks/{check}/",
    "/checks/{check}/files/",
    "/reports/",
    "/lists/",
    "/investigations/{investigation}/",
)


def test_no_page_asks_more_of_the_records_where_there_is_more_to_show(sqlite_desk: Node) -> None:
    places = fill_everything(sqlite_desk)
    client = signed_in("investigator")
    addresses = [page.format(**places) for page in PAGES]
    before = {address: _asked(client, address) for address in addresses}
    with as_the_node("a test sets its scene up"), transaction.atomic():
        for number in range(4):
            _add(sqlite_desk, number)
    assert {address: _asked(client, address) for address in addresses} == before


def _asked(client: Client, address: str) -> int:
    """Answer how many statements a page takes, once what never changes has been asked for."""
    asked: list[str] = []

    def keep(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    assert client.get(address).status_code == 200, address
    with connection.execute_wrapper(keep):
        client.get(address)
    return len(asked)


def _add(node: Node, number: int) -> None:
    """Add one more of each to what ``fill_everything`` has made."""
    home, abroad = node.authority, Authority.objects.get(code="BR-UNIT")
    marble = Series.objects.get(name="Marble")
    one, other = (held(f"more-{number}-{end}", home, abroad) for end in "ab")
    suggested(one, other)
    series_with(home, f"Marble {number}", one)
    add_note(marble, f"Note {number}.", actor=node.operator)
    add_alias(marble, f"White {number}", actor=node.operator)
    record_person(Victim, f"V-1{number}", PersonFacts(), actor=node.operator)
    add_task("NL-UNIT/Kitchen", f"Ask shop {number}", actor=node.operator)
    picture = media()
    solved = series(abroad, picture, name=f"Granite {number}")
    sighting(picture, home)
    status_changed(identified(solved))

"""The audit log at the desk: filters in the address, pages, proofs, heads, verifying, and who looked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cairn.records.lock import as_the_node
from cairn.records.series import Series
from cairn.services.auditing.proving import check_proof
from cairn.services.auditing.signing import public_key
from cairn.web.oversight import log
from web.people import signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def client(desk: Node) -> Client:
    return signed_in("supervisor")


def positions(client: Client, query: str) -> list[int]:
    text = client.get(f"/audit/{query}").content.decode()
    return [int(found) for found in re.findall(r"/audit/(\d+)/proof/", text)]


def test_the_newest_entries_come_first_and_pages_follow_one_another(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PAGE", 3)
    first = positions(client, "")
    assert len(first) == 3
    assert first == sorted(first, reverse=True)
    second = positions(client, f"?after={first[-1]}")
    assert len(second) == 3
    assert max(second) < first[-1]


def test_filters_stand_in_the_address(client: Client) -> None:
    assert positions(client, "?tag=records:series:create")
    assert positions(client, "?by=BR-UNIT") == []
    assert positions(client, "?until=2020-01-01") == []
    assert positions(client, "?since=2020-01-01&case=") != []
    assert client.get("/audit/?tag=x").status_code == 404
    assert client.get("/audit/?since=today").status_code == 422


def test_the_proof_of_an_entry_holds_with_the_public_key_alone(desk: Node, client: Client) -> None:
    position = positions(client, "?tag=records:series:create")[0]
    answer = client.post(f"/audit/{position}/proof/")
    assert "attachment" in answer.headers["Content-Disposition"]
    with as_the_node("a test looks"):
        key = public_key(desk.config)
    proven = check_proof(answer.content.decode(), [key])
    assert proven.position == position
    assert "records:series:create" in proven.entry
    page = client.get("/audit/heads/").content.decode()
    assert key.text in page
    sizes = re.findall(r"/audit/heads/(\d+)/", page)
    assert client.get(f"/audit/heads/{sizes[0]}/").content.decode().splitlines()[1] == sizes[0]
    assert client.post("/audit/999999/proof/").status_code == 404


def test_the_log_is_verified_and_what_is_wrong_is_told(client: Client) -> None:
    answer = client.post("/audit/verify/")
    assert "The log is what was written" in answer.content.decode()
    assert positions(client, "?tag=audit:log:verify")


def test_the_owner_of_a_series_learns_who_looked_and_nobody_else_does(client: Client) -> None:
    with as_the_node("a test looks"):
        number = Series.objects.get(name="Stone").pk
    abroad = signed_in("abroad")
    abroad.get("/series/")
    text = client.get(f"/series/{number}/looks/").content.decode()
    assert "records:series:list" in text
    assert "BR-UNIT" in text
    assert abroad.get(f"/series/{number}/looks/").status_code == 404

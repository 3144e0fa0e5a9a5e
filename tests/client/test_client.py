"""The client, against a real node's API and against servers that misbehave."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from api.calls import key
from api.serving import served, served_by
from cairn.client import ApiError, Client
from cairn.fingerprints import measure
from cairn.records.authorities import AuthorityKind
from cairn.records.lists import ListKind
from cairn.records.users import Actor, Role
from cairn.services.directory.acting import operator_of
from cairn.services.hash_lists.importing import NewList, import_list
from cairn.services.series.opening import create_series
from pictures import drawn, save
from services.seizures import hold, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from cairn.services.node.opening import Node

REPORT = {
    "format": "cairn-report",
    "version": 1,
    "reference": "R-1",
    "reporter": "Company",
    "reported_at": "2024-05-01T12:00:00Z",
    "items": [{"hashes": {"md5": "4" * 32}}],
}


def test_a_program_looks_up_checks_and_reads(sqlite_node: Node, tmp_path: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    create_series("Harbour", actor=operator_of(sqlite_node, "BR-UNIT"))
    picture = save(drawn(1), tmp_path / "one.jpg")
    hold(sqlite_node, picture, authority="BR-UNIT", series="Harbour")
    company = Actor.operator(unit(sqlite_node, "EX-COMPANY", kind=AuthorityKind.COMPANY))
    hold(sqlite_node, picture, authority="BR-UNIT", category="exchange:baseline", exhibit="2")
    asked = ["0" * 64, measure(picture).digests.sha256.hex()]
    (tmp_path / "nsrl").write_text("1" * 32 + "\n")
    idle = NewList(name="NSRL", kind=ListKind.IRRELEVANT)
    import_list(sqlite_node, tmp_path / "nsrl", idle, actor=sqlite_node.operator)
    with served(sqlite_node) as address:
        with Client(address, key=key(sqlite_node.operator)) as node:
            (hit,) = node.look_up(sha256=asked)
            assert (hit.hash, hit.verdict, hit.matches[0]["series"][0]["name"]) == (
                asked[1],
                "known",
                "Harbour",
            )
            assert node.statistics()["scope"] == "own"
            (on_list,) = node.look_up(md5=["1" * 32])
            assert (on_list.verdict, on_list.listed[0]["list"]["name"]) == ("irrelevant", "NSRL")
            assert list(node.links(page=1)) == []
            assert node.check(picture)["verdict"] == "known"
        with Client(address, key=key(operator_of(sqlite_node, "BR-UNIT"))) as node:
            assert [alert["kind"] for alert in node.alerts(page=1)] == ["met"]
        with Client(address, key=key(company, Role.REPORTER)) as node:
            assert [hit.hash for hit in node.look_up(sha256=asked)] == asked[1:]
            digests = [{"address": f"upload {number}", "md5": f"{number:032x}"} for number in range(3)]
            assert node.register(digests, case="R1", exhibit="uploads") == (3, 3)
            (taken,) = node.report(REPORT)
            assert [row["number"] for row in node.reports(page=1)] == [taken["number"]]
            with_files = {**REPORT, "reference": "R-2", "items": [{"file": "in/one.jpg"}]}
            (whole,) = node.report(with_files, files={"in/one.jpg": picture})
            assert (whole["files"], whole["not_compared"]) == (1, [])
            gone = node.withdraw_report(taken["number"], reason="a mistake")
            assert gone["outcome"] == "withdrawn"
            assert node.check(picture)["match"] is True
            with pytest.raises(ApiError) as caught:
                node.statistics()
            assert (caught.value.status, caught.value.code) == (404, "missing")


def test_any_number_of_hashes_is_sent_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[str]] = []

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        sent.append(body["md5"])
        return {"hits": [], "series": []}

    with served_by(_application(answer)) as address, Client(address, key="k") as node:
        assert list(node.look_up(md5=["0" * 32] * 20_001)) == []
    assert [len(batch) for batch in sent] == [10_000, 10_000, 1]


def test_a_limit_that_ends_soon_is_waited_for_and_another_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    answers = iter([("429 x", "7"), ("200 OK", ""), ("429 x", "3600")])
    with served_by(_limited(answers)) as address, Client(address, key="k") as node:
        assert node.statistics() == {"code": "key.limit", "title": "t"}
        with pytest.raises(ApiError, match="t") as caught:
            node.statistics()
    assert (waited, caught.value.wait_s, caught.value.status) == ([7], 3600, 429)


def test_an_answer_that_is_not_the_apis_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nonsense(_: object, start: Callable[..., object]) -> Iterable[bytes]:
        start("200 OK", [])
        return [b"<html>"]

    with served_by(nonsense) as address, Client(address, key="k") as node, pytest.raises(ApiError) as caught:
        node.statistics()
    assert caught.value.code == "peer.answer"


def test_a_node_that_is_not_there_is_told_after_some_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    with pytest.raises(ApiError, match="does not answer"):
        Client("http://127.0.0.1:9", key="k", timeout_s=1).statistics()
    assert waited == [1, 1]


@pytest.mark.parametrize(
    "address", ["http://node.example", "ftp://node.example", "node.example", "https://me@node.example", ""]
)
def test_a_key_is_never_sent_where_others_could_read_it(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Client(address, key="k")


def _application(answer: Callable[[dict[str, Any]], object]) -> Callable[..., Iterable[bytes]]:
    def run(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer(body)).encode()]

    return run


def _limited(answers: Iterable[tuple[str, str]]) -> Callable[..., Iterable[bytes]]:
    waiting = iter(answers)

    def run(_: object, start: Callable[..., object]) -> Iterable[bytes]:
        status, wait = next(waiting)
        start(status, [("Retry-After", wait)] if wait else [])
        return [b'{"code": "key.limit", "title": "t"}']

    return run

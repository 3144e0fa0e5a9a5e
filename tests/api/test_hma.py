"""The contract of Hasher-Matcher-Actioner, shape by shape, as its clients read it."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import pytest

from api.calls import Caller, api_of, key
from cairn.api import uploads
from cairn.fingerprints import measure
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import Scope
from cairn.records.users import Actor, Role
from cairn.services.directory.acting import operator_of
from cairn.services.fingerprinting.uploads import Measurer
from cairn.services.series.opening import create_series
from cairn.types import Handling, Pdq, PdqMode
from pictures import drawn, save
from services.seizures import hold, unit
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.services.node.opening import Node

BANK = re.compile(r"[A-Z_][A-Z0-9_]*")


@pytest.fixture
def api(sqlite_node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(uploads, "_measurer", Measurer(lambda: InProcessPool(workers=1, mode=PdqMode.EXACT)))
    with api_of(sqlite_node):
        yield sqlite_node


@pytest.fixture
def picture(api: Node, tmp_path: Path) -> Path:
    """A picture that lies in BR-UNIT's series Harbour, which everybody sees."""
    unit(api, "BR-UNIT")
    create_series("Harbour", actor=operator_of(api, "BR-UNIT"))
    path = save(drawn(1), tmp_path / "one.jpg")
    hold(api, path, authority="BR-UNIT", series="Harbour", category="exchange:baseline")
    return path


def pdq(path: Path) -> str:
    found = measure(path, mode=PdqMode.EXACT).picture.comparison
    assert isinstance(found, Pdq)
    return found.hex


def near(digits: str) -> str:
    """Answer a hash one bit away."""
    return digits[:-1] + format(int(digits[-1], 16) ^ 1, "x")


def only_bank(found: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    ((name, rows),) = found.items()
    assert BANK.fullmatch(name)
    return name, rows


def test_a_hash_is_looked_up_with_its_distance_as_a_text(api: Node, picture: Path) -> None:
    caller = Caller(key(api.operator))
    asked = {"signal": near(pdq(picture)), "signal_type": "pdq"}
    name, (row,) = only_bank(caller.get("hma/m/lookup", **asked).body)
    assert name.startswith("BR_UNIT_HARBOUR_")
    assert (row["distance"], isinstance(row["bank_content_id"], int)) == ("1", True)
    assert caller.get("hma/m/lookup", signal="0" * 64, signal_type="pdq").body == {}
    assert caller.get("hma/m/lookup", **asked, banks="OTHER").body == {}
    assert caller.get("hma/m/lookup", **asked, banks=f"OTHER,{name}").body == {name: [row]}
    raw = caller.get("hma/m/raw_lookup", **asked)
    assert raw.body == {"matches": [row["bank_content_id"]]}
    assert caller.get("hma/m/raw_lookup", **asked, include_distance="true").body == {"matches": [row]}


def test_a_file_is_hashed_and_looked_up(api: Node, picture: Path, tmp_path: Path) -> None:
    caller = Caller(key(api.operator))
    assert caller.upload("hma/h/hash", picture, field="photo").body == {"pdq": pdq(picture)}
    (tmp_path / "words.txt").write_text("words")
    assert caller.upload("hma/h/hash", tmp_path / "words.txt", field="photo").body == {"pdq": ""}
    found = caller.upload("hma/m/lookup", picture, field="photo").body
    assert only_bank(found["pdq"])[1][0]["distance"] == "0"
    for field in ("file", "image"):
        refused = caller.upload("hma/h/hash", picture, field=field)
        assert (refused.status, [*refused.body]) == (400, ["message"])


def test_two_hashes_are_compared(api: Node) -> None:
    caller, one = Caller(key(api.operator)), "f" * 64
    assert caller.post("hma/m/compare", {"pdq": [one, near(one)]}).body == {"pdq": [True, {"distance": 1}]}
    assert caller.post("hma/m/compare", {"pdq": [one, "0" * 64]}).body == {"pdq": [False, {"distance": 256}]}
    assert caller.post("hma/m/compare", {"pdq": [one]}).status == 400


def test_banks_are_the_series_that_the_key_may_see(api: Node, picture: Path) -> None:
    create_series("Hidden", handling=Handling.BLIND, actor=operator_of(api, "BR-UNIT"))
    caller = Caller(key(api.operator))
    ((bank),) = caller.get("hma/c/banks").body
    assert bank == {"name": bank["name"], "matching_enabled_ratio": 1.0}
    assert caller.get(f"hma/c/bank/{bank['name']}").body == bank
    own = Caller(key(operator_of(api, "BR-UNIT"))).get("hma/c/banks").body
    hidden = next(each["name"] for each in own if "HIDDEN" in each["name"])
    refusals = [caller.get(f"hma/c/bank/{name}") for name in (hidden, "NOTHING")]
    assert {(each.status, str(each.body)) for each in refusals} == {(404, str(refusals[0].body))}
    asked = {"signal": pdq(picture), "signal_type": "pdq"}
    number = caller.get("hma/m/raw_lookup", **asked).body["matches"][0]
    place = f"hma/c/bank/{bank['name']}/content/{number}"
    content = caller.get(place, include_signals="true").body
    assert (content["id"], content["bank"], content["disable_until_ts"]) == (number, bank, 0)
    assert content["signals"]["video_md5"] == measure(picture).digests.md5.hex()
    assert "signals" not in caller.get(place).body
    assert caller.get(f"hma/c/bank/{bank['name']}/content/1").status == 404


def test_what_a_node_does_not_do_is_refused_in_words(api: Node) -> None:
    caller = Caller(key(api.operator))
    for found in (
        caller.get("hma/h/hash", url="https://elsewhere.example/1.jpg"),
        caller.post("hma/c/banks", {"name": "NEW", "enabled_ratio": "1.0"}),
        caller.post("hma/c/bank/NEW/signal", {"pdq": "0" * 64}),
    ):
        assert (found.status, [*found.body]) == (403, ["message"])
    assert caller.get("hma/m/lookup", signal="0" * 64, signal_type="vpdq").status == 400
    assert caller.get("hma/m/lookup", signal="xyz", signal_type="pdq").status == 400
    assert caller.get("hma/m/lookup").status == 400


def test_a_reporter_is_told_of_a_match_and_neither_which_nor_how_near(api: Node, picture: Path) -> None:
    company = Actor.operator(unit(api, "EX-COMPANY", kind=AuthorityKind.COMPANY))
    caller = Caller(key(company, Role.REPORTER))
    found = caller.get("hma/m/lookup", signal=near(pdq(picture)), signal_type="pdq")
    assert found.body == {"MATCH": [{"bank_content_id": 1, "distance": "0"}]}
    assert caller.get("hma/m/lookup", signal="0" * 64, signal_type="pdq").body == {}
    assert caller.upload("hma/m/lookup", picture, field="photo").body == {"pdq": found.body}
    assert caller.get("hma/c/banks").body == [{"name": "MATCH", "matching_enabled_ratio": 1.0}]
    assert caller.get("hma/c/bank/MATCH/content/1").status == 404


def test_the_node_says_that_it_is_alive_and_nothing_of_how_much_it_holds(api: Node, picture: Path) -> None:
    for place in ("hma/status", "hma/status/live"):
        found = Caller(None).get(place)
        assert (found.status, found.body) == (200, "I-AM-ALIVE")
    status = Caller(key(api.operator)).get("hma/m/index/status").body
    assert {name: (each["present"], each["size"]) for name, each in status.items()} == {
        "pdq": (True, 0),
        "video_md5": (True, 0),
    }


def test_a_key_comes_as_bearer_or_as_the_password_of_an_address(api: Node) -> None:
    mine, others = key(api.operator), key(api.operator, Role.INVESTIGATOR, Scope.SERIES_READ)
    basic = base64.b64encode(f"any:{mine}".encode()).decode()
    assert Caller(None).get("hma/c/banks", headers=f"Basic {basic}").status == 200
    wrong = base64.b64encode(b"any:wrong").decode()
    for refused in (Caller(None), Caller("wrong")):
        assert (refused.get("hma/c/banks").status, [*refused.get("hma/c/banks").body]) == (401, ["message"])
    assert Caller(None).get("hma/c/banks", headers=f"Basic {wrong}").status == 401
    assert Caller(others).get("hma/c/banks").status == 404

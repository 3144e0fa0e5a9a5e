"""The contract of Hasher-Matcher-Actioner, shape by shape, as its clients read it."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from api.calls import Answered, Caller, api_of, key
from cairn.api import uploads
from cairn.fingerprints import measure
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import Scope
from cairn.records.lists import Audience, HashList
from cairn.records.users import Actor, Role
from cairn.services.directory.acting import operator_of
from cairn.services.fingerprinting.uploads import Measurer
from cairn.services.hash_lists.audience import share_list
from cairn.services.hash_lists.importing import NewList, import_list
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
        caller.post("hma/c/exchanges", {"bank": "NEW", "api": "ncmec"}),
        caller._call("DELETE", "hma/c/exchange/NEW"),
        Caller(key(api.operator, Role.INVESTIGATOR, Scope.CHECK)).post("hma/c/banks", {"name": "NEW"}),
    ):
        assert (found.status, [*found.body]) == (403, ["message"])
    assert caller.get("hma/c/exchanges/apis").body == ["ncmec", "stopncii"]
    assert caller.get("hma/c/exchanges").body == []
    assert caller.get("hma/c/exchange/NEW/status").status == 404
    assert caller.get("hma/c/signal_type").body[0] == {"name": "pdq", "enabled_ratio": 1.0}
    assert caller.get("hma/m/lookup", signal="0" * 64, signal_type="vpdq").status == 400
    assert caller.get("hma/m/lookup", signal="xyz", signal_type="pdq").status == 400
    assert caller.get("hma/m/lookup").status == 400


def put(caller: Caller, place: str, body: object) -> Answered:
    return caller._call("PUT", place, json.dumps(body).encode())


def delete(caller: Caller, place: str) -> Answered:
    return caller._call("DELETE", place)


def test_a_client_makes_a_bank_fills_it_meets_it_and_deletes_it(api: Node, picture: Path) -> None:
    caller = Caller(key(api.operator))
    made = caller.post("hma/c/banks", {"name": "UPLOADS", "enabled_ratio": "1.0"})
    assert (made.status, made.body) == (201, {"name": "UPLOADS", "matching_enabled_ratio": 1.0})
    assert caller.post("hma/c/banks", {"name": "UPLOADS", "enabled_ratio": 1.0}).status == 403
    assert caller.get("hma/c/banks").body[0]["name"] == "UPLOADS"
    signal = "f" * 32 + "0" * 32
    added = caller.post("hma/c/bank/UPLOADS/signal", {"pdq": signal})
    assert (added.status, added.body["signals"], type(added.body["id"])) == (200, {"pdq": signal}, int)
    assert caller.post("hma/c/bank/UPLOADS/signal", {"pdq": signal}).body == added.body
    row = {"bank_content_id": added.body["id"], "distance": "1"}
    asked = {"signal": near(signal), "signal_type": "pdq"}
    assert caller.get("hma/m/lookup", **asked).body == {"UPLOADS": [row]}
    place = f"hma/c/bank/UPLOADS/content/{added.body['id']}"
    found = caller.get(place, include_signals="true").body
    assert found == {
        "id": added.body["id"],
        "disable_until_ts": 0,
        "collab_metadata": {},
        "bank": {"name": "UPLOADS", "matching_enabled_ratio": 1.0},
        "signals": {"pdq": signal},
    }
    filed = caller.upload("hma/c/bank/UPLOADS/content", picture, field="photo").body
    assert filed["signals"] == {"pdq": pdq(picture), "video_md5": measure(picture).digests.md5.hex()}
    both = caller.upload("hma/m/lookup", picture, field="photo").body["pdq"]
    assert both["UPLOADS"] == [{"bank_content_id": filed["id"], "distance": "0"}]
    assert len(both) == 2
    assert put(caller, "hma/c/bank/UPLOADS", {"name": "KEPT"}).body["name"] == "KEPT"
    place = place.replace("UPLOADS", "KEPT")
    assert put(caller, place, {"disable_until_ts": 1}).status == 403
    assert put(caller, place, {"disable_until_ts": 0}).body["id"] == added.body["id"]
    assert delete(caller, place).body == {"deleted": 1}
    assert (delete(caller, place).body, caller.get(place).status) == ({"deleted": 0}, 404)
    assert caller.get("hma/m/lookup", **asked).body == {}
    assert caller.post("hma/c/bank/KEPT/signal", {"pdq": signal}).body == added.body
    assert caller.get("hma/m/raw_lookup", **asked).body == {"matches": [added.body["id"]]}
    assert delete(caller, "hma/c/bank/KEPT").body == {"message": "Done"}
    assert caller.get("hma/c/bank/KEPT").status == 404
    assert caller.get("hma/m/lookup", **asked).body == {}
    assert [each.counts for each in AuditEvent.objects.filter(tag=AuditTag.LIST_EDITED).order_by("pk")] == [
        {"added": added_, "removed": 1 - added_} for added_ in (1, 1, 0, 1)
    ]


def test_a_bank_s_entries_are_given_and_taken_back_like_those_of_any_list(api: Node) -> None:
    unit(api, "BR-UNIT")
    owner = operator_of(api, "BR-UNIT")
    theirs, mine = Caller(key(owner)), Caller(key(api.operator))
    theirs.post("hma/c/banks", {"name": "UPLOADS"})
    held = HashList.objects.get()
    share_list(held, audience=Audience.ALLIANCE, is_given_out=True, actor=owner)
    md5 = [f"{number + 1:032x}" for number in range(2)]
    ids = [theirs.post("hma/c/bank/UPLOADS/signal", {"video_md5": each}).body["id"] for each in md5]
    first = mine.get("exchange/v2/entries").body
    assert all(f"<md5>{each}</md5>" in first for each in md5)
    assert first.count("<video>") == 2
    delete(theirs, f"hma/c/bank/UPLOADS/content/{ids[0]}")
    second = mine.get("exchange/v2/entries").body
    assert (md5[0] in second, md5[1] in second, second.count("<deletedVideo>")) == (False, True, 1)
    theirs.post("hma/c/bank/UPLOADS/signal", {"video_md5": md5[0]})
    third = mine.get("exchange/v2/entries").body
    assert (md5[0] in third, "<deletedVideo>" in third) == (True, False)


def test_lists_of_others_are_banks_to_be_read_where_the_key_may_meet_them(api: Node, tmp_path: Path) -> None:
    unit(api, "BR-UNIT")
    owner = operator_of(api, "BR-UNIT")
    md5 = "0" * 31 + "1"
    for name, audience in (("BASELINE", Audience.ALLIANCE), ("HIDDEN", Audience.OWN)):
        (tmp_path / name).write_text(md5)
        import_list(api, tmp_path / name, NewList(name, audience=audience), actor=owner)
    caller = Caller(key(api.operator))
    ((bank),) = [each["name"] for each in caller.get("hma/c/banks").body]
    assert bank.startswith("BR_UNIT_BASELINE_LIST_")
    met = caller.get("hma/m/lookup", signal=md5, signal_type="video_md5").body
    ((number),) = [row["bank_content_id"] for row in met[bank]]
    assert caller.get(f"hma/c/bank/{bank}/content/{number}", include_signals="1").body["signals"] == {
        "video_md5": md5
    }
    added = {"pdq": "0" * 64}
    refused = {
        f"hma/c/bank/{bank}/signal": 403,
        "hma/c/bank/HIDDEN/signal": 404,
        "hma/c/bank/NOTHING/signal": 404,
        "hma/c/bank/RECORDED/signal": 404,
    }
    assert {place: caller.post(place, added).status for place in refused} == refused
    assert delete(caller, f"hma/c/bank/{bank}").status == 403
    own = Caller(key(owner))
    assert own.post("hma/c/bank/BASELINE/signal", added).status == 403  # It comes from a file.
    reporter = Actor.operator(unit(api, "EX-COMPANY", kind=AuthorityKind.COMPANY))
    company = Caller(key(reporter, Role.REPORTER))
    for place in (f"hma/c/bank/{bank}/signal", "hma/c/bank/NOTHING/signal", "hma/c/bank/MATCH/signal"):
        assert company.post(place, added).status == 403


@pytest.mark.parametrize(
    "body",
    [
        {"name": "small"},
        {"name": "MATCH"},
        {"name": 7},
        {"enabled_ratio": 1.0},
        {"name": "HALF", "enabled_ratio": 0.5},
        {"name": "OFF", "enabled": False},
        [],
    ],
)
def test_a_bank_that_cannot_be_is_refused(api: Node, body: object) -> None:
    found = Caller(key(api.operator)).post("hma/c/banks", body)
    assert (found.status, [*found.body]) == (400, ["message"])


def test_contents_that_cannot_be_are_refused(api: Node) -> None:
    caller = Caller(key(api.operator))
    caller.post("hma/c/banks", {"name": "UPLOADS"})
    wrong: tuple[object, ...] = ({}, {"note": "x"}, {"pdq": "0" * 63}, {"vpdq": "0"}, {"pdq": 1}, [])
    for body in wrong:
        assert caller.post("hma/c/bank/UPLOADS/signal", body).status == 400
    assert caller.post("hma/c/bank/UPLOADS/content?url=https://elsewhere.example/1.jpg").status == 403
    assert put(caller, "hma/c/bank/UPLOADS", {"enabled_ratio": 0.0}).status == 400


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

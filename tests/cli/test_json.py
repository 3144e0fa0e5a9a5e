"""Every act tells a program what it has done, as one JSON object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from cairn.cli.main import cli
from cairn.records.authorities import AuthorityKind
from cairn.services.directory.authorities import NewAuthority, add_authority
from cli.command_line import cairn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.services.node.opening import Node

ABOUT_RECORDS = {
    *("alert", "authority", "case", "investigation", "key", "link", "offender", "question", "reviews"),
    *("series", "stats", "tombstone", "user", "victim", "withdraw"),
}
WORKS_ON_THE_NODE_OR_WRITES_A_LETTER = {"alert deliver", "alert letter", "link suggest"}


def commands(of: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(of, click.Group):
        context = click.Context(of)
        for name in of.list_commands(context):
            found = of.get_command(context, name)
            assert found is not None
            yield from commands(found, *path, name)
    else:
        yield " ".join(path), of


def test_every_act_and_every_look_has_json() -> None:
    without = {
        name
        for name, each in commands(cli)
        if name.split()[0] in ABOUT_RECORDS and not any("--json" in option.opts for option in each.params)
    }
    assert without == WORKS_ON_THE_NODE_OR_WRITES_A_LETTER


def test_what_was_done_is_told_as_an_object(sqlite_node: Node) -> None:
    node = sqlite_node
    add_authority(NewAuthority("BR-UNIT", "U", AuthorityKind.UNIT, "BR", "d@u.example"), actor=node.operator)

    def told(*words: str) -> dict[str, Any]:
        ran = cairn(node.config.folder, *words, "--json")
        assert (ran.code, ran.err) == (0, "")
        found = json.loads(ran.out)
        assert isinstance(found, dict)
        return found

    assert told("authority", "join", "FR", "--on", "2026-01-02") == {
        "country": "FR",
        "joined_on": "2026-01-02",
    }
    assert told("authority", "change", "NL-UNIT", "--contact", "d@nl.example") == {"code": "NL-UNIT"}
    opened = told("case", "open", "K1", "--purpose", "Why.")
    assert opened == {"reference": "K1", "purpose": "Why.", "review_on": None, "authority": "NL-UNIT"}
    assert told("case", "review", "K1", "--on", "2027-01-02") == {"case": "K1", "review_on": "2027-01-02"}
    told("series", "create", "Stone")
    assert told("series", "alias", "Stone", "Pebble")["alias"] == "Pebble"
    assert told("series", "mark", "Stone", "groomed") == {
        "series": "Stone",
        "authority": "NL-UNIT",
        "marker": "groomed",
        "removed": False,
    }
    assert told("series", "note", "Stone", "Seen.") == {"series": "Stone", "authority": "NL-UNIT"}
    assert told("series", "thank", "Stone")["thanks_unseen"] is True
    assert told("series", "handling", "Stone", "--handling", "blind")["handling"] == "blind"
    told("series", "claim", "Stone")
    assert told("series", "release", "Stone") == {"series": "Stone", "authority": "NL-UNIT"}
    assert told("series", "review", "Stone", "--never") == {"series": "Stone", "review_on": None}
    assert told("victim", "record", "V-17")["reference"] == "V-17"
    assert told("victim", "attach", "V-17", "Stone")["inside"] is True
    assert told("victim", "delete", "V-17", "--preview") == {"counts": {"series": 1, "status_changes": 0}}
    assert told("victim", "delete", "V-17", "--reason", "r")["kind"] == "victim"
    told("offender", "record", "O-17")
    assert told("withdraw", "offender", "O-17", "--reason", "r") == {
        "kind": "offender",
        "record": "O-17",
        "withdrawn": True,
    }
    assert told("investigation", "open", "Lantern", "--invite", "BR-UNIT")["invited"] == ["BR-UNIT"]
    assert told("question", "ask", "BR-UNIT", "Who?")["asked_to"] == "BR-UNIT"
    assert told("alert", "subscribe", "--country", "BR").keys() == {"number"}

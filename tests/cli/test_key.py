"""The commands about keys, as typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cairn.services.keys.calling import caller_of
from cli.command_line import cairn

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_a_key_is_made_listed_rotated_and_revoked(sqlite_node: Node) -> None:
    node = sqlite_node.config.folder
    made = cairn(node, "key", "create", "desk", "--role", "investigator", "--scope", "check")
    assert (made.code, made.err) == (0, "Keep it where only the program reads it: it is shown this once.\n")
    assert caller_of(made.out.strip()).actor.authority.code == "NL-UNIT"
    (row,) = json.loads(cairn(node, "key", "list", "--json").out)
    assert (row["name"], row["scopes"], row["state"]) == ("desk", ["check"], "valid")
    assert "desk: check" in cairn(node, "key", "list").out
    rotated = json.loads(cairn(node, "key", "rotate", row["number"], "--json").out)
    assert rotated["key"] not in {made.out.strip(), ""}
    assert cairn(node, "key", "revoke", row["number"]).code == 0
    again = cairn(node, "key", "revoke", row["number"])
    assert (again.code, "has no key" in again.err) == (2, True)
    assert "secret" not in cairn(node, "key", "list", "--json").out

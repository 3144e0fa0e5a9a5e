"""The commands about authorities, people and cases, as typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unittest.mock import patch

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AllianceCountry, Authority, AuthorityKind
from cairn.records.users import User
from cli.command_line import cairn, environment

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


def typed(node: Path, *words: str, **variables: str) -> tuple[int, str]:
    """Run a command with these variables, and answer its code and what it said."""
    with patch("cli.command_line.environment", lambda folder: {**environment(folder), **variables}):
        ran = cairn(node, *words)
    return ran.code, ran.out + ran.err


def test_a_person_is_recorded_and_acts_with_their_password(sqlite_node: Node) -> None:
    node = sqlite_node.config.folder
    create = ("user", "create", "vera", "--name", "Vera", "--role", "investigator")
    assert typed(node, *create, CAIRN_NEW_PASSWORD="a long password") == (
        0,
        "vera is now investigator of NL-UNIT.\n",
    )
    code, said = typed(
        node, "case", "open", "K1", "--purpose", "identify", "--user", "vera", CAIRN_PASSWORD="no"
    )
    assert (code, "do not fit together" in said) == (2, True)
    password = {"CAIRN_PASSWORD": "a long password"}
    assert typed(node, "case", "open", "K1", "--user", "vera", **password)[0] == 0
    assert (
        typed(
            node,
            "user",
            "create",
            "otto",
            "--name",
            "O",
            "--role",
            "auditor",
            "--user",
            "vera",
            CAIRN_NEW_PASSWORD="a long password",
            **password,
        )[0]
        == 2
    )
    code, said = typed(node, "case", "list", "--user", "vera", "--authority", "NL-UNIT", **password)
    assert (code, "not both" in said) == (2, True)
    assert typed(node, "user", "role", "vera", "auditor")[0] == 0
    assert typed(node, "case", "list", "--user", "vera", **password)[0] == 2
    assert typed(node, "user", "password", "vera", CAIRN_NEW_PASSWORD="another long one")[0] == 0
    assert typed(node, "user", "close", "vera")[0] == 0
    rows = json.loads(typed(node, "user", "list", "--json")[1])
    told = {"login": "vera", "name": "Vera", "role": "auditor", "email": "", "is_active": False}
    assert rows == [told]
    assert typed(node, "user", "change", "vera", "--email", "vera@unit.example")[0] == 0
    assert "vera@unit.example  closed" in typed(node, "user", "list")[1]
    assert typed(node, "user", "reopen", "vera")[0] == 0
    assert "vera" in typed(node, "user", "list")[1]


def test_an_authority_is_recorded_changed_and_listed_with_its_country(sqlite_node: Node) -> None:
    node = sqlite_node.config.folder
    words = ("--authority", "BR-UNIT", "--name", "Unit", "--country", "BR", "--contact", "desk")
    assert typed(node, "authority", "add", *words, "--language", "pt-BR", "--language", "en")[0] == 0
    assert typed(node, "authority", "change", "BR-UNIT", "--contact-hours", "8-18")[0] == 0
    assert typed(node, "authority", "change", "BR-UNIT", "--connected-since", "2025-02-01")[0] == 0
    row = next(r for r in json.loads(typed(node, "authority", "list", "--json")[1]) if r["code"] == "BR-UNIT")
    assert (row["languages"], row["contact_hours"], row["connected_since"]) == (
        ["pt-BR", "en"],
        "8-18",
        "2025-02-01",
    )
    assert row["contact"] == "desk"
    assert typed(node, "authority", "change", "BR-UNIT", "--language", "no language")[0] == 2
    assert typed(node, "authority", "join", "KE", "--on", "2024-05-01")[0] == 0
    said = typed(node, "authority", "countries")[1]
    assert "KE  not connected                no dedicated unit" in said
    assert "BR  connected since 2025-02-01   BR-UNIT" in said
    assert json.loads(typed(node, "authority", "countries", "--json")[1])[1]["country"] == "KE"


def test_the_directory_is_kept_under_the_name_of_the_person_who_keeps_it(sqlite_node: Node) -> None:
    node = sqlite_node.config.folder
    create = ("user", "create", "ada", "--name", "Ada", "--role", "administrator")
    assert typed(node, *create, CAIRN_NEW_PASSWORD="a long password")[0] == 0
    as_ada = {"CAIRN_USER": "ada", "CAIRN_PASSWORD": "a long password"}
    assert typed(node, "authority", "change", "NL-UNIT", "--contact-hours", "8-18", **as_ada)[0] == 0
    entry = AuditEvent.objects.get(tag=AuditTag.AUTHORITY_CHANGED)
    assert entry.user == User.objects.get(login="ada")
    words = ("--authority", "BR-UNIT", "--name", "Unit", "--country", "BR", "--contact", "desk")
    assert typed(node, "authority", "add", *words, **as_ada)[0] == 2
    assert typed(node, "authority", "join", "KE", **as_ada)[0] == 2
    assert typed(node, "authority", "add", *words)[0] == 0
    assert typed(node, "authority", "change", "BR-UNIT", "--contact", "me", **as_ada)[0] == 2
    assert not AllianceCountry.objects.exists()
    Authority.objects.filter(code="NL-UNIT").update(kind=AuthorityKind.HUB)
    assert typed(node, "authority", "join", "KE", **as_ada)[0] == 0


def test_a_case_is_opened_listed_and_shown(sqlite_node: Node) -> None:
    node = sqlite_node.config.folder
    assert typed(node, "case", "open", "K1", "--purpose", "identify", "--review-on", "2027-01-01")[0] == 0
    assert typed(node, "case", "list")[1].startswith("K1")
    assert "review on 2027-01-01. identify" in typed(node, "case", "show", "K1")[1]
    assert json.loads(typed(node, "case", "show", "K1", "--json")[1])["exhibits"] == []
    assert json.loads(typed(node, "case", "list", "--json")[1])[0]["reference"] == "K1"
    assert typed(node, "case", "show", "K2")[0] == 2
    assert typed(node, "case", "open", "K1", "--review-on", "soon")[0] == 2

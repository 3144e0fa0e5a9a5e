"""Who else belongs to the demonstration's alliance: units, a hub, a hotline, a company, and countries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cairn.records.authorities import AuthorityKind
from cairn.services.directory.authorities import (
    AuthorityChange,
    NewAuthority,
    add_authority,
    authorities,
    change_authority,
)
from cairn.services.directory.countries import join

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

UNITS = ("FR-DEMO", "KE-DEMO")
HOTLINE = "NL-LINE"
COMPANY = "JP-SHARE"
_MEMBERS = (
    NewAuthority(
        "FR-DEMO", "Demo unit France", AuthorityKind.UNIT, "FR", "desk@fr-demo.example", ("fr", "en")
    ),
    NewAuthority(
        "KE-DEMO", "Demo unit Kenya", AuthorityKind.UNIT, "KE", "desk@ke-demo.example", ("en", "sw")
    ),
    NewAuthority(
        "HUB-DEMO", "Demo hub", AuthorityKind.HUB, "FR", "desk@hub-demo.example", ("en", "fr", "es", "ar")
    ),
    NewAuthority(HOTLINE, "Demo hotline", AuthorityKind.HOTLINE, "NL", "desk@nl-line.example", ("nl", "en")),
    NewAuthority(
        COMPANY, "Demo company", AuthorityKind.COMPANY, "JP", "trust@jp-share.example", ("ja", "en")
    ),
)
_JOINED = {"NL": 2009, "BR": 2011, "JP": 2012, "FR": 2009, "KE": 2019, "PT": 2021}
"""The year in which each country joined; one of them has no unit yet."""
_CONNECTED = {
    "NL-DEMO": date(2024, 3, 1),
    "BR-DEMO": date(2024, 9, 1),
    "JP-DEMO": date(2025, 2, 1),
    "FR-DEMO": date(2025, 6, 1),
}


def join_everybody(node: Node) -> None:
    """Record the members that hold no pictures of their own, the countries, and who is connected."""
    for member in _MEMBERS:
        add_authority(member, actor=node.operator)
    for country, year in _JOINED.items():
        join(country, on=date(year, 1, 1), actor=node.operator)
    present = {authority.code for authority in authorities()}
    for code in sorted(present & _CONNECTED.keys()):
        change = AuthorityChange(
            connected_since=_CONNECTED[code], contact_hours="Mon-Fri 8-17", contact_channel="demo mail"
        )
        change_authority(code, change, actor=node.operator)

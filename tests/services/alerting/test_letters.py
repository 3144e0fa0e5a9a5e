"""Outcome letters say what their reader may know, and thank."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from cairn.errors import InputError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.users import Actor
from cairn.services.alerting import raise_alert, status_changed
from cairn.services.alerting.letters import write_letter
from cairn.types import Handling
from services.alerting.records import authority, identified, media, series, sighting

if TYPE_CHECKING:
    from cairn.services.alerting.letters import Letter
    from cairn.services.node.opening import Node


def letter_to(helper: Authority, of: Authority, handling: Handling = Handling.ALLIANCE) -> Letter:
    """Let the helper's sighting help to identify the victim of a series, and answer its letter."""
    picture = media()
    stone = series(of, picture, handling=handling, name="Stone <b>")
    stone.thanks_unseen = True
    stone.save()
    sighting(picture, helper)
    sighting(picture, helper)
    with transaction.atomic():
        status_changed(identified(stone))
    number = Alert.objects.get(authority=helper, kind=AlertKind.OUTCOME).number
    return write_letter(number, actor=Actor.operator(helper))


def test_a_letter_to_who_sees_the_series_says_what_helped(node: Node) -> None:
    letter = letter_to(authority("BR-UNIT"), node.authority)
    assert letter.text.startswith("BR-UNIT\n")
    assert "On 2026-03-14, a victim was identified in NL.\n" in letter.text
    assert "What helped in the series Stone <b>: 2 sightings that you registered.\n" in letter.text
    assert letter.text.endswith("Demonstration unit, Netherlands\ndesk@unit.nl.example\n")


@pytest.mark.parametrize(("handling", "where"), [(Handling.ALLIANCE, " in NL"), (Handling.NAMED, "")])
def test_a_letter_to_who_does_not_see_it_names_neither_series_nor_more(
    node: Node, handling: Handling, where: str
) -> None:
    letter = letter_to(authority("BR-HOTLINE", AuthorityKind.HOTLINE), node.authority, handling)
    assert f"On 2026-03-14, a victim was identified{where}.\n" in letter.text
    assert "Material that you submitted helped to bring this about." in letter.text
    assert "Stone" not in letter.text + letter.html
    assert ("Netherlands" in letter.text) is (handling is Handling.ALLIANCE)


def test_the_page_says_the_same_and_loads_nothing(node: Node) -> None:
    letter = letter_to(authority("BR-UNIT"), node.authority)
    for paragraph in letter.paragraphs:
        assert paragraph in unescape(letter.html)
    assert "Stone &lt;b&gt;" in letter.html
    assert "default-src 'none'" in letter.html
    assert not any(word in letter.html for word in ("src=", "href=", "<script", "http:", "https:"))


def test_only_an_outcome_has_a_letter_and_writing_one_is_audited(sqlite_node: Node) -> None:
    letter_to(authority("BR-UNIT"), sqlite_node.authority)
    assert AuditEvent.objects.order_by("-pk")[0].tag == AuditTag.ALERT_PRINTED
    with transaction.atomic():
        other = raise_alert(AlertKind.MET, to=sqlite_node.authority, once="x")
    assert other is not None
    with pytest.raises(InputError, match="tells of no outcome"):
        write_letter(other.number, actor=sqlite_node.operator)
    with pytest.raises(InputError, match="has no alert"):
        write_letter(1, actor=sqlite_node.operator)

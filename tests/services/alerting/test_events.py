"""What happens elsewhere is told to whom it concerns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils import timezone

from cairn.errors import IntegrityError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import AuthorityKind
from cairn.services.alerting import confirmation_asked, handling_changed, review_due, withdrawn
from cairn.types import Handling
from services.alerting.records import (
    authority,
    case,
    identified,
    media,
    series,
    sighting,
    told,
)

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_a_withdrawal_reaches_everyone_who_had_to_do_with_the_series(node: Node) -> None:
    holder, bystander = authority("BR-UNIT"), authority("SE-UNIT")
    hotline = authority("SE-HOTLINE", AuthorityKind.HOTLINE)
    picture = media()
    stone = series(node.authority, picture)
    for each in (holder, hotline, node.authority):
        sighting(picture, each)
    with transaction.atomic():
        withdrawn(stone, at=timezone.now())
        stone.withdrawn_at = timezone.now()
        stone.save()
    assert told(holder) == [(AlertKind.WITHDRAWAL, stone.pk, "NL-UNIT")]
    assert [told(each) for each in (bystander, hotline, node.authority)] == [[], [], []]


def test_a_review_is_told_to_the_owner_once_for_each_date(node: Node) -> None:
    stone, file = series(node.authority), case(node.authority)
    with transaction.atomic():
        for record in (stone, file):
            record.review_on = date(2027, 1, 1)
            review_due(record)
            review_due(record)
        stone.review_on = date(2028, 1, 1)
        review_due(stone)
    facts = Alert.objects.filter(authority=node.authority).order_by("pk").values_list("series", "facts")
    assert list(facts) == [
        (stone.pk, {"due": "2027-01-01"}),
        (None, {"due": "2027-01-01", "case": file.pk}),
        (stone.pk, {"due": "2028-01-01"}),
    ]


def test_a_record_without_a_date_of_review_is_never_due(node: Node) -> None:
    with transaction.atomic(), pytest.raises(IntegrityError, match="never due"):
        review_due(series(node.authority))


def test_a_second_person_is_asked_for_a_confirmation(node: Node) -> None:
    stone = series(node.authority)
    with transaction.atomic():
        confirmation_asked(identified(stone, confirmed=False))
    assert told(node.authority) == [(AlertKind.CONFIRMATION, stone.pk, None)]


def test_a_series_that_is_opened_tells_those_who_work_on_it(node: Node) -> None:
    other = authority("BR-UNIT")
    picture = media()
    stone = series(node.authority, picture, handling=Handling.BLIND)
    sighting(picture, other)
    with transaction.atomic():
        handling_changed(stone)
    assert told(other) == []
    stone.handling = Handling.ALLIANCE
    stone.save()
    with transaction.atomic():
        handling_changed(stone)
    assert told(other) == [(AlertKind.SAME_WORK, stone.pk, "NL-UNIT")]

"""Whoever keeps a record decides whether it is still kept, and is reminded once for each day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.errors import AccessError
from cairn.records.alerts import Alert, AlertKind
from cairn.records.users import Actor
from cairn.services.cases import open_case
from cairn.services.keeping.reviews import due_reviews, set_case_review, set_series_review
from cairn.services.series.opening import create_series
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_what_is_due_is_listed_to_its_owner_and_told_once_for_each_day(node: Node) -> None:
    today = timezone.now().date()
    other = Actor.operator(unit(node, "BR-UNIT"))
    case = open_case("K1", purpose="", review_on=today + timedelta(days=1), actor=node.operator)
    series = create_series("Stone", actor=node.operator)
    set_series_review(series, today - timedelta(days=2), actor=node.operator)
    for _ in range(2):
        assert [(row.kind, row.name) for row in due_reviews(node.operator)] == [("series", "Stone")]
    set_case_review(case, today, actor=node.operator)
    rows = due_reviews(node.operator)
    assert [(row.kind, row.name, row.due_on) for row in rows] == [
        ("series", "Stone", today - timedelta(days=2)),
        ("case", "K1", today),
    ]
    assert due_reviews(other) == ()
    assert Alert.objects.filter(kind=AlertKind.REVIEW).count() == 2
    set_case_review(case, None, actor=node.operator)
    assert [row.kind for row in due_reviews(node.operator)] == ["series"]


def test_only_the_owner_sets_the_day(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    case = open_case("K1", purpose="", review_on=None, actor=node.operator)
    series = create_series("Stone", actor=node.operator)
    series.lead = other
    series.save()
    with pytest.raises(AccessError):
        set_case_review(case, timezone.now().date(), actor=Actor.operator(other))
    with pytest.raises(AccessError):
        set_series_review(series, timezone.now().date(), actor=Actor.operator(other))

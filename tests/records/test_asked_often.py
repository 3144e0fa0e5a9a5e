"""Questions that are written once: other values get other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cairn.records import asked_often as module
from cairn.records.asked_often import ROOMS, asked_often
from cairn.records.authorities import Authority
from cairn.records.batches import VALUES_AT_ONCE
from cairn.records.lock import as_the_node

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from django.db.models import QuerySet

    from cairn.services.node.opening import Node


def codes(numbers: Sequence[Any]) -> QuerySet[Any, Any]:
    return Authority.objects.filter(pk__in=numbers).order_by("code").values_list("code", "created_at")


def test_a_question_is_written_once_and_answers_what_django_would(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote: list[object] = []
    kept = module._written

    def written(*args: Any) -> Any:
        wrote.append(args)
        return kept(*args)

    monkeypatch.setattr(module, "_written", written)
    numbers = [node.authority.pk, 10**9]
    with as_the_node("a test looks"):
        for some in (numbers, numbers[::-1], [10**9, 10**9 + 1]):
            assert asked_often("authorities", some, codes) == list(codes(some))
    assert len(wrote) == 1


def test_the_largest_room_takes_what_comes_in_one_part() -> None:
    assert ROOMS[-1] == VALUES_AT_ONCE

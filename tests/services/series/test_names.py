"""A series is found by what an authority calls it, and what is not visible is not there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.records.series import Series
from cairn.records.users import Actor
from cairn.services.series.family import family
from cairn.services.series.names import find_series, own_series
from cairn.services.series.opening import create_series
from cairn.services.series.words import add_alias
from cairn.types import Handling
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_each_authority_finds_a_series_by_its_own_name_for_it(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    stone = create_series("Stone", actor=owner)
    add_alias(stone, "Pebble", actor=node.operator)
    for name in ("Pebble", "Stone", "BR-UNIT/Stone"):
        assert find_series(name, actor=node.operator) == stone
    with pytest.raises(InputError):
        find_series("Pebble", actor=owner)


def test_own_names_come_before_those_of_others(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    theirs, ours = create_series("Stone", actor=owner), create_series("Stone", actor=node.operator)
    assert find_series("Stone", actor=node.operator) == ours
    assert find_series("Stone", actor=owner) == theirs
    assert find_series("BR-UNIT/Stone", actor=node.operator) == theirs


def test_where_several_fit_the_sentence_lists_them(node: Node) -> None:
    for code in ("BR-UNIT", "JP-UNIT"):
        create_series("Stone", actor=Actor.operator(unit(node, code)))
    with pytest.raises(InputError, match="'BR-UNIT/Stone', 'JP-UNIT/Stone'") as caught:
        find_series("Stone", actor=node.operator)
    assert caught.value.code == "series.ambiguous"


def test_a_hidden_series_is_missing_in_the_same_words_and_makes_nothing_ambiguous(node: Node) -> None:
    seen, unseen = (Actor.operator(unit(node, code)) for code in ("BR-UNIT", "JP-UNIT"))
    create_series("Moss", actor=unseen, handling=Handling.BLIND)
    said = set()
    for name in ("Moss", "JP-UNIT/Moss", "Nothing", "JP-UNIT/Nothing"):
        with pytest.raises(InputError) as caught:
            find_series(name, actor=node.operator)
        said.add(caught.value.sentence.replace(name, ""))
    assert len(said) == 1
    moss = create_series("Moss", actor=seen)
    assert find_series("Moss", actor=node.operator) == moss


def test_only_an_own_series_is_an_own_series(node: Node) -> None:
    create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")))
    with pytest.raises(InputError, match="NL-UNIT has no series 'Stone'"):
        own_series("Stone", actor=node.operator)


def test_a_merged_series_leads_to_the_one_that_holds_its_media(node: Node) -> None:
    rows = [create_series(name, actor=node.operator) for name in ("A", "B", "C")]
    for row, into in pairwise(rows):
        Series.objects.filter(pk=row.pk).update(merged_into=into)
    assert find_series("A", actor=node.operator) == rows[2]
    assert family(rows[2]) == (rows[2].pk, rows[1].pk, rows[0].pk)
    Series.objects.filter(pk=rows[2].pk).update(handling=Handling.BLIND)
    with pytest.raises(InputError):
        find_series("A", actor=Actor.operator(unit(node, "BR-UNIT")))

"""People judge pairs; every word is kept, the latest stands, and nobody judges what they may not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.linking.judgement import Agreement, LinkKind, Outcome
from cairn.records.access import visible_to
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.links import Judgement
from cairn.records.users import Actor, Role
from cairn.services.judgements.judge import Named, judge, withdraw
from cairn.services.judgements.links import show_link
from cairn.types import Handling
from services.judging import held, name_of, say, series_with, suggested
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.answering.matches import Said
    from cairn.services.node.opening import Node

AB = Named(name_of("a"), name_of("b"))


def said(actor: Actor) -> Said:
    return show_link(AB, actor=actor).said


def test_a_later_word_stands_over_the_earlier_and_both_are_kept(node: Node) -> None:
    held("a", node.authority), held("b", node.authority)
    say(node.authority, "a", Outcome.UNSURE, "b")
    say(node.authority, "b", Outcome.CONFIRMED, "a", reason="the same chip in the vase")
    facts = show_link(AB, actor=node.operator)
    assert (facts.said.own, facts.said.agreement) == (Outcome.CONFIRMED, Agreement.SAME)
    assert [(word.outcome, word.reason) for word in facts.words] == [
        (Outcome.CONFIRMED, "the same chip in the vase"),
        (Outcome.UNSURE, "looked at both"),
    ]


def test_countries_may_disagree_and_both_words_stay(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    held("a", node.authority), held("b", other)
    say(node.authority, "a", Outcome.CONFIRMED, "b")
    say(other, "a", Outcome.REJECTED, "b")
    for actor in (node.operator, Actor.operator(other)):
        found = said(actor)
        assert (found.agreement, found.confirmed_by, found.rejected_by) == (
            Agreement.DISPUTED,
            ("NL-UNIT",),
            ("BR-UNIT",),
        )


def test_a_judgement_is_said_of_one_kind_and_of_no_other(sqlite_node: Node) -> None:
    held("a", sqlite_node.authority), held("b", sqlite_node.authority)
    say(sqlite_node.authority, "a", Outcome.REJECTED, "b")
    say(sqlite_node.authority, "a", Outcome.CONFIRMED, "b", kind=LinkKind.SCENE)
    assert said(sqlite_node.operator).own is Outcome.REJECTED
    scene = show_link(Named(AB.one, AB.other, LinkKind.SCENE), actor=sqlite_node.operator)
    assert scene.said.agreement is Agreement.SAME


def test_withdrawing_takes_all_own_words_back_and_no_other_s(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    held("a", node.authority), held("b", other)
    say(node.authority, "a", Outcome.CONFIRMED, "b")
    say(node.authority, "a", Outcome.REJECTED, "b")
    say(other, "a", Outcome.REJECTED, "b")
    assert withdraw(AB, actor=node.operator) == 2
    assert (said(node.operator).own, said(node.operator).rejected_by) == (None, ("BR-UNIT",))
    assert Judgement.objects.count() == 3
    assert len(show_link(AB, actor=node.operator).words) == 3
    assert len(show_link(AB, actor=Actor.operator(other)).words) == 1
    with pytest.raises(InputError) as caught:
        withdraw(AB, actor=node.operator)
    assert caught.value.code == "judgement.missing"


def test_the_word_stands_on_the_pair_and_names_the_suggestion_that_led_to_it(sqlite_node: Node) -> None:
    link = suggested(held("a", sqlite_node.authority), held("b", sqlite_node.authority))
    say(sqlite_node.authority, "a", Outcome.REJECTED, "b")
    assert Judgement.objects.get().link == link
    link.delete()
    suggested(held("a"), held("b"), method="pdq-31/2", bits=2)
    assert said(sqlite_node.operator).own is Outcome.REJECTED


def test_the_act_is_audited_with_its_case_and_without_its_reason(node: Node) -> None:
    held("a", node.authority), held("b", node.authority)
    judge(AB, Outcome.CONFIRMED, reason="secret", actor=node.operator, case="K1")
    withdraw(AB, actor=node.operator)
    made, back = AuditEvent.objects.filter(tag__contains="judgement").order_by("pk")
    assert (made.tag, made.case_reference, made.counts) == (AuditTag.JUDGEMENT_MADE, "K1", {"confirmed": 1})
    assert made.record_ids == back.record_ids == [Judgement.objects.get().pk]
    assert Judgement.objects.get().case is not None


@pytest.mark.parametrize("word", ["hidden", "nowhere"])
def test_media_that_may_not_be_seen_cannot_be_judged_and_are_refused_like_none(node: Node, word: str) -> None:
    owner = unit(node, "BR-UNIT")
    held("a", node.authority)
    series_with(owner, "Moss", held("hidden", owner), handling=Handling.BLIND)
    with pytest.raises(InputError) as caught:
        say(node.authority, "a", Outcome.CONFIRMED, word)
    assert caught.value.code == "media.missing"
    assert caught.value.sentence == f"There is no media {name_of(word)}, or you may not see it."
    assert Judgement.objects.count() == 0


def test_a_judgement_does_not_give_a_blind_series_away(node: Node) -> None:
    owner = unit(node, "BR-UNIT")
    held("a", node.authority, owner), held("b", node.authority, owner)
    say(owner, "a", Outcome.CONFIRMED, "b")
    assert said(node.operator).confirmed_by == ("BR-UNIT",)
    series_with(owner, "Moss", held("a"), handling=Handling.BLIND)
    assert said(node.operator).confirmed_by == ()
    assert said(Actor.operator(owner)).own is Outcome.CONFIRMED


def test_one_s_own_word_can_be_taken_back_after_its_media_were_hidden(node: Node) -> None:
    owner = unit(node, "BR-UNIT")
    held("a", owner), held("b", node.authority)
    say(node.authority, "a", Outcome.REJECTED, "b")
    series_with(owner, "Moss", held("a"), handling=Handling.BLIND)
    with pytest.raises(InputError, match="may not see it"):
        say(node.authority, "a", Outcome.CONFIRMED, "b")
    assert withdraw(AB, actor=node.operator) == 1


def test_a_hotline_sees_no_words_of_others(node: Node) -> None:
    hotline = unit(node, "CA-LINE", kind=AuthorityKind.HOTLINE)
    held("a", node.authority, hotline), held("b", node.authority, hotline)
    say(node.authority, "a", Outcome.CONFIRMED, "b")
    assert said(Actor.operator(hotline)).agreement is Agreement.OPEN


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.REPORTER, Role.HOTLINE_ANALYST])
def test_only_analysts_judge(sqlite_node: Node, role: Role) -> None:
    held("a", sqlite_node.authority), held("b", sqlite_node.authority)
    actor = Actor(sqlite_node.authority, frozenset({role}))
    with pytest.raises(AccessError):
        judge(AB, Outcome.CONFIRMED, reason="r", actor=actor)
    with pytest.raises(AccessError):
        withdraw(AB, actor=actor)
    assert visible_to(actor, Judgement).count() == 0


def test_what_makes_no_sense_is_refused(sqlite_node: Node) -> None:
    held("a", sqlite_node.authority), held("b", sqlite_node.authority)
    for outcome, other, reason, code in (
        (Outcome.SUGGESTED, "b", "r", "judgement.invalid"),
        (Outcome.CONFIRMED, "a", "r", "judgement.invalid"),
        (Outcome.CONFIRMED, "b", " ", "judgement.invalid"),
        (Outcome.CONFIRMED, "b", "x" * 501, "judgement.invalid"),
    ):
        with pytest.raises(InputError) as caught:
            say(sqlite_node.authority, "a", outcome, other, reason=reason)
        assert caught.value.code == code

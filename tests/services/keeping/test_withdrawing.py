"""What is withdrawn is hidden at once from everybody else; who had received it is told, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn import statistics
from cairn.errors import AccessError, InputError
from cairn.linking.judgement import LinkKind, Outcome
from cairn.records.access import visible_series, visible_to
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent
from cairn.records.cases import Case
from cairn.records.categories import Categorisation
from cairn.records.links import Judgement
from cairn.records.people import Victim
from cairn.records.sightings import Sighting
from cairn.records.users import Actor
from cairn.services.alerting.reading import Choice, list_alerts
from cairn.services.categories import find_category
from cairn.services.judgements.judge import Named
from cairn.services.judgements.judge import withdraw as withdraw_judgement
from cairn.services.keeping.categorised import own_categorisation
from cairn.services.keeping.sightings import take_back_sightings, withdraw_sightings
from cairn.services.keeping.withdrawing import take_back, withdraw
from cairn.services.series.claims import claim
from cairn.services.series.page import series_page
from cairn.types import Handling
from pictures import drawn, save
from services.judging import held, name_of, say, series_with
from services.seizures import hold, run, unit, verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.authorities import Authority
    from cairn.services.node.opening import Node


def told(authority: Authority) -> list[str]:
    """Answer what the authority is told of withdrawals, in words."""
    rows = list_alerts(Choice(kind=AlertKind.WITHDRAWAL), actor=Actor.operator(authority))
    return [row.words for row in reversed(rows)]


def test_a_withdrawn_series_is_seen_by_its_owner_alone_until_it_is_taken_back(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    stone = series_with(node.authority, "Stone", held("a", node.authority))
    withdraw(stone, reason="a mistake", actor=node.operator)
    assert not visible_series(Actor.operator(other)).exists()
    assert visible_series(node.operator).get().withdrawn_at is not None
    take_back(stone, reason="no mistake", actor=node.operator)
    assert visible_series(Actor.operator(other)).get().withdrawn_at is None
    rows = AuditEvent.objects.filter(tag__startswith="records:series:").order_by("pk")
    assert list(rows.values_list("tag", "purpose", "record_ids"))[-2:] == [
        ("records:series:withdraw", "a mistake", [stone.pk]),
        ("records:series:restore", "no mistake", [stone.pk]),
    ]


def test_nobody_but_the_owner_withdraws_not_even_the_lead(node: Node) -> None:
    lead = unit(node, "BR-UNIT")
    stone = series_with(node.authority, "Stone")
    stone.lead = lead
    stone.save()
    for turn in (withdraw, take_back):
        with pytest.raises(AccessError):
            turn(stone, reason="r", actor=Actor.operator(lead))


def test_a_withdrawal_takes_a_reason_and_is_done_once(node: Node) -> None:
    stone = series_with(node.authority, "Stone")
    with pytest.raises(InputError, match="reason"):
        withdraw(stone, reason=" ", actor=node.operator)
    with pytest.raises(InputError, match="not withdrawn"):
        take_back(stone, reason="r", actor=node.operator)
    withdraw(stone, reason="r", actor=node.operator)
    with pytest.raises(InputError, match="already"):
        withdraw(stone, reason="r", actor=node.operator)


def test_those_who_had_to_do_with_a_series_are_told_each_time_and_nobody_else_is(node: Node) -> None:
    claims, holds, leads, stranger = (unit(node, f"{code}-UNIT") for code in ("BR", "JP", "CA", "FR"))
    stone = series_with(node.authority, "Stone", held("a", node.authority, holds))
    stone.lead = leads
    stone.save()
    claim(stone, days=1, case=None, actor=Actor.operator(claims))
    withdraw(stone, reason="r", actor=node.operator)
    words = "NL-UNIT has withdrawn a series that you had to do with. Keep nothing that came of it."
    assert [told(each) for each in (claims, holds, leads, stranger)] == [[words], [words], [words], []]
    take_back(stone, reason="r", actor=node.operator)
    withdraw(stone, reason="r", actor=node.operator)
    assert told(claims) == [words, words]


def test_who_has_only_checked_what_lies_in_a_series_is_told_too(node: Node, tmp_path: Path) -> None:
    unit(node, "BR-UNIT")
    looks = unit(node, "JP-UNIT")
    picture = save(drawn(1), tmp_path / "a.png")
    hold(node, picture, authority="BR-UNIT")
    stone = series_with(node.authority, "Stone", Sighting.objects.get().media)
    run(node, picture, authority="JP-UNIT")
    withdraw(stone, reason="r", actor=node.operator)
    assert len(told(looks)) == 1


def test_a_blind_series_is_withdrawn_without_a_word_to_those_who_hold_its_media(node: Node) -> None:
    holds = unit(node, "BR-UNIT")
    stone = series_with(node.authority, "Stone", held("a", node.authority, holds), handling=Handling.BLIND)
    withdraw(stone, reason="r", actor=node.operator)
    assert told(holds) == []


def test_withdrawn_sightings_no_longer_make_a_file_known_to_others(node: Node, tmp_path: Path) -> None:
    asker = unit(node, "BR-UNIT")
    picture, near = save(drawn(1), tmp_path / "a.png"), save(drawn(1).resize((250, 250)), tmp_path / "b.png")
    hold(node, picture, authority="NL-UNIT")
    before = verdicts(run(node, picture, near, authority="BR-UNIT"))
    case = Case.objects.get(authority=node.authority)
    assert withdraw_sightings(case, reason="r", actor=node.operator) == 1
    after = verdicts(run(node, picture, near, authority="BR-UNIT"))
    assert (before, after) == (
        {"a.png": "known", "b.png": "similar"},
        {"a.png": "new", "b.png": "new"},
    )
    assert told(asker) == [
        "NL-UNIT has withdrawn sightings of something that you have met. Keep nothing that came of it."
    ]
    assert take_back_sightings(case, reason="r", actor=node.operator) == 1
    assert verdicts(run(node, picture, near, authority="BR-UNIT")) == before


def test_one_exhibit_can_be_withdrawn_alone(node: Node, tmp_path: Path) -> None:
    first, second = (save(drawn(number), tmp_path / f"{number}.png") for number in (1, 2))
    hold(node, first, authority="NL-UNIT", exhibit="phone")
    hold(node, second, authority="NL-UNIT", exhibit="disk")
    case = Case.objects.get()
    assert withdraw_sightings(case, exhibit="phone", reason="r", actor=node.operator) == 1
    assert Sighting.objects.get(withdrawn_at=None).exhibit.label == "disk"
    with pytest.raises(InputError, match="left to withdraw"):
        withdraw_sightings(case, exhibit="phone", reason="r", actor=node.operator)
    with pytest.raises(InputError, match="no exhibit 'tower'"):
        withdraw_sightings(case, exhibit="tower", reason="r", actor=node.operator)
    with pytest.raises(InputError, match="Nothing of it is withdrawn"):
        take_back_sightings(case, exhibit="disk", reason="r", actor=node.operator)


def test_who_met_content_without_seeing_whose_it_is_does_not_learn_it_now(node: Node) -> None:
    holds = unit(node, "BR-UNIT")
    media = held("a", node.authority, holds)
    held("b", node.authority)  # Of the same case; the other sees this one, and has not met it.
    series_with(node.authority, "Stone", media, handling=Handling.BLIND)
    case = Case.objects.get(authority=node.authority)
    withdraw_sightings(case, reason="r", actor=node.operator)
    assert told(holds) == []


def test_a_series_page_no_longer_counts_what_another_has_withdrawn(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    stone = series_with(node.authority, "Stone", held("a", node.authority, other))
    before = series_page(stone, actor=node.operator)
    case = Case.objects.get(authority=other)
    withdraw_sightings(case, reason="r", actor=Actor.operator(other))
    after = series_page(stone, actor=node.operator)
    assert (before.seen.by_country, after.seen.by_country) == ({"BR": 1, "NL": 1}, {"NL": 1})


def test_others_do_not_withdraw_what_was_found_in_a_case(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    held("a", node.authority)
    with pytest.raises(AccessError):
        withdraw_sightings(Case.objects.get(), reason="r", actor=Actor.operator(other))


def test_a_category_and_a_judgement_are_hidden_and_those_who_met_the_media_are_told(node: Node) -> None:
    holds, stranger = unit(node, "BR-UNIT"), unit(node, "JP-UNIT")
    one = held("a", node.authority, holds)
    held("b", node.authority)
    category = find_category("exchange:baseline")
    Categorisation.objects.create(media=one, category=category, authority=node.authority)
    found = own_categorisation(name_of("a"), category, actor=node.operator)
    withdraw(found, reason="r", actor=node.operator)
    assert not visible_to(Actor.operator(holds), Categorisation).exists()
    say(node.authority, "a", Outcome.CONFIRMED, "b")
    withdraw_judgement(Named(name_of("a"), name_of("b"), LinkKind.DUPLICATE), actor=node.operator)
    assert not visible_to(Actor.operator(holds), Judgement).exists()
    assert [words.partition(" of ")[0] for words in told(holds)] == [
        "NL-UNIT has withdrawn a category",
        "NL-UNIT has withdrawn a judgement on something that you have met. Keep nothing that came",
    ]
    assert told(stranger) == []


def test_a_category_that_was_not_said_cannot_be_withdrawn(node: Node) -> None:
    held("a", node.authority)
    with pytest.raises(InputError, match="There is no media"):
        own_categorisation(name_of("a"), find_category("exchange:baseline"), actor=node.operator)


def test_a_victim_is_withdrawn_and_those_of_its_series_are_told(node: Node) -> None:
    holds, stranger = unit(node, "BR-UNIT"), unit(node, "JP-UNIT")
    stone = series_with(node.authority, "Stone", held("a", node.authority, holds))
    victim = Victim.objects.create(owner=node.authority, national_reference="V1", country="NL")
    victim.series.add(stone)
    withdraw(victim, reason="r", actor=node.operator)
    assert not visible_to(Actor.operator(holds), Victim).exists()
    assert told(holds) == [
        "NL-UNIT has withdrawn a victim of a series that you had to do with. Keep nothing that came of it."
    ]
    assert told(stranger) == []
    take_back(victim, reason="r", actor=node.operator)
    assert visible_to(Actor.operator(holds), Victim).exists()


def test_statistics_notice_what_is_withdrawn_and_taken_back(node: Node) -> None:
    stone = series_with(node.authority, "Stone", held("a", node.authority), held("b", node.authority))
    case = Case.objects.get()
    for change in (
        lambda: withdraw(stone, reason="r", actor=node.operator),
        lambda: take_back(stone, reason="r", actor=node.operator),
        lambda: withdraw_sightings(case, reason="r", actor=node.operator),
        lambda: take_back_sightings(case, reason="r", actor=node.operator),
    ):
        assert statistics.is_fresh(statistics.refresh())
        change()
        assert not statistics.is_fresh(statistics.latest())


def test_as_many_withdrawn_as_taken_back_are_noticed_too(node: Node) -> None:
    held("a", node.authority)
    case = Case.objects.get()
    withdraw_sightings(case, reason="r", actor=node.operator)
    statistics.refresh()
    take_back_sightings(case, reason="r", actor=node.operator)
    withdraw_sightings(case, reason="r", actor=node.operator)
    assert not statistics.is_fresh(statistics.latest())


def test_an_alert_of_a_withdrawal_names_no_record(node: Node) -> None:
    holds = unit(node, "BR-UNIT")
    held("a", node.authority, holds)
    case = Case.objects.get(authority=node.authority)
    withdraw_sightings(case, reason="r", actor=node.operator)
    alert = Alert.objects.get(authority=holds, kind=AlertKind.WITHDRAWAL)
    assert (alert.series, alert.facts) == (None, {"what": "sighting"})

"""Two years of the demonstration's alliance: what was met again where, who was identified, and who said what.

Everything is said through the same use cases that people use. Only content that others have recorded already
is met again, and only of series that the whole alliance sees: so the truth about the seizure stays the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records.people import AgeBand, Offender, Sex, Support, Victim
from cairn.records.series import Marker, Priority
from cairn.records.sightings import SightingSource
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.demonstration.members import COMPANY, HOTLINE
from cairn.services.directory.acting import operator_of
from cairn.services.directory.authorities import authorities
from cairn.services.people.recording import PersonFacts, attach, record_person, say_support
from cairn.services.series.claims import claim
from cairn.services.series.names import find_series
from cairn.services.series.words import add_alias, add_note, set_marker, set_priority
from cairn.services.status.changing import Wish, change_status, confirm_status
from cairn.types import Handling, OffenderStatus, VictimStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cairn.records.users import Actor
    from cairn.services.checking.measuring import OpenPool
    from cairn.services.node.opening import Node
    from cairn.synthetic import Holding, Story

MONTHS = 24
_DAYS_A_MONTH = 30
_MEETERS = (
    ("FR-DEMO", SightingSource.SEIZURE),
    (HOTLINE, SightingSource.HOTLINE_REPORT),
    ("KE-DEMO", SightingSource.SEIZURE),
    (COMPANY, SightingSource.COMPANY_REPORT),
    ("BR-DEMO", SightingSource.EXCHANGE),
    ("JP-DEMO", SightingSource.SEIZURE),
)
"""Who meets something again, in turn, and how it comes to them."""
_VICTIMS = 36
_OFFENDERS = 18
_THIRDS = 3


@dataclass(frozen=True, slots=True)
class Alliance:
    """The node, the story, and the two people of each unit.

    Attributes:
        node: Where it happens.
        story: Who holds what.
        people: Two people of each unit, by its code.
    """

    node: Node
    story: Story
    people: Mapping[str, tuple[Actor, Actor]]


def months_ago(months: int) -> datetime:
    """Answer the moment so many months of thirty days before now, at the start of its day."""
    then = timezone.now() - timedelta(days=months * _DAYS_A_MONTH)
    return datetime(then.year, then.month, then.day, tzinfo=UTC)


def live_two_years(alliance: Alliance, *, open_pool: OpenPool) -> str:
    """Let two years pass, and answer in words what happened."""
    met = sum(_meet_again(alliance, open_pool))
    _identify_victims(alliance)
    _find_offenders(alliance)
    _talk_of_series(alliance)
    return (
        f"Two years have passed: {met:,} sightings of what others hold, {_VICTIMS} victims identified, "
        f"{_OFFENDERS} offenders identified."
    )


def held_since(story: Story, holding: Holding) -> int:
    """Answer how many months ago a holding was met: a third of them each, eight months apart."""
    return MONTHS - story.holdings.index(holding) % _THIRDS * (MONTHS // _THIRDS)


def _shared(story: Story) -> list[Holding]:
    """Answer the holdings that the whole alliance may see."""
    return [
        holding
        for holding in story.holdings
        if holding.series is not None and holding.series.handling is Handling.ALLIANCE
    ]


def _meet_again(alliance: Alliance, open_pool: OpenPool) -> Iterator[int]:
    """Register, month by month, what somebody has met of others; yield how many sightings that were."""
    present = {authority.code for authority in authorities()}
    meeters = cycle(each for each in _MEETERS if each[0] in present)
    for month in range(MONTHS - 1, -1, -1):
        there = [each for each in _shared(alliance.story) if held_since(alliance.story, each) > month]
        if not there:
            continue
        holding = there[month % len(there)]
        code, source = next(each for each in meeters if each[0] != holding.authority.code)
        files = sorted(holding.folder.iterdir())
        request = CheckRequest(
            paths=tuple(files[month % 2 :: 2] or files),
            actor=operator_of(alliance.node, code),
            case=f"{code}-{months_ago(month):%Y-%m}",
            exhibit="found again",
            register=True,
            source=source,
            found_at=months_ago(month),
        )
        yield check(alliance.node, request, open_pool=open_pool).registered or 0


def _identify_victims(alliance: Alliance) -> None:
    """Record victims in turn for the units, identify them over the two years, and safeguard most of them."""
    units = cycle(alliance.people.items())
    solved = _solved(alliance)
    for number in range(_VICTIMS):
        code, (first, second) = next(units)
        facts = PersonFacts(sex=(Sex.FEMALE, Sex.MALE)[number % 3 == 0], age_band=list(AgeBand)[number % 5])
        victim = record_person(Victim, f"{code}-V-{number:03}", facts, actor=first)
        if solved:
            attach(victim, find_series(solved[number % len(solved)], actor=first), actor=first)
        day = _day(number, _VICTIMS)
        change_status(victim, Wish(VictimStatus.IDENTIFIED, day), actor=first)
        confirm_status(victim, actor=second)
        if number % 4:
            later = min(day + timedelta(days=20), timezone.now().date())
            change_status(victim, Wish(VictimStatus.SAFEGUARDED, later), actor=first)
            say_support(victim, Support.GIVEN, on=later, actor=first)


def _find_offenders(alliance: Alliance) -> None:
    units = cycle(alliance.people.items())
    for number in range(_OFFENDERS):
        code, (first, second) = next(units)
        offender = record_person(Offender, f"{code}-O-{number:03}", PersonFacts(), actor=first)
        day = _day(number, _OFFENDERS)
        change_status(offender, Wish(OffenderStatus.IDENTIFIED, day), actor=first)
        confirm_status(offender, actor=second)
        if number % 3:
            change_status(offender, Wish(OffenderStatus.ARRESTED, day), actor=first)


def _talk_of_series(alliance: Alliance) -> None:
    """Mark, name, note and claim what is still unsolved."""
    marks = cycle(Marker)
    for holding in _shared(alliance.story):
        assert holding.series is not None  # noqa: S101 - shared holdings have one
        owner, other = alliance.people[holding.authority.code][0], _somebody_else(alliance, holding)
        series = find_series(f"{holding.authority.code}/{holding.series.name}", actor=owner)
        set_marker(series, next(marks), actor=owner)
        if not holding.series.status.is_settled:
            set_priority(series, Priority.HIGH, actor=owner)
            add_alias(series, f"our {series.name}", actor=other)
            add_note(series, "The tiles are sold in two countries only.", actor=other)
            claim(series, actor=other)


def _somebody_else(alliance: Alliance, holding: Holding) -> Actor:
    return next(people[1] for code, people in alliance.people.items() if code != holding.authority.code)


def _solved(alliance: Alliance) -> list[str]:
    return [
        f"{holding.authority.code}/{holding.series.name}"
        for holding in _shared(alliance.story)
        if holding.series is not None and holding.series.status.is_settled
    ]


def _day(number: int, of: int) -> date:
    """Answer a day in the two years, so that ``of`` of them are spread evenly."""
    return months_ago(MONTHS - number * MONTHS // of).date()

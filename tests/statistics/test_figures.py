"""The figures of people, series, work and the alliance, counted from a few records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils import timezone

from cairn.errors import AccessError
from cairn.records import audit
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AllianceCountry, Authority
from cairn.records.people import Offender, Support, Victim
from cairn.records.series import Marker, Series, SeriesMarker
from cairn.records.sightings import SightingSource
from cairn.records.summaries import Summary
from cairn.records.users import Actor, Role
from cairn.services.statistics import refresh, statistics
from cairn.statistics import LOOKS_AVOIDED, Scope
from cairn.statistics.alliance import alliance
from cairn.statistics.keys import Keys, keys_of_all
from cairn.statistics.people import count_people, people
from cairn.statistics.series import count_series, series
from cairn.statistics.sightings import growth
from cairn.statistics.summary import refresh as refresh_all
from cairn.statistics.work import work
from cairn.types import Handling, SeriesStatus
from services.seizures import unit
from sightings_by_hand import Met, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.services.node.opening import Node
    from cairn.statistics import Figure

TODAY = date(2026, 6, 1)
ALL = Keys(None)


def values(figures: Iterable[Figure], name: str) -> dict[str, float | None]:
    """Answer the numbers of one figure by key."""
    figure = next(each for each in figures if each.name == name)
    return {cell.key: cell.value for cell in figure.cells}


def victim(owner: Authority, reference: str, identified: date | None, **more: object) -> None:
    Victim.objects.create(
        owner=owner,
        national_reference=reference,
        country=str(more.pop("country", owner.country)),
        identified_on=identified,
        **more,
    )


def test_victims_and_offenders_are_counted_by_year_and_country(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    victim(node.authority, "1", date(2025, 7, 1), safeguarded_on=date(2026, 1, 1), support=Support.GIVEN)
    victim(node.authority, "2", date(2026, 2, 1), country="BE")
    victim(node.authority, "3", None)
    victim(other, "1", date(2024, 2, 1))
    victim(other, "2", date(2026, 2, 1), withdrawn_at=timezone.now())
    Offender.objects.create(
        owner=other, national_reference="9", country="BR", identified_on=date(2025, 1, 1), arrested_on=TODAY
    )
    found = list(people(ALL, count_people(ALL, TODAY)))
    assert values(found, "victims-total") == {"ever": 3}
    assert values(found, "victims-identified") == {"2024": 1, "2025": 1, "2026": 1}
    assert values(found, "victims-by-country") == {"NL": 1, "BE": 1, "BR": 1}
    assert values(found, "victims-a-day") == {"last 365 days": pytest.approx(2 / 365, abs=0.005)}
    assert values(found, "victims-safeguarded") == {"2026": 1}
    assert values(found, "victims-supported") == {"given": 1, "not given": 0, "not known": 2}
    assert values(found, "offenders-identified") == {"2025": 1}
    assert values(found, "offenders-arrested") == {"2026": 1}
    assert values(people(Keys(other), count_people(Keys(other), TODAY)), "victims-identified") == {"2024": 1}


def open_series(owner: Authority, name: str, status: SeriesStatus, **more: object) -> Series:
    row = Series.objects.create(
        owner=owner,
        lead=owner,
        name=name,
        status=status,
        status_since=TODAY,
        handling=Handling.ALLIANCE,
        **more,
    )
    Series.objects.filter(pk=row.pk).update(created_at=datetime(2026, 5, 2, 22, tzinfo=UTC))
    return row


def test_series_are_counted_by_status_and_mark_and_the_oldest_waits(node: Node) -> None:
    first = open_series(node.authority, "A", SeriesStatus.UNIDENTIFIED)
    open_series(node.authority, "B", SeriesStatus.IDENTIFIED)
    open_series(node.authority, "C", SeriesStatus.UNIDENTIFIED, withdrawn_at=timezone.now())
    open_series(node.authority, "D", SeriesStatus.UNIDENTIFIED, merged_into=first)
    for owner in (node.authority, unit(node, "BR-UNIT")):
        SeriesMarker.objects.create(series=first, marker=Marker.LIVE_STREAMED, authority=owner)
    found = list(series(ALL, count_series(ALL, TODAY)))
    assert values(found, "series-by-status") == {
        "unidentified": 1,
        "in-progress": 0,
        "identified": 1,
        "safeguarded": 0,
    }
    assert values(found, "oldest-unidentified") == {"oldest": 30}
    assert values(found, "markers") == {"2026 live-streamed": 1}


def test_without_an_unidentified_series_none_is_the_oldest(node: Node) -> None:
    assert values(series(ALL, count_series(ALL, TODAY)), "oldest-unidentified") == {"oldest": None}


def test_growth_is_what_a_year_adds_to_what_was_held() -> None:
    assert growth({"2026": 22, "2024": 100, "2025": 10}) == {"2025": 10.0, "2026": 20.0}
    assert growth({}) == {}


def test_looks_avoided_are_summed_from_the_checks_and_hours_rest_on_an_assumption(node: Node) -> None:
    with transaction.atomic():
        for avoided in (100, 620):
            counts = {"known": avoided, "new": 30, LOOKS_AVOIDED: avoided}
            audit.append(AuditTag.CHECK_ANSWERED, actor=node.operator, counts=counts)
    year = str(timezone.now().year)
    found = list(work(refresh_all(), Keys(node.authority), 10))
    assert values(found, "files-checked") == {year: 780}
    assert values(found, "looks-avoided") == {year: 720}
    assert values(found, "hours-avoided") == {year: 2}
    assert "if one look takes 10 seconds" in next(f.words for f in found if f.name == "hours-avoided")
    assert values(work(refresh_all(), Keys(unit(node, "BR-UNIT")), 10), "looks-avoided") == {}


def test_the_alliance_is_counted_by_countries_and_units(node: Node) -> None:
    unit(node, "BR-UNIT")
    Authority.objects.filter(code="BR-UNIT").update(connected_since=TODAY)
    for code in ("NL", "KE"):
        AllianceCountry.objects.create(code=code)
    assert values(alliance(), "countries") == {
        "members": 2,
        "with a dedicated unit": 2,
        "members without a unit": 1,
        "connected": 1,
    }
    assert values(alliance(), "units") == {"recorded": 2, "connected": 1}


def test_what_the_alliance_is_told_of_names_every_year_and_country_also_the_empty_ones(node: Node) -> None:
    AllianceCountry.objects.create(code="KE")
    victim(node.authority, "1", date(2020, 7, 1), country="BE")
    keys = keys_of_all(TODAY)
    assert (keys.years, keys.countries) == (("2022", "2023", "2024", "2025", "2026"), ("BE", "KE", "NL"))
    found = list(people(keys, count_people(keys, TODAY)))
    assert values(found, "victims-by-country") == {"BE": 1, "KE": 0, "NL": 0}
    assert values(found, "victims-identified")["2020"] == 1
    assert values(found, "offenders-arrested") == dict.fromkeys(keys.years, 0)


def met(
    owner: Authority, number: int, source: SightingSource = SightingSource.SEIZURE, year: int = 2026
) -> None:
    record(Met(owner, number, 1, datetime(year, 3, 1, tzinfo=UTC), source))


def test_own_figures_are_exact_and_those_of_the_alliance_are_not_told_where_they_are_small(
    node: Node,
) -> None:
    other = unit(node, "BR-UNIT")
    for number in range(7):
        met(other, number)
    for number in range(6):
        met(other, number, year=2025)
    met(node.authority, 1, SightingSource.COMPANY_REPORT)
    own = statistics(node.operator, scope=Scope.OWN)
    assert (own.authority, own.scope) == ("NL-UNIT", Scope.OWN)
    assert values(own.figures, "sightings-by-source") == {"2026 companies": 1}
    every = statistics(node.operator, scope=Scope.ALLIANCE)
    figure = next(each for each in every.figures if each.name == "sightings-by-source")
    told = {cell.key: cell.value for cell in figure.cells if not cell.is_withheld}
    assert told == {"2026 police": 7}  # With 2025 withheld too, nobody can tell that the others are zero.
    assert len(figure.cells) == 15  # Five years of three sources.
    looks = AuditEvent.objects.filter(tag=AuditTag.STATISTICS_READ).order_by("pk")
    assert [look.counts for look in looks] == [{"own": 1}, {"alliance": 1}]


def test_an_authority_s_own_figures_do_not_show_whether_somebody_unseen_has_met_the_same(node: Node) -> None:
    met(unit(node, "BR-UNIT"), 1)
    met(node.authority, 1)
    met(node.authority, 2)
    found = statistics(node.operator, scope=Scope.OWN).figures
    assert values(found, "media-by-year") == {"2026": 2}


def test_the_alliance_is_told_the_same_all_day_whatever_is_met(node: Node) -> None:
    met(node.authority, 1)
    before = statistics(node.operator, scope=Scope.ALLIANCE)
    met(node.authority, 2)
    assert statistics(node.operator, scope=Scope.OWN).counted_at > before.counted_at
    assert statistics(node.operator, scope=Scope.ALLIANCE).counted_at == before.counted_at
    yesterday = timezone.now() - timedelta(days=1)
    Summary.objects.update(started_at=yesterday, finished_at=yesterday)
    met(node.authority, 3)
    assert statistics(node.operator, scope=Scope.ALLIANCE).counted_at == yesterday
    assert values(statistics(node.operator, scope=Scope.OWN).figures, "media-by-year") == {"2026": 3}


def test_a_large_node_tells_of_the_alliance_as_it_was_counted_and_of_one_s_own_as_it_is(
    sqlite_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.services.statistics.QUICK_SIGHTINGS", 0)
    node, other = sqlite_node, unit(sqlite_node, "BR-UNIT")
    met(node.authority, 1)
    for number in range(1, 8):
        victim(other, str(number), date(2025, 7, 1))
    open_series(node.authority, "A", SeriesStatus.UNIDENTIFIED)
    refresh(node.operator)
    before = statistics(node.operator, scope=Scope.ALLIANCE)
    assert (before.is_kept, values(before.figures, "victims-total")) == (True, {"ever": 7})
    victim(other, "8", date(2025, 7, 1))
    victim(node.authority, "1", date(2025, 7, 1))
    late = unit(node, "NL-LATE", country="NL")
    victim(late, "1", date(2025, 7, 1))
    assert statistics(node.operator, scope=Scope.ALLIANCE).figures[:12] == before.figures[:12]
    own = statistics(node.operator, scope=Scope.OWN)
    assert (own.is_kept, values(own.figures, "victims-total")) == (False, {"ever": 1})
    told = statistics(Actor.operator(late), scope=Scope.ALLIANCE).figures
    assert values(told, "victims-total") == {"ever": 7}, "who came later is told the same"
    yesterday = timezone.now() - timedelta(days=1)
    Summary.objects.update(started_at=yesterday, finished_at=yesterday)
    kept = statistics(node.operator, scope=Scope.ALLIANCE)
    assert kept.today == yesterday.date(), "ages are as they were when they were counted"
    assert statistics(node.operator, scope=Scope.OWN).today > kept.today


def test_who_sees_no_material_is_told_no_small_count_of_their_own_authority(node: Node) -> None:
    met(node.authority, 1)
    auditor = Actor(node.authority, frozenset({Role.AUDITOR}))
    figure = next(f for f in statistics(auditor, scope=Scope.OWN).figures if f.name == "media-by-year")
    assert [(cell.value, cell.is_withheld) for cell in figure.cells] == [(None, True)]


def test_what_was_just_met_counts_at_once_on_a_small_node(node: Node) -> None:
    assert values(statistics(node.operator, scope=Scope.OWN).figures, "media-by-year") == {}
    record(Met(node.authority, 1, 1, datetime(2026, 3, 2, tzinfo=UTC), SightingSource.SEIZURE))
    assert values(statistics(node.operator, scope=Scope.OWN).figures, "media-by-year") == {"2026": 1}


def test_a_reporter_reads_no_statistics(sqlite_node: Node) -> None:
    reporter = Actor(sqlite_node.authority, frozenset({Role.REPORTER}))
    with pytest.raises(AccessError, match="There is no such record"):
        statistics(reporter, scope=Scope.ALLIANCE)
    for role in Role:
        actor = Actor(sqlite_node.authority, frozenset({role}))
        if role == Role.ADMINISTRATOR:
            assert refresh(actor).finished_at is not None
        else:
            with pytest.raises(AccessError, match="There is no such record"):
                refresh(actor)


def test_unidentified_series_are_counted_by_how_long_they_have_waited(node: Node) -> None:
    for place, days in enumerate((0, 90, 91, 364, 365, 729, 730)):
        row = open_series(node.authority, f"Fall {place}", SeriesStatus.UNIDENTIFIED)
        opened = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC) - timedelta(days=days)
        Series.objects.filter(pk=row.pk).update(created_at=opened)
    open_series(node.authority, "Settled", SeriesStatus.IDENTIFIED)
    found = values(
        series(Keys(node.authority), count_series(Keys(node.authority), TODAY)), "unidentified-by-age"
    )
    assert found == {"0 to 90": 2, "91 to 364": 2, "365 to 729": 2, "730 or more": 1}

"""Drawings of a series: what is counted is drawn, and everything that is drawn was counted."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.judgement import Agreement, LinkKind
from cairn.services.answering.matches import Said
from cairn.services.judgements.link_facts import LinkRow
from cairn.services.series.sightings import Seen
from cairn.web.board.charts import HEIGHT, MOST_MONTHS, WIDTH, shares, timeline
from cairn.web.board.graph import MOST_NODES, SIZE, graph_of

MONTHS = st.dictionaries(
    st.builds(lambda year, month: f"{year}-{month:02}", st.integers(1995, 2030), st.integers(1, 12)),
    st.integers(1, 10**6),
    min_size=1,
)


def seen(by_month: dict[str, int]) -> Seen:
    return Seen(sum(by_month.values()), None, None, {}, {}, dict(sorted(by_month.items())))


def link(one: str, other: str) -> LinkRow:
    said = Said(own=None, agreement=Agreement.OPEN, confirmed_by=(), rejected_by=())
    return LinkRow(one, other, LinkKind.DUPLICATE, "m", 0.9, "", said, ())


@given(MONTHS, st.integers(0, 100))
def test_the_timeline_holds_every_sighting_once_and_stays_within_its_frame(
    by_month: dict[str, int], percent: int
) -> None:
    later = {month: number * percent // 100 for month, number in by_month.items()}
    drawn = timeline(seen(by_month), seen(later), identified_on=None)
    assert drawn is not None
    assert sum(bar.before + bar.after for bar in drawn.bars) == sum(by_month.values())
    assert sum(bar.after for bar in drawn.bars) == sum(later.values())
    for bar in drawn.bars:
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH
        assert (bar.before_height + bar.after_height > 0) == (bar.before + bar.after > 0)
        assert 0 <= bar.after_y <= bar.after_y + bar.after_height == bar.before_y
        assert bar.before_y + bar.before_height == HEIGHT


def test_months_without_sightings_are_drawn_empty_and_many_months_become_years() -> None:
    drawn = timeline(seen({"2025-11": 2, "2026-02": 1}), None, identified_on=date(2026, 1, 5))
    assert drawn is not None
    assert [bar.label for bar in drawn.bars] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert drawn.identified_x == drawn.bars[3].x
    long = timeline(seen({"2001-01": 1, "2026-02": 1}), None, identified_on=None)
    assert long is not None
    assert [bar.label for bar in long.bars] == [str(year) for year in range(2001, 2027)]
    assert MOST_MONTHS < 25 * 12
    assert timeline(seen({}), None, identified_on=None) is None


def test_a_share_is_as_long_as_its_number() -> None:
    most, half, little = shares({"NL": 100, "BR": 50, "FR": 1})
    assert (half.length * 2, little.length) == (most.length, 2)
    assert most.y < half.y < little.y


def test_what_hangs_together_lies_side_by_side_and_too_much_is_not_drawn() -> None:
    drawn = graph_of([link("a", "b"), link("c", "d"), link("b", "e")])
    assert drawn is not None
    assert [node.label for node in drawn.nodes] == ["a", "b", "e", "c", "d"]
    assert len({(node.x, node.y) for node in drawn.nodes}) == 5
    assert all(0 <= at <= SIZE for node in drawn.nodes for at in (node.x, node.y))
    assert len(drawn.lines) == 3
    assert graph_of([]) is None
    assert graph_of([link("hub", str(each)) for each in range(MOST_NODES)]) is None

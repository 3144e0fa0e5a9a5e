"""A map of the world as tiles: one a country, all of one size, laid out roughly where the countries lie.

Countries of few people are seen as well as large ones, and nothing is claimed about borders. The layout is
our own, drawn by hand for this program. Beside a map there is always a table with the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LAYOUT = """
CA -- GL -- -- -- -- -- -- IS -- NO SE FI -- -- RU -- -- -- -- -- -- -- -- --
US -- BM -- -- -- -- -- IE GB -- DK EE LV LT BY -- KZ -- -- -- MN -- -- -- --
MX BS TC -- -- -- -- -- -- -- NL DE PL UA -- -- UZ KG TJ -- CN -- KP JP -- --
GT BZ CU HT DO PR KN -- -- BE LU CZ SK MD -- GE AZ TM -- -- -- -- KR TW -- --
SV HN JM KY AG DM LC -- FR LI AT HU RO -- -- AM IR AF PK NP BT -- HK MO -- --
NI -- -- AW VC BB -- PT ES MC CH SI HR RS BG TR IQ -- -- IN BD MM LA VN PH --
CR PA -- GD TT -- GI AD -- SM IT BA ME XK MK SY JO KW -- LK -- TH KH -- GU --
CO VE GY SR -- -- MA DZ TN MT VA AL GR CY LB IL PS SA BH QA MV MY BN -- PW MP
EC PE BR GF -- CV EH -- LY EG -- -- -- -- -- -- -- YE OM AE -- SG ID TL FM MH
BO PY UY -- -- MR ML NE TD SD ER DJ -- -- -- -- -- -- -- -- -- -- -- PG NR KI
CL AR FK -- -- SN GM BF NG CF SS ET SO -- -- -- -- -- -- -- -- -- AU SB VU TV
-- -- -- -- -- GW GN BJ CM CG UG KE SC -- -- -- -- -- -- -- -- -- -- NC FJ WS
-- -- -- -- -- SL LR CI GH TG GQ GA CD RW -- -- -- -- -- -- -- -- NZ CK TO PF
-- -- -- -- -- -- -- -- ST AO ZM BI TZ KM -- -- -- -- -- -- -- -- -- -- -- --
-- -- -- -- -- -- -- -- -- NA BW ZW MW MZ MU -- -- -- -- -- -- -- -- -- -- --
-- -- -- -- -- -- -- -- -- -- ZA LS SZ MG RE -- -- -- -- -- -- -- -- -- -- --
"""
_NONE = "--"
_ROWS = tuple(line.split() for line in _LAYOUT.split("\n") if line)
PLACES: Mapping[str, tuple[int, int]] = {
    code: (column, row)
    for row, codes in enumerate(_ROWS)
    for column, code in enumerate(codes)
    if code != _NONE
}
"""The column and the row of every country that has a tile, from the upper left."""
TILE, GAP = 26, 2
LEVELS = 4
"""Shades: more could not be told apart. The number stands in each tile as well."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One country of a map.

    Attributes:
        code: ISO 3166-1 alpha-2.
        number: What is counted there; ``None`` where nothing is, or where it is withheld.
        level: Its shade, 1 to ``LEVELS``; 0 for none.
        is_withheld: Something is, and how much is not told.
        x: Where it begins, from the left.
        y: Where it begins, from above.
    """

    code: str
    number: float | None
    level: int
    is_withheld: bool
    x: int
    y: int

    @property
    def is_counted(self) -> bool:
        """Whether there is anything to tell, or to withhold."""
        return self.number is not None or self.is_withheld


@dataclass(frozen=True, slots=True)
class TileMap:
    """A whole map, as a drawing of ``width`` by ``height``; countries without a tile stand in a last row."""

    tiles: tuple[Tile, ...]
    width: int
    height: int


def tile_map(counts: Mapping[str, float | None]) -> TileMap | None:
    """Answer the map of these numbers by country; ``None`` where there are none. ``None`` is withheld."""
    if not counts:
        return None
    elsewhere = [code for code in sorted(counts) if code not in PLACES]
    places = {**PLACES, **{code: (column, len(_ROWS)) for column, code in enumerate(elsewhere)}}
    most = max((number for number in counts.values() if number is not None), default=0)
    step = TILE + GAP
    rows = len(_ROWS) + bool(elsewhere)
    columns = max(map(len, _ROWS))
    return TileMap(tuple(_tiles(counts, places, most)), columns * step, rows * step)


def _tiles(
    counts: Mapping[str, float | None], places: Mapping[str, tuple[int, int]], most: float
) -> Iterator[Tile]:
    for code, (column, row) in places.items():
        number = counts.get(code)
        yield Tile(
            code=code,
            number=number or None,
            level=_level(number or 0, most),
            is_withheld=code in counts and number is None,
            x=column * (TILE + GAP),
            y=row * (TILE + GAP),
        )


def _level(number: float, most: float) -> int:
    """Answer a shade by equal parts of the most: anything at all has at least the first."""
    return 0 if number <= 0 else min(LEVELS, 1 + int(LEVELS * number / most))

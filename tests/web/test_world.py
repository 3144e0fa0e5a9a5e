"""The map of tiles: every country once, the number in its tile, and none left out."""

from __future__ import annotations

from collections import Counter

from cairn.web.world import LEVELS, PLACES, tile_map


def test_no_two_countries_share_a_place_and_codes_are_those_of_iso_3166() -> None:
    assert Counter(PLACES.values()).most_common(1)[0][1] == 1
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in PLACES)
    assert len(PLACES) > 200


def test_a_map_shades_by_number_withholds_what_is_withheld_and_leaves_nobody_out() -> None:
    found = tile_map({"NL": 40, "BR": 1, "JP": None, "QZ": 3, "FR": 0})
    assert found is not None
    tiles = {tile.code: tile for tile in found.tiles}
    assert (tiles["NL"].level, tiles["BR"].level, tiles["FR"].level) == (LEVELS, 1, 0)
    assert (tiles["JP"].is_withheld, tiles["JP"].number, tiles["FR"].is_withheld) == (True, None, False)
    assert tiles["QZ"].number == 3
    assert all(0 <= tile.x < found.width and 0 <= tile.y < found.height for tile in found.tiles)
    assert len({(tile.x, tile.y) for tile in found.tiles}) == len(found.tiles) == len(PLACES) + 1
    assert tile_map({}) is None


def test_a_map_lies_as_the_world_does_roughly() -> None:
    for west, east in (("US", "FR"), ("FR", "PL"), ("BR", "ZA"), ("IN", "JP")):
        assert PLACES[west][0] < PLACES[east][0], (west, east)
    for north, south in (("CA", "MX"), ("NO", "IT"), ("EG", "ZA"), ("JP", "AU"), ("MX", "CL")):
        assert PLACES[north][1] < PLACES[south][1], (north, south)

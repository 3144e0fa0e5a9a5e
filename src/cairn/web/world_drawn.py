"""The tiles of a map of the world as shapes, kept: a map has two hundred, and most are the same on each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cairn.web.addresses import address
from cairn.web.oversight.showing import number
from cairn.web.world import TILE

if TYPE_CHECKING:
    from cairn.web.world import Tile, TileMap

KEPT = 4_096
_MIDDLE = TILE // 2


def tiles(of: TileMap) -> SafeString:
    """Answer all tiles of a map; those of which something is told lead to the directory."""
    place, withheld = address("directory"), _("withheld")
    drawn = [
        _counted(tile, place, withheld if tile.is_withheld else number(tile.number))
        if tile.is_counted
        else _bare(tile.code, tile.x, tile.y)
        for tile in of.tiles
    ]
    return mark_safe("".join(drawn))  # noqa: S308 - each of them was made safe


@lru_cache(KEPT)
def _counted(tile: Tile, place: str, said: str) -> SafeString:
    """Draw a country with its number, which may be withheld."""
    return format_html(
        '<a href="{place}#country-{code}" aria-label="{code}: {said}">'
        '<rect class="level-{level}{withheld}" x="{x}" y="{y}" width="{size}" height="{size}" rx="3"/>'
        '<text class="code level-{level}" x="{middle}" y="{above}">'
        '<tspan translate="no">{code}</tspan></text>'
        '<text class="number level-{level}" x="{middle}" y="{below}">{shown}</text></a>\n',
        place=place,
        code=tile.code,
        said=said,
        level=tile.level,
        withheld=" withheld" if tile.is_withheld else "",
        x=tile.x,
        y=tile.y,
        size=TILE,
        middle=tile.x + _MIDDLE,
        above=tile.y + 11,
        below=tile.y + 21,
        shown="?" if tile.is_withheld else said,
    )


@lru_cache(KEPT)
def _bare(code: str, x: int, y: int) -> SafeString:
    """Draw a country of which nothing is told."""
    return format_html(
        '<g aria-hidden="true"><rect x="{}" y="{}" width="{}" height="{}" rx="3"/>'
        '<text class="code" x="{}" y="{}"><tspan translate="no">{}</tspan></text></g>\n',
        *(x, y, TILE, TILE, x + _MIDDLE, y + 16),
        code,
    )

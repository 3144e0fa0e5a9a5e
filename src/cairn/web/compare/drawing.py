"""The drawing of what agrees, put into a page: shapes and numbers pass, and nothing that a page obeys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from cairn.linking.drawing import as_svg
from cairn.web.saying import in_own_language

if TYPE_CHECKING:
    from cairn.linking.points import PlaceAgrees, PointsAgree

_TAG = re.compile(r"<(/?)([a-z]+)((?: [A-Za-z0-9-]+=\"[^\"<>]*\")*) ?(/?)>")
_NAME = re.compile(r" ([A-Za-z0-9-]+)=")
_SHAPES = {"svg", "title", "rect", "path", "circle", "polygon", "text"}
_FACTS = {
    *("xmlns", "viewBox", "role", "font-family", "font-size", "fill", "fill-opacity", "stroke"),
    *(
        "stroke-width",
        "stroke-opacity",
        "stroke-dasharray",
        "x",
        "y",
        "width",
        "height",
        "d",
        "cx",
        "cy",
        "r",
    ),
    "points",
}
"""What a drawing says of its shapes; nothing that runs, links or loads is among it."""


def drawn_in_own_words(evidence: PointsAgree | PlaceAgrees | None) -> SafeString | None:
    """Answer what agrees as a drawing in the reader's language; ``None`` where nothing does."""
    return None if evidence is None else as_part_of_a_page(as_svg(evidence, in_own_language))


def as_part_of_a_page(drawing: str | None) -> SafeString | None:
    """Answer the drawing as a part of a page; ``None`` where there is none, or more in it than shapes."""
    if drawing is None or not {"<", ">"}.isdisjoint(_TAG.sub(_without, drawing)):
        return None
    return mark_safe(drawing)  # noqa: S308 - every tag and every attribute was looked at


def _without(found: re.Match[str]) -> str:
    """Answer nothing in the place of a tag that may pass, and the tag itself in the place of any other."""
    _, name, facts, _ = found.groups()
    return "" if name in _SHAPES and set(_NAME.findall(facts)) <= _FACTS else found[0]

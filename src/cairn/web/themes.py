"""Dark or light: a browser's own choice, because it belongs to the room that the screen stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

THEMES = ("dark", "light")
COOKIE = "cairn-theme"


def theme_of(request: HttpRequest) -> str:
    """Answer the theme that this browser has chosen, else dark."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]

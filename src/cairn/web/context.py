"""What every template knows: who looks, the menu, and how the page is to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from cairn.web.language import LANGUAGES
from cairn.web.menu import menu_for
from cairn.web.themes import theme_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cairn.records.users import Actor


def desk(request: HttpRequest) -> dict[str, Any]:
    """Answer it; pages of refusals are made with it too, so it asks nothing of the database."""
    actor: Actor | None = getattr(request, "actor", None)
    language = translation.get_language() or "en"
    return {
        "actor": actor,
        "menu": list(menu_for(actor, request.path)) if actor else [],
        "theme": theme_of(request),
        "language": language,
        "languages": LANGUAGES,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "here": request.get_full_path(),
        "request": request,
    }

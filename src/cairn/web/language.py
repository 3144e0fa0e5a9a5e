"""The languages of the desk, and which one somebody reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import translation

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cairn.records.users import Actor

LANGUAGES = (("en", "English"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية"))
"""The four working languages of INTERPOL, each in its own words."""
CODES = frozenset(code for code, _ in LANGUAGES)


def catalogues() -> dict[str, Any]:
    """Answer Django's settings that name the languages, and where their sentences lie."""
    return {
        "LANGUAGES": LANGUAGES,
        "LOCALE_PATHS": [str(Path(__file__).parent / "locale")],
        "USE_I18N": True,
    }


def language_of(request: HttpRequest, actor: Actor | None) -> str:
    """Answer the language of the person, else the one that the browser asks for, else English."""
    if actor is not None and actor.user is not None:
        own = actor.user.language.partition("-")[0].lower()
        if own in CODES:
            return own
    return translation.get_language_from_request(request)

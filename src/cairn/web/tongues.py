"""The languages of the desk for texts that are read elsewhere: e-mails, letters, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from cairn.sentences import ENGLISH, Tongue
from cairn.web.language import CODES, catalogues
from cairn.web.saying import in_own_language
from cairn.web.words import word as word_of

if TYPE_CHECKING:
    from enum import Enum

_FROM_RIGHT = {"ar"}


def tongue_of(language: str) -> Tongue:
    """Answer a language of the desk by its code, such as that of a person; of any other code, English."""
    code = language.partition("-")[0].lower()
    if code not in CODES or code == ENGLISH.code:
        return ENGLISH
    for name, value in catalogues().items():
        setattr(settings, name, value)  # A command that serves no desk has none yet.

    def say(sentence: str) -> str:
        with translation.override(code):
            return in_own_language(sentence)

    def word(value: Enum) -> str:
        with translation.override(code):
            return word_of(value)

    return Tongue(code, code in _FROM_RIGHT, say, word)


def own_tongue() -> Tongue:
    """Answer the language of who reads this page."""
    return tongue_of(translation.get_language() or ENGLISH.code)

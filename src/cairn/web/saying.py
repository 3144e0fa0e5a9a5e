"""The sentences of services in the reader's language: the one place where they are translated."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi, gettext, ngettext

from cairn.sentences import Amount, Sentence
from cairn.services.visible import visible


def in_own_language(sentence: str) -> str:
    """Answer a sentence of a service as the catalogue of the reader's language says it.

    Where the catalogue has none, it stays English: better than nothing. Values come from people and files, so
    every character in them that would hide or move something is shown.
    """
    if not isinstance(sentence, Sentence):
        return visible(gettext(sentence)) if sentence else ""
    values = {name: _shown(value) for name, value in sentence.values.items()}
    if isinstance(sentence, Amount):
        return ngettext(sentence.one, sentence.words, sentence.number) % values
    return gettext(sentence.words) % values


def _shown(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(number_format(value, use_l10n=True, force_grouping=True))
    if isinstance(value, Sentence):
        return in_own_language(value)
    shown = visible(str(value))
    # In a line that runs the other way, a name such as K-2026-11 would be torn apart by its neighbours.
    return f"\u2068{shown}\u2069" if get_language_bidi() and shown else shown

"""Names and references that a person typed: what every screen, file and database can hold.

SQLite takes any text of any length; PostgreSQL refuses what is too long or holds a NUL, and neither takes
half a character, which is what a terminal hands over where a word is not UTF-8. The door is one for both.
"""

from __future__ import annotations

import re
import unicodedata

from cairn.errors import InputError
from cairn.sentences import Sentence

_COUNTRY = re.compile(r"[A-Z]{2}")
_REFUSED = {
    "Cc",
    "Cs",
}  # Controls, and halves of characters. Joiners stay: Persian and Hindi are written with them.


def is_recordable(text: str) -> bool:
    """Answer whether a database can be asked for a text at all: what cannot be recorded is not there."""
    return not any(unicodedata.category(letter) in _REFUSED for letter in text)


def require_text(text: str, *, what: str, longest: int, code: str) -> None:
    """Make sure that a text can be recorded.

    Args:
        text: As typed.
        what: What it is, with its article, to begin the sentence with: ``A case reference``.
        longest: How many characters the records have room for.
        code: The code of the refusal.

    Raises:
        InputError: It is blank or too long, or holds a character that cannot be recorded.
    """
    if not text.strip() or len(text) > longest:
        raise InputError(
            Sentence("%(what)s has 1 to %(longest)s characters.", what=Sentence(what), longest=str(longest)),
            code=code,
        )
    if not is_recordable(text):
        raise InputError(
            Sentence("%(what)s has no line ends and no other control characters in it.", what=Sentence(what)),
            code=code,
        )


def require_country(country: str, *, code: str) -> None:
    """Make sure that a country is typed as ISO 3166 has it.

    Args:
        country: As typed.
        code: The code of the refusal.

    Raises:
        InputError: It is not.
    """
    if not _COUNTRY.fullmatch(country):
        raise InputError(
            Sentence(
                "'%(country)s' is no country: use the two capitals of ISO 3166, such as NL.", country=country
            ),
            code=code,
        )

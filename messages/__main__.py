"""``python -m messages``: bring the catalogues up to the sentences of the desk, and compile them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from messages.finding import DOMAIN, LOCALE, found

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("en", "ar", "es", "fr")
_CHANGING = tuple(
    f'"{name}'
    for name in (
        *("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator", "Language-Team"),
        *("Report-Msgid-Bugs-To", "Project-Id-Version"),
    )
)
"""Lines of a catalogue's head that say nothing, or something else each time."""
_NO_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Write every catalogue, and say how many sentences of each wait for a translation."""
    sentences = found()
    for language in LANGUAGES:
        catalogue = updated(language, sentences)
        folder = folder_of(language)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{DOMAIN}.po").write_bytes(po_of(catalogue))
        (folder / f"{DOMAIN}.mo").write_bytes(mo_of(read(language)))
        missing = len(untranslated(catalogue))
        sys.stdout.write(f"{language}: {len(catalogue)} sentences, {missing} to be translated\n")


def folder_of(language: str) -> Path:
    """Answer where the catalogues of a language lie."""
    return LOCALE / language / "LC_MESSAGES"


def read(language: str) -> Catalog:
    """Answer the catalogue of a language; an empty one where there is none yet."""
    file = folder_of(language) / f"{DOMAIN}.po"
    if not file.exists():
        return Catalog(locale=language, project="Cairn", charset="utf-8", fuzzy=False, header_comment="")
    return read_po(BytesIO(file.read_bytes()), locale=language)


def updated(language: str, sentences: Catalog) -> Catalog:
    """Answer the catalogue with exactly these sentences; what was translated stays."""
    catalogue = read(language)
    catalogue.update(sentences, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if language == "en":
        for message in catalogue:
            if message.id:
                message.string = message.id
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Answer the sentences that have no translation, or not in every plural of the language."""
    waiting = []
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        whole = catalogue.num_plurals if isinstance(message.id, tuple) else 1
        if message.id and (len(forms) < whole or not all(forms)):
            waiting.append(str(message.id))
    return waiting


def po_of(catalogue: Catalog) -> bytes:
    """Answer the catalogue as people edit it, the same for the same sentences."""
    written = BytesIO()
    write_po(written, catalogue, width=100, sort_output=True, include_lineno=False, omit_header=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_CHANGING)).encode()


def mo_of(catalogue: Catalog) -> bytes:
    """Answer the catalogue as programs read it; its head holds no moment, to be the same each time."""
    catalogue.creation_date = catalogue.revision_date = _NO_MOMENT
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


if __name__ == "__main__":
    main()

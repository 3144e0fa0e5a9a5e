"""The catalogues hold exactly the sentences of the desk, and every word of a page passes through them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from django.utils import translation
from messages.__main__ import LANGUAGES, folder_of, mo_of, po_of, read, untranslated, updated
from messages.finding import DOMAIN, found

from cairn.web.words import WORDS
from web.people import browser, signed_in
from web.routes import ROUTES

if TYPE_CHECKING:
    from enum import Enum

    from babel.messages.catalog import Catalog

    from cairn.services.node.opening import Node

PAGES = [
    "/" + route
    for route, entry in ROUTES.items()
    if entry.status == 200 and "I" in entry.roles and "<" not in route
]
_SPOKEN = ("aria-label", "alt", "title", "placeholder", "data-key-name")
_OF_OTHERS = {"bdi", "time", "kbd", "option", "script"}
"""Elements whose text is data, or the same in every language."""


@pytest.fixture(scope="module")
def sentences() -> Catalog:
    """Those of the files."""
    return found()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_are_those_of_the_sentences_in_the_files(language: str, sentences: Catalog) -> None:
    folder = folder_of(language)
    assert (folder / f"{DOMAIN}.po").read_bytes() == po_of(updated(language, sentences)), "run: make messages"
    assert (folder / f"{DOMAIN}.mo").read_bytes() == mo_of(read(language)), "run: make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_in_every_plural_and_none_is_a_guess(language: str) -> None:
    catalogue = read(language)
    assert untranslated(catalogue) == [], "translate them in the .po file, then run: make messages"
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_values_of_its_sentence(language: str) -> None:
    catalogue = read(language)
    faults = [
        (message.id, [str(error) for error in message.check(catalogue)])
        for message in catalogue
        if message.id and message.string and any(message.string)
    ]
    assert [fault for fault in faults if fault[1]] == []


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in WORDS}, key=str))
def test_every_value_that_is_shown_has_a_word(kind: type[Enum]) -> None:
    assert [each for each in kind if (kind, each) not in WORDS] == []


class Words(HTMLParser):
    """Collects what is read on a page and did not pass through a catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.untranslated: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        for name in _SPOKEN:
            self._read(names.get(name) or "")
        if tag not in {"meta", "link", "input", "img", "br"}:
            self._open.append((tag, tag in _OF_OTHERS or names.get("translate") == "no"))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(is_data for _, is_data in self._open):
            self._read(data.removesuffix(" · Cairn"))

    def _read(self, text: str) -> None:
        while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
            text = shorter
        if re.search(r"[^\W\d_]", text):
            self.untranslated.append(text.strip())


@pytest.fixture
def _marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put every sentence that is asked of a catalogue into brackets."""
    trans = translation._trans  # type: ignore[attr-defined]  # where every call ends
    monkeypatch.setattr(trans, "gettext", lambda said: f"⟦{said}⟧")
    monkeypatch.setattr(trans, "pgettext", lambda _, said: f"⟦{said}⟧")
    monkeypatch.setattr(trans, "ngettext", lambda one, more, number: f"⟦{one if number == 1 else more}⟧")
    monkeypatch.setattr(
        trans, "npgettext", lambda _, one, more, number: f"⟦{one if number == 1 else more}⟧", raising=False
    )


@pytest.mark.usefixtures("_marked")
def test_every_word_of_every_page_passes_through_a_catalogue(sqlite_desk: Node) -> None:
    client = signed_in("investigator")
    pages = {place: client.get(place) for place in [*PAGES, "/nowhere/"]}
    pages["/sign-in/"] = browser().post("/sign-in/", {"login": "x", "password": "y"})
    for place, answer in pages.items():
        read_there = Words()
        read_there.feed(answer.content.decode())
        assert read_there.untranslated == [], place

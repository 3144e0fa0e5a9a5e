"""Finds every sentence that is to be translated: in the desk's files, and in those of the rooms below it.

Below the desk a sentence for people is the words of a ``cairn.sentences.Sentence``.
"""

from __future__ import annotations

import ast
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CAIRN = Path(__file__).parents[1] / "src" / "cairn"
WEB = CAIRN / "web"
BELOW = ("intake", "linking", "records", "services")
"""The rooms whose sentences the desk shows."""
LOCALE = WEB / "locale"
DOMAIN = "django"
"""The name of the catalogues, as Django looks for them."""
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_SAYERS = {"Sentence"}
"""What sentences are made with below the desk; the first argument is the words."""
_COUNTERS = {"Amount"}
"""What numbers are said with; the first two arguments are the words for one and for more."""


def found() -> Catalog:
    """Answer the catalogue of all sentences, with the files that hold them."""
    catalogue = Catalog(project="Cairn", charset="utf-8")
    for file in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html")]):
        place = file.relative_to(WEB).as_posix()
        for sentence, context in _within(file):
            catalogue.add(sentence, locations=[(place, 0)], context=context)
    for file in sorted((CAIRN / "services").rglob("*.html")):
        for sentence, context in _within(file):
            catalogue.add(sentence, locations=[(file.relative_to(CAIRN).as_posix(), 0)], context=context)
    below = [file for room in BELOW for file in sorted((CAIRN / room).rglob("*.py"))]
    for file in (*below, CAIRN / "sentences.py"):
        place = file.relative_to(CAIRN).as_posix()
        for words in _said_below(file):
            catalogue.add(words, locations=[(place, 0)])
    return catalogue


def _said_below(file: Path) -> Iterator[str | tuple[str, ...]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYERS:
            yield from _texts(node.args[:1])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _COUNTERS:
            forms = tuple(_texts(node.args[:2]))
            yield from [forms] if forms else []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "require_text":
            yield from _texts(each.value for each in node.keywords if each.arg == "what")


def _texts(values: Iterable[ast.expr]) -> Iterator[str]:
    for each in values:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _within(file: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = file.read_text(encoding="utf-8")
    code = templatize(text, origin=file.name) if file.suffix == ".html" else text
    for _, sentence, _, context in extract("python", BytesIO(code.encode()), keywords=_KEYWORDS):
        yield (sentence, context)

"""The answer on paper: one HTML page that needs nothing else, written a piece at a time.

The page is a template with marks such as ``<!--rows:files-new-->`` in it. The template is rendered once;
at each mark the rows are rendered and written a few hundred at a time. So a record of half a million files
never stands in memory as one text. No value can forge a mark, because Django escapes every ``<`` in it.

The page holds no script and no link to anything outside, and says so to the browser: its
Content-Security-Policy allows the one style sheet inside the page, by its digest, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template import Context, Engine
from django.utils import translation

from cairn.sentences import ENGLISH, Sentence
from cairn.services.checking.whole_file import written_whole
from cairn.services.report.page import page_of
from cairn.services.report.tables import Columns, tables_of
from cairn.services.report.telling import Teller

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cairn.sentences import Tongue
    from cairn.services.answering.answer import Answer
    from cairn.services.report.tables import Table

TEMPLATES = Path(__file__).parent / "templates"
WORDS = "django.templatetags.i18n"
CHUNK_ROWS = 250
"""Rows rendered at a time: enough that starting the engine does not count, few enough to need no memory."""

_MARK = re.compile(r"<!--(rows:[a-z-]+|style)-->")


def write_report(answer: Answer, path: Path, tongue: Tongue = ENGLISH) -> None:
    """Write the answer as one printable HTML page; the file is there whole or not at all.

    Args:
        answer: What to tell.
        path: Where to; only the person who writes it may read the new file.
        tongue: The language of its words; what people, files and decoders say stays as it is.

    Raises:
        InputError: The place cannot hold a file.
        ConfigurationError: The disk is full or reports an error.
    """
    with written_whole(path) as stream:
        for piece in pieces(answer, tongue):
            stream.write(piece)


def pieces(answer: Answer, tongue: Tongue = ENGLISH) -> Iterator[str]:
    """Yield the page from its first character to its last, in pieces of bounded size."""
    told = Teller(tongue)
    style = _style(answer, told)
    tables = tables_of(answer, told)
    values = page_of(answer, tables, told) | {"style_digest": _csp_digest(style)}
    page = _render("report.html", values, tongue)
    for number, piece in enumerate(_MARK.split(page)):
        if number % 2 == 0:
            yield piece
        elif piece == "style":
            yield style
        else:
            yield from _rows(tables[piece.removeprefix("rows:")], tongue)


def _rows(table: Table, tongue: Tongue) -> Iterator[str]:
    rows = table.rows()
    template = "rows_looks.html" if table.columns is Columns.LOOKS else "rows_files.html"
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield _render(template, {"rows": chunk, "columns": table.columns.value}, tongue)


def _render(name: str, values: Mapping[str, Any], tongue: Tongue) -> str:
    # Numbers and times arrive as words, so Django's settings are not asked how to write them.
    context = Context(dict(values), autoescape=True, use_l10n=False, use_tz=False)
    with translation.override(tongue.code):
        return _engine().get_template(name).render(context)


@cache
def _engine() -> Engine:
    loader = ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])
    return Engine(dirs=[str(TEMPLATES)], loaders=[loader], builtins=[WORDS])


def _style(answer: Answer, told: Teller) -> str:
    """Answer the style sheet, which prints the input list's digest and the handling on every page.

    Of the handling the codes alone: words that people typed could end the sheet.
    """
    sheet = (TEMPLATES / "report.css").read_text("utf-8")
    held = answer.handling
    codes = "" if held is None else " ".join(("·", held.tlp, *held.codes))
    what = re.sub(r'["\\\n<]', "", told(Sentence("Cairn answer · input list")))
    sheet = sheet.replace("WHAT", what).replace(
        "INPUT-DIGEST", re.sub("[^0-9a-f]", "", answer.input_digest.lower())[:16]
    )
    return sheet.replace(" HANDLING", codes and f" {re.sub('[^A-Z0-9:+· ]', '', codes)}")


def _csp_digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

"""The export on paper: one HTML page that needs nothing else, written some hundred rows at a time."""

from __future__ import annotations

import base64
import re
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template import Context, Engine

from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from cairn.services.exports.rows import Row
    from cairn.services.exports.subject import Subject

TEMPLATES = Path(__file__).parent / "templates"
CHUNK_ROWS = 250
_MARK = "<!--rows-->"
"""No value can forge it, because Django escapes every ``<`` in them."""


def write_page(subject: Subject, target: BinaryIO) -> int:
    """Write the page, and answer how many media stand on it."""
    style = _style(subject)
    page = _render(
        "export.html",
        {
            "subject": visible(f"{subject.kind} {subject.name}"),
            "authority": visible(f"{subject.actor.authority.name} ({subject.actor.authority.code})"),
            "recipient": visible(subject.wish.recipient),
            "purpose": visible(subject.wish.purpose),
            "permission": visible(subject.wish.permission),
            "node": subject.node.config.identity,
            "made": f"{subject.made_at:%Y-%m-%d %H:%M} UTC",
            "handling": visible(subject.handling),
            "counts": [(name.capitalize(), f"{count:,}") for name, count in subject.counts.items()],
            "style_digest": base64.b64encode(sha256(style.encode()).digest()).decode(),
        },
    ).replace("<!--style-->", style)
    before, _, after = page.partition(_MARK)
    target.write(before.encode())
    count, rows = 0, subject.rows(None)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        values = [_row(row, count + position) for position, row in enumerate(chunk, start=1)]
        target.write(_render("export_rows.html", {"rows": values}).encode())
        count += len(chunk)
    target.write(after.encode())
    return count


def _row(row: Row, number: int) -> Mapping[str, Any]:
    hashes = (("SHA-256", row.sha256), ("SHA-1", row.sha1), ("MD5", row.md5), ("PDQ", row.pdq))
    return {
        "number": f"{number:,}",
        "hashes": [(name, value.hex()) for name, value in hashes if value],
        "type": row.media_type or "",
        "size": "" if row.size_bytes is None else f"{row.size_bytes:,}",
        "categories": [visible(f"{scheme}:{code}") for scheme, code in row.categories],
        "series": [visible(name) for name in row.series],
        "places": [(visible(place.exhibit), visible(place.address)) for place in row.places],
    }


def _style(subject: Subject) -> str:
    """Answer the style sheet, which prints the codes on every page; words that people typed could end it."""
    codes = re.sub("[^A-Z0-9:+ ]", "", " ".join((subject.held.tlp, *subject.held.codes)))
    return (TEMPLATES / "export.css").read_text("utf-8").replace("HANDLING", codes)


def _render(name: str, values: Mapping[str, Any]) -> str:
    # Numbers and times arrive as words, so Django's settings are not asked how to write them.
    context = Context(dict(values), autoescape=True, use_l10n=False, use_tz=False)
    return _engine().get_template(name).render(context)


@cache
def _engine() -> Engine:
    loader = ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])
    return Engine(dirs=[str(TEMPLATES)], loaders=[loader])

"""``/links``: which media may be the same, and what people say of it."""

from __future__ import annotations

import json
import math
from typing import Annotated

from ninja import Router
from pydantic import Field

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.paging import Cursor, cursor_to, text_of
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import Reference, Shape
from cairn.errors import InputError
from cairn.linking.judgement import Agreement, LinkKind, Outcome
from cairn.records.keys import Scope
from cairn.services.judgements.link_facts import LinkRow
from cairn.services.judgements.link_places import LinkPlace
from cairn.services.judgements.links import list_links

router = Router(tags=["links"])


class SaidOut(Shape):
    """What people say of a pair."""

    own: Outcome | None
    agreement: Agreement
    confirmed_by: list[str]
    rejected_by: list[str]


class LinkOut(Shape):
    """One pair of media, each by the first digits of its SHA-256."""

    first: str
    second: str
    kind: LinkKind
    method: str | None
    score: float | None
    evidence: str
    said: SaidOut
    series: list[str]


class LinksOut(Shape):
    """A page of links, the strongest first; ``next`` leads to the page after, and is none on the last."""

    links: list[LinkOut]
    next: str | None


@router.get(
    "/links", auth=Bearer(Scope.LINKS_READ), response={200: LinksOut, **REFUSALS}, summary="Read links"
)
def links(
    request: Call,
    series: Reference | None = None,
    only_open: bool = False,  # noqa: FBT002 - a question's own form
    most: Annotated[int, Field(ge=1, le=1_000)] = 100,
    cursor: Cursor = None,
) -> LinksOut:
    """List the links that the authority may see: of one series, or only those it has not decided on."""
    actor = asked(request).actor
    after = _place_of(cursor)
    rows, more = list_links(actor, series=series or None, only_open=only_open, most=most, after=after)
    return LinksOut(
        links=[LinkOut.from_orm(row) for row in rows], next=_cursor_after(rows[-1]) if more else None
    )


def _cursor_after(row: LinkRow) -> str:
    return cursor_to(json.dumps([row.score, row.first, row.second, row.kind]))


def _place_of(cursor: str | None) -> LinkPlace | None:
    text = text_of(cursor)
    if text is None:
        return None
    try:
        score, first, second, kind = json.loads(text)
        is_score = score is None or (type(score) is float and math.isfinite(score))
        if is_score and isinstance(first, str) and isinstance(second, str):
            return LinkPlace(score, first, second, LinkKind(kind))
    except (ValueError, TypeError, RecursionError):
        pass
    raise InputError("Send the cursor as the page before gave it.", code="call.cursor")

"""``/links``: which media may be the same, and what people say of it."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.paging import Cursor, cursor_to, number_of
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import Reference, Shape
from cairn.errors import InputError
from cairn.linking.judgement import Agreement, LinkKind, Outcome
from cairn.records.keys import Scope
from cairn.services.judgements.links import list_links

router = Router(tags=["links"])
FURTHEST = 1_000_000
"""Links that may be passed over: each is read again for a page that lies behind it."""


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
    skip = number_of(cursor) or 0
    if not 0 <= skip <= FURTHEST:
        raise InputError("Send the cursor as the page before gave it.", code="call.cursor")
    rows, more = list_links(actor, series=series or None, only_open=only_open, most=most, skip=skip)
    return LinksOut(
        links=[LinkOut.from_orm(row) for row in rows], next=cursor_to(skip + most) if more else None
    )

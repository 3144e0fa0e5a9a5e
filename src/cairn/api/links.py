"""``/links``: which media may be the same, and what people say of it."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import Reference, Shape
from cairn.linking.judgement import Agreement, LinkKind, Outcome
from cairn.records.keys import Scope
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
    """Links, the strongest first; ``more`` says that there are more than were asked for."""

    links: list[LinkOut]
    more: bool


@router.get(
    "/links", auth=Bearer(Scope.LINKS_READ), response={200: LinksOut, **REFUSALS}, summary="Read links"
)
def links(
    request: Call,
    series: Reference | None = None,
    only_open: bool = False,  # noqa: FBT002 - a question's own form
    most: Annotated[int, Field(ge=1, le=1_000)] = 100,
) -> LinksOut:
    """List the links that the authority may see: of one series, or only those it has not decided on."""
    rows, more = list_links(asked(request).actor, series=series or None, only_open=only_open, most=most)
    return LinksOut(links=[LinkOut.from_orm(row) for row in rows], more=more)

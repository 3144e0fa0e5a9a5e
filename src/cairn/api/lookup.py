"""``/lookup``: what is known of hashes, in batches."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field, WithJsonSchema

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import (
    HolderOut,
    ListedOut,
    ListMetOut,
    Reference,
    SeriesMetOut,
    Shape,
    SpanOwnedOut,
)
from cairn.linking import FrameNear
from cairn.linking.evidence import distance_of
from cairn.records.keys import Scope
from cairn.services.looking_up.answer import Hit, LookupAnswer, Told
from cairn.services.looking_up.asking import look_up
from cairn.services.looking_up.hashes import BYTES, MOST_HASHES, MOST_PHOTODNA, Hashes, HashKind
from cairn.services.looking_up.reporters import match
from cairn.services.node.this_process import this_node
from cairn.types import Verdict

router = Router(tags=["check"])


def _digits(kind: HashKind) -> dict[str, str]:
    """Answer how the description tells a hash; it is checked for all of a batch at once, not one by one."""
    return {"type": "string", "pattern": f"^[0-9A-Fa-f]{{{2 * BYTES[kind]}}}$"}


Sha256 = Annotated[str, WithJsonSchema(_digits(HashKind.SHA256))]
Sha1 = Annotated[str, WithJsonSchema(_digits(HashKind.SHA1))]
Md5 = Annotated[str, WithJsonSchema(_digits(HashKind.MD5))]
PdqHash = Annotated[str, WithJsonSchema(_digits(HashKind.PDQ))]
PhotoDna = Annotated[str, WithJsonSchema(_digits(HashKind.PHOTODNA))]


class LookupIn(Shape):
    """Hashes, 10,000 at the most of all kinds together, at least one; and the case that they belong to."""

    sha256: list[Sha256] = Field(default=[], max_length=MOST_HASHES)
    sha1: list[Sha1] = Field(default=[], max_length=MOST_HASHES)
    md5: list[Md5] = Field(default=[], max_length=MOST_HASHES)
    pdq: list[PdqHash] = Field(default=[], max_length=MOST_HASHES)
    photodna: list[PhotoDna] = Field(default=[], max_length=MOST_PHOTODNA)
    case: Reference = ""

    def hashes(self) -> Hashes:
        """Answer them as bytes."""
        return Hashes.parse({kind: getattr(self, kind) for kind in HashKind})


class MatchOut(Shape):
    """One recorded media: why it is met, who holds it, and its series by their ``id`` in this answer.

    ``at_s`` is the second of a recorded video that shows the picture. A series that has stretches of the
    media is named where they agree, with its ``spans``; one without any there has all of it.
    """

    media: int
    distance_bits: int | None
    at_s: float | None
    holders: list[HolderOut]
    series: list[int]
    categories: list[str]
    spans: list[SpanOwnedOut]


class HitOut(Shape):
    """A hash of which something is known, by its kind and its position among those of its kind."""

    kind: HashKind
    position: int
    verdict: Verdict
    matches: list[MatchOut]
    more: bool
    listed: list[ListedOut]

    @classmethod
    def of(cls, hit: Hit) -> HitOut:
        """Answer a hit as it is written."""
        return cls.model_construct(
            kind=hit.kind,
            position=hit.position,
            verdict=hit.verdict,
            matches=[
                MatchOut.model_construct(
                    media=each.media,
                    distance_bits=distance_of(each.evidence),
                    at_s=round(each.evidence.at_s, 3) if isinstance(each.evidence, FrameNear) else None,
                    holders=[HolderOut.of(holder) for holder in each.holders],
                    series=list(each.series),
                    categories=list(each.categories),
                    spans=[SpanOwnedOut.model_construct(**asdict(span)) for span in each.spans],
                )
                for each in hit.matches
            ],
            more=hit.more,
            listed=[ListedOut.of(each) for each in hit.listed],
        )


class CoverageOut(Shape):
    """When the hashes were compared, and whether the whole index could be searched."""

    compared_at: datetime
    is_complete: bool


class LookupOut(Shape):
    """What is known: only of the hashes in ``hits``; all others are new."""

    asked: int
    counts: dict[Verdict, int]
    hits: list[HitOut]
    series: list[SeriesMetOut]
    lists: list[ListMetOut]
    policy: str
    coverage: CoverageOut

    @classmethod
    def of(cls, answer: LookupAnswer) -> LookupOut:
        """Answer a look-up as it is written."""
        return cls.model_construct(
            asked=answer.asked,
            counts=dict(answer.counts),
            hits=[HitOut.of(hit) for hit in answer.hits],
            series=[SeriesMetOut.from_orm(row) for row in answer.series],
            lists=[ListMetOut.from_orm(row) for row in answer.lists],
            policy=answer.policy,
            coverage=CoverageOut.from_orm(answer.coverage),
        )


class ToldOut(Shape):
    """What a reporter is told: by kind the positions of the hashes that match."""

    asked: int
    matches: dict[HashKind, list[int]]
    policy: str

    @classmethod
    def of(cls, told: Told) -> ToldOut:
        """Answer it as it is written."""
        matches = {kind: list(places) for kind, places in told.matches.items()}
        return cls.model_construct(asked=told.asked, matches=matches, policy=told.policy)


@router.post(
    "/lookup",
    auth=Bearer(Scope.CHECK),
    response={200: LookupOut | ToldOut, **REFUSALS},
    summary="Look hashes up",
)
def lookup(request: Call, body: LookupIn) -> HttpResponse:
    """Say what is known of each hash; a reporter is told which match, and nothing else.

    Every hash counts as one question. The radius within which a PDQ hash is near is the node's policy.
    """
    hashes = body.hashes()
    caller = asked(request, len(hashes))
    if caller.is_reporter:
        return ToldOut.of(match(this_node(), hashes, actor=caller.actor)).written()
    return LookupOut.of(look_up(this_node(), hashes, actor=caller.actor, case=body.case)).written()

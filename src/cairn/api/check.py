"""``/check``: what is known of a file that comes with the call; nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import File, Form, Router, UploadedFile

from cairn.api.bearer import Call, asked
from cairn.api.lookup import CoverageOut, HitOut, MatchOut
from cairn.api.moving import EvidenceOut, HeardOut, VideoOut, WhyNotOut
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import ListedOut, ListMetOut, SeriesMetOut, Shape
from cairn.api.uploads import UploadBearer, following, measured
from cairn.errors import NotComparable
from cairn.records.keys import Scope
from cairn.services.checking.parts_known import why_not_of
from cairn.services.looking_up.asking import look_file_up, worth_following
from cairn.services.looking_up.reporters import match_file
from cairn.services.node.this_process import this_node
from cairn.types import Fingerprints, Verdict

if TYPE_CHECKING:
    from cairn.services.looking_up.answer import LookupAnswer

router = Router(tags=["check"])


class FileOut(Shape):
    """What was measured of the file; ``pdq`` is none where ``not_comparable`` says why."""

    size_bytes: int
    sha256: str
    sha1: str
    md5: str
    media_type: str | None
    width: int | None
    height: int | None
    pdq: str | None
    quality: int | None
    not_comparable: WhyNotOut | None

    @classmethod
    def of(cls, found: Fingerprints) -> FileOut:
        """Answer what was measured as it is written."""
        picture, why_not = found.picture, found.picture.comparison
        pdq = None if isinstance(why_not, NotComparable) else why_not
        return cls(
            size_bytes=found.size_bytes,
            sha256=found.digests.sha256.hex(),
            sha1=found.digests.sha1.hex(),
            md5=found.digests.md5.hex(),
            media_type=picture.media_type,
            width=picture.width,
            height=picture.height,
            pdq=None if pdq is None else pdq.hex,
            quality=None if pdq is None else pdq.quality,
            not_comparable=WhyNotOut.of(why_not) if isinstance(why_not, NotComparable) else None,
        )


class FileMatchOut(MatchOut):
    """One recorded media that a file meets, and why."""

    evidence: EvidenceOut


class CheckOut(Shape):
    """What is known of a file; ``video`` and ``sound`` are none where it has none, or was not followed."""

    file: FileOut
    verdict: Verdict
    video: VideoOut | None
    sound: HeardOut | None
    matches: list[FileMatchOut]
    more: bool
    listed: list[ListedOut]
    series: list[SeriesMetOut]
    lists: list[ListMetOut]
    policy: str
    coverage: CoverageOut


class ToldOfFileOut(Shape):
    """What a reporter is told of a file: whether it matches."""

    file: FileOut
    match: bool
    policy: str


@router.post(
    "/check",
    auth=UploadBearer(Scope.CHECK),
    response={200: CheckOut | ToldOfFileOut, **REFUSALS},
    summary="Check a file",
)
def check(
    request: Call,
    file: UploadedFile = File(...),  # type: ignore[type-arg]  # noqa: B008 - ninja's own way
    case: str = Form("", max_length=200),  # type: ignore[type-arg]
) -> CheckOut | ToldOfFileOut:
    """Say what is known of a file of up to 64 MiB, near copies in any turn included.

    It is decoded in the sandbox, like any seized file, and forgotten when the call ends. A video or a sound
    that its hashes leave open is followed as far as the node's bound reaches; where that is not its end,
    ``stopped`` says so.
    """
    caller = asked(request)
    found = measured(file)
    told = FileOut.of(found)
    if caller.is_reporter:
        answer = match_file(this_node(), found, actor=caller.actor)
        is_match = any(answer.matches.values())
        return ToldOfFileOut.model_construct(file=told, match=is_match, policy=answer.policy)
    node = this_node()
    wanted = worth_following(node, found, actor=caller.actor, case=case)
    with following(file, wanted, work_s=node.config.follow_s) as seen:
        known = look_file_up(node, found, actor=caller.actor, case=case, followed=seen)
    return _written(told, known)


def _written(file: FileOut, known: LookupAnswer) -> CheckOut:
    """Answer what is known of a file as it is written."""
    hit = HitOut.of(known.hits[0]) if known.hits else None
    matches = known.hits[0].matches if known.hits else ()
    nothing = next(verdict for verdict, count in known.counts.items() if count)
    return CheckOut.model_construct(
        file=_with_frames(file, known),
        verdict=hit.verdict if hit else nothing,
        video=None if known.video is None else VideoOut.of(known.video),
        sound=None if known.heard is None else HeardOut.of(known.heard),
        matches=[
            FileMatchOut.model_construct(**dict(row), evidence=EvidenceOut.of(each.evidence))
            for row, each in zip(hit.matches if hit else (), matches, strict=True)
        ],
        more=hit.more if hit else False,
        listed=hit.listed if hit else [],
        series=[SeriesMetOut.from_orm(row) for row in known.series],
        lists=[ListMetOut.from_orm(row) for row in known.lists],
        policy=known.policy,
        coverage=CoverageOut.from_orm(known.coverage),
    )


def _with_frames(file: FileOut, known: LookupAnswer) -> FileOut:
    """Answer a file as comparable where its frames or its sound were compared, or with why they were not."""
    why = None if known.video is None else why_not_of(known.video)
    if file.not_comparable is None or (known.heard is not None and known.heard.is_comparable):
        return file.model_copy(update={"not_comparable": None})
    if known.video is None:
        return file
    return file.model_copy(update={"not_comparable": WhyNotOut.of(why)})

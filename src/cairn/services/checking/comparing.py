"""What was measured is compared with what is recorded: hashes first, then sounds, videos and closer looks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.fingerprints.media_type import SOUND_TYPES
from cairn.services.answering.coverage import Coverage
from cairn.services.checking.assessing import Assessor
from cairn.services.checking.closing import answer_of, method_of
from cairn.services.checking.knowledge import Recollection
from cairn.services.features.second_pass import FeaturesFor, wants_details, wants_sound
from cairn.services.footage.video_pass import VideosFor
from cairn.services.hash_lists.indexing import current_lists
from cairn.services.hash_lists.meeting import ListRecollection
from cairn.services.node.indexing import current_index
from cairn.services.sounds.listening import heard_before

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from cairn.linking import DuplicatePolicy, Neighbour
    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.answering.coverage import DetailedCoverage, LearntCoverage, SoundCoverage
    from cairn.services.checking.measuring import Measuring
    from cairn.services.checking.planning import Plan
    from cairn.services.features.second_pass import SecondPass
    from cairn.services.footage.video_pass import VideoPass

    SoFar = Callable[[Sequence[FileAnswer]], object]
    Near = Mapping[int, tuple[Neighbour, ...]]


def compare(
    closer: SecondPass,
    videos: VideoPass,
    planned: Plan,
    measuring: Measuring,
    policy: DuplicatePolicy,
    unprotected: tuple[str, ...],
    so_far: SoFar,
) -> tuple[Answer, Assessor]:
    """Answer what is known, and what has answered it, which knows what was met and is not shown, too.

    Args:
        closer: Looks at sound and details, and knows the node and the request.
        videos: Looks at videos.
        planned: The check.
        measuring: What was measured.
        policy: Which PDQ distance counts as similar.
        unprotected: Which protections the decoders lacked.
        so_far: Is told the answers of all files before sounds, and before videos.
    """
    recollection = Recollection(planned.asker, present_case=planned.case)
    compared_at = timezone.now()
    with current_index(closer.node) as index, current_lists(closer.node) as opened:
        lists = ListRecollection(opened, planned.asker, policy)
        assessor = Assessor(index, policy, recollection, lists)
        files = tuple(assessor.answers(planned.run, met=measuring.met))
        so_far(files)
        files, sounds = _listened(closer, assessor, files, met=measuring.met)
        so_far(files)
        files = _watched(videos, assessor, files, met=measuring.met)
        files, details, learnt = _looked_closer(closer, assessor, files, met=measuring.met)
        is_complete = index.coverage().is_complete
    answer = answer_of(
        closer.node,
        planned,
        files,
        assessor=assessor,
        coverage=Coverage(compared_at, is_complete),
        method=method_of(planned.mode, policy),
        resumed=measuring.progress.resumed,
        recalled=measuring.progress.recalled,
        unprotected=unprotected,
    )
    answer = replace(answer, details=details, learnt=learnt, sounds=sounds)
    return answer, assessor


def _listened(
    closer: SecondPass, assessor: Assessor, files: tuple[FileAnswer, ...], *, met: Collection[bytes]
) -> tuple[tuple[FileAnswer, ...], SoundCoverage | None]:
    """Answer the files with what their sound adds, and what was compared; ``None`` where nothing has any."""
    which = closer.request.features
    media = assessor.media_of(file.address for file in files if wants_sound(which, file))
    if closer.request.register and which is not FeaturesFor.NEVER:
        # What is recorded without its sound is met by nobody, as with the frames of videos.
        sounding = assessor.media_of(file.address for file in files if file.media_type in SOUND_TYPES)
        media |= sounding - heard_before(sounding, closer.asker)
    if not media:
        return files, None
    found = closer.same_sounds(media, assessor.recollection)
    assessor.details, assessor.heard = found.near, found.heard
    again = {file.address: file for file in assessor.answers(closer.run, met=met, only=found.heard)}
    return tuple(again.get(file.address, file) for file in files), found.coverage


def _watched(
    videos: VideoPass, assessor: Assessor, files: tuple[FileAnswer, ...], *, met: Collection[bytes]
) -> tuple[FileAnswer, ...]:
    """Answer the files with what their frames add, where videos are looked at."""
    if videos.request.videos is VideosFor.NEVER:
        return files
    answered = {number: file for file in files for number in assessor.media_of([file.address])}
    wanted = videos.wanted(answered)
    if not wanted:
        return files
    seen = videos.seen(wanted, index=assessor.index, recollection=assessor.recollection)
    assessor.videos, assessor.details = seen.videos, _beside(seen.near, assessor.details)
    again = {file.address: file for file in assessor.answers(videos.run, met=met, only=seen.videos.keys())}
    return tuple(again.get(file.address, file) for file in files)


def _looked_closer(
    closer: SecondPass, assessor: Assessor, files: tuple[FileAnswer, ...], *, met: Collection[bytes]
) -> tuple[tuple[FileAnswer, ...], DetailedCoverage | None, LearntCoverage | None]:
    """Answer the files with what closer looks add, and what these covered; ``None`` without one."""
    which = closer.request.features
    if which is FeaturesFor.NEVER:
        return files, None, None
    media = assessor.media_of(file.address for file in files if wants_details(which, file))
    details = closer.details(media, assessor.recollection)
    by_model = None if closer.model is None else closer.alike(media, assessor.recollection, closer.model)
    looked = details.near if by_model is None else _together(details.near, by_model.near)
    assessor.details = _together(assessor.details, looked)
    found = {number for number, near in looked.items() if near}
    again = {file.address: file for file in assessor.answers(closer.run, met=met, only=found)}
    answers = tuple(again.get(file.address, file) for file in files)
    return answers, details.coverage, None if by_model is None else by_model.coverage


def _together(first: Near, then: Near) -> dict[int, tuple[Neighbour, ...]]:
    """Answer what two looks have found: a media that the first has linked gains nothing from the second."""
    found = {}
    for number in first.keys() | then.keys():
        met = {other for other, _ in first.get(number, ())}
        more = (row for row in then.get(number, ()) if row[0] not in met)
        found[number] = (*first.get(number, ()), *more)
    return found


def _beside(first: Near, then: Near) -> dict[int, tuple[Neighbour, ...]]:
    """Answer what two looks have found, also both links of one media: pictures and sound say two things."""
    return {number: (*first.get(number, ()), *then.get(number, ())) for number in first.keys() | then.keys()}

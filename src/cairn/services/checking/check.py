"""The main job: a seizure goes in, an answer comes out.

Measured first (and resumable), then compared, then registered where that was asked for, then audited; only
then is the answer given. Each step can be killed and run again.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.errors import InputError
from cairn.fingerprints.media_type import SOUND_TYPES
from cairn.fingerprints.sandbox import DecoderPool
from cairn.linking import PDQ_31, DuplicatePolicy
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import acting_as
from cairn.sentences import Sentence
from cairn.services.answering.coverage import Coverage
from cairn.services.checking.assessing import Assessor
from cairn.services.checking.closing import LINKING_S, answer_of, finish, met_by, method_of, numbers_of, sign
from cairn.services.checking.entries import entries_of, paths_of
from cairn.services.checking.even_time import evenly
from cairn.services.checking.knowledge import Recollection
from cairn.services.checking.measuring import Measuring, Progress
from cairn.services.checking.patience import Patience
from cairn.services.checking.planning import plan
from cairn.services.checking.register import register, tell_of_registered
from cairn.services.checking.suggesting import suggest
from cairn.services.features.recorded import drop_unrecorded
from cairn.services.features.second_pass import FeaturesFor, SecondPass, wants_details, wants_sound
from cairn.services.footage.compared import how_many_compared
from cairn.services.footage.keeping import drop_unneeded
from cairn.services.footage.suggesting import suggest_footage
from cairn.services.footage.video_pass import VideoPass, VideosFor
from cairn.services.hash_lists.indexing import current_lists
from cairn.services.hash_lists.meeting import ListRecollection
from cairn.services.node.indexing import current_index
from cairn.services.node.outside import require_node_outside
from cairn.services.sounds.listening import heard_before
from cairn.services.vault.keeping import keep_registered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from cairn.fingerprints.learnt.model import OpenedModel
    from cairn.linking import Neighbour
    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.answering.coverage import DetailedCoverage, LearntCoverage, SoundCoverage
    from cairn.services.checking.closing import Keep
    from cairn.services.checking.measuring import OpenPool, Pool, Watcher
    from cairn.services.checking.patience import Told
    from cairn.services.checking.planning import CheckRequest, Plan
    from cairn.services.features.second_pass import CloserProgress
    from cairn.services.footage.video_pass import VideoProgress
    from cairn.services.footage.watching import OpenVideos
    from cairn.services.node.opening import Node

    VideoWatcher = Callable[[VideoProgress], object]
    CloserWatcher = Callable[[CloserProgress], object]
    SoFar = Callable[[Sequence[FileAnswer]], object]
    Near = Mapping[int, tuple[Neighbour, ...]]


def check(
    node: Node,
    request: CheckRequest,
    *,
    watch: Watcher = lambda _: None,
    told: Told = lambda _: None,
    policy: DuplicatePolicy = PDQ_31,
    open_pool: OpenPool = DecoderPool,
    open_videos: OpenVideos = DecoderPool,
    watch_closer: CloserWatcher = lambda _: None,
    watch_videos: VideoWatcher = lambda _: None,
    keep: Keep = lambda *_: None,
    so_far: SoFar = lambda _: None,
) -> Answer:
    """Answer what is known of every file.

    Args:
        node: The open node.
        request: What to check.
        watch: Is told the progress.
        told: Is told what a person should know while it runs, such as that the disk has vanished.
        policy: Which PDQ distance counts as similar.
        open_pool: Where hostile bytes are decoded.
        open_videos: The same for videos.
        watch_closer: Is told the progress of the second pass.
        watch_videos: Is told the progress of the look at videos.
        keep: Keeps the answer where it is to be read later. A check that is stopped between this and its end
            is compared and kept anew by the same request.
        so_far: Is told the answers of all files before sounds, and before videos: these take their time.

    Raises:
        InputError: A path is missing, holds the node, or the request does not hold; nothing was recorded.
        ConfigurationError: The disk is full, or the records cannot be reached; what was measured is kept.
        KeyboardInterrupt: Stopped by hand; what was measured is kept.
    """
    asker = request.actor or node.operator
    with database_errors_in_words(), acting_as(asker):
        total = sum(1 for _ in paths_of(request))
        if request.paths and not total:
            raise InputError(
                Sentence("There is no file at or below the paths. Is the disk mounted?"), code="check.nothing"
            )
        require_node_outside(node, request.paths)
        planned = plan(request, asker)
        _tell_where_it_goes_on(planned, told, request.videos)
        model = _model(node, request)
        with open_pool(workers=request.workers or os.cpu_count() or 1, mode=planned.mode) as pool:
            patience = Patience.over(request.paths, told=told)
            progress = Progress(total=total)
            measuring = Measuring(planned.run, asker, pool, planned.mode, patience, watch, progress)
            measuring.run(patience.entries(lambda: entries_of(request)))
            unprotected = (*_unprotected(pool), *_unprotected_outside(request))
        closer = SecondPass(node, request, planned.run, asker, patience, open_pool, watch_closer, model=model)
        videos = VideoPass(node, request, planned.run, patience, open_videos, watch_videos)
        answer, assessor = _compare(closer, videos, planned, measuring, policy, unprotected, so_far)
        met = met_by(answer, assessor)
        if planned.registration is not None:
            added = register(planned.run, planned.registration, met=measuring.met)
            with evenly(LINKING_S):
                tell_of_registered(planned.run, planned.registration, met=measuring.met)
                suggest(node, policy=policy, check=planned.run)
                suggest_footage(assessor.details, policy=policy)
            keep_registered(
                node.config,
                planned.run,
                planned.registration,
                entries_of(request),
                told=told,
            )
            answer = replace(answer, registered=added)
        keep(planned.run, answer, numbers_of(assessor))
        finish(planned, answer, met)
    drop_unrecorded(planned.run)
    drop_unneeded(planned.run)
    sign(node, told)
    return answer


def _tell_where_it_goes_on(planned: Plan, told: Told, videos: VideosFor) -> None:
    """Tell that an earlier run of the same command was stopped, and how far it had come."""
    measured = planned.run.items.filter(is_done=True).count()
    if not measured:
        return
    files = Sentence(
        "This check goes on where it was stopped: of its files %(files)s had been measured.", files=measured
    )
    if videos is VideosFor.NEVER or not planned.run.items.filter(media__moves=True).exists():
        told(files)
        return
    told(
        Sentence(
            "%(files)s Of its videos %(videos)s had been followed and compared, and are not followed again.",
            files=files,
            videos=how_many_compared(planned.run),
        )
    )


def _model(node: Node, request: CheckRequest) -> OpenedModel | None:
    """Answer the learnt model that is to be used, opened and found to be the one described.

    Raises:
        ConfigurationError: One is named, and cannot be used; better no answer than one that lacks it unsaid.
    """
    named = request.model or node.config.model
    if named is None or request.features is FeaturesFor.NEVER:
        return None
    from cairn.fingerprints.learnt.description import read_description  # noqa: PLC0415 - where one is used
    from cairn.fingerprints.learnt.model import open_model  # noqa: PLC0415 - as above

    return open_model(read_description(named))


def _unprotected(pool: Pool) -> Iterator[str]:
    """Yield which protections the decoders lack on this machine, and why."""
    for state in pool.protections:
        if not state.active:
            yield f"{state.protection}: {state.detail}"


def _unprotected_outside(request: CheckRequest) -> Iterator[str]:
    """Yield which protections the reader from outside lacks, where one was asked for."""
    if request.containers is not None and request.containers.outside_reader is not None:
        for words in request.containers.outside_reader.missing_protections():
            yield f"outside reader, {words}"


def _compare(
    closer: SecondPass,
    videos: VideoPass,
    planned: Plan,
    measuring: Measuring,
    policy: DuplicatePolicy,
    unprotected: tuple[str, ...],
    so_far: SoFar,
) -> tuple[Answer, Assessor]:
    """Answer what is known, and what has answered it, which knows what was met and is not shown, too."""
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

"""The main job: a seizure goes in, an answer comes out.

Measured first (and resumable), then compared, then registered where that was asked for, then audited; only
then is the answer given. Each step can be killed and run again.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.fingerprints.sandbox import DecoderPool
from cairn.linking import PDQ_31, DuplicatePolicy
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import acting_as
from cairn.sentences import Sentence
from cairn.services.checking.closing import LINKING_S, finish, met_by, numbers_of, sign
from cairn.services.checking.comparing import compare
from cairn.services.checking.entries import entries_of, paths_of
from cairn.services.checking.even_time import evenly
from cairn.services.checking.measuring import Measuring, Progress
from cairn.services.checking.patience import Patience
from cairn.services.checking.planning import plan
from cairn.services.checking.register import register, tell_of_registered
from cairn.services.checking.suggesting import suggest
from cairn.services.features.recorded import drop_unrecorded
from cairn.services.features.second_pass import FeaturesFor, SecondPass
from cairn.services.footage.compared import how_many_compared
from cairn.services.footage.keeping import drop_unneeded
from cairn.services.footage.suggesting import suggest_footage
from cairn.services.footage.video_pass import VideoPass, VideosFor
from cairn.services.node.outside import require_node_outside
from cairn.services.vault.keeping import keep_registered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.fingerprints.learnt.model import OpenedModel
    from cairn.services.answering.answer import Answer
    from cairn.services.checking.closing import Keep
    from cairn.services.checking.comparing import SoFar
    from cairn.services.checking.measuring import OpenPool, Pool, Watcher
    from cairn.services.checking.patience import Told
    from cairn.services.checking.planning import CheckRequest, Plan
    from cairn.services.features.second_pass import CloserProgress
    from cairn.services.footage.video_pass import VideoProgress
    from cairn.services.footage.watching import OpenVideos
    from cairn.services.node.opening import Node

    VideoWatcher = Callable[[VideoProgress], object]
    CloserWatcher = Callable[[CloserProgress], object]


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
        answer, assessor = compare(closer, videos, planned, measuring, policy, unprotected, so_far)
        met = met_by(answer, assessor)
        if planned.registration is not None:
            added = register(planned.run, planned.registration, met=measuring.met)
            with evenly(LINKING_S):
                tell_of_registered(planned.run, planned.registration, met=measuring.met)
                suggest(node, policy=policy, check=planned.run)
                suggest_footage(assessor.details, policy=policy)
            keep_registered(node.config, planned.run, planned.registration, entries_of(request), told=told)
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
    compared = 0 if videos is VideosFor.NEVER else how_many_compared(planned.run)
    if not compared:
        told(files)
        return
    told(
        Sentence(
            "%(files)s Of its videos %(videos)s had been followed and compared, and are not followed again.",
            files=files,
            videos=compared,
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

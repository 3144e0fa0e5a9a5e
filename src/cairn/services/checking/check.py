"""The main job: a seizure goes in, an answer comes out.

Measured first (and resumable), then compared, then registered where that was asked for, then audited; only
then is the answer given. Each step can be killed and run again.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

import cairn
from cairn.errors import CairnError, InputError
from cairn.evidence import printable
from cairn.fingerprints.measure import MINIMUM_QUALITY
from cairn.fingerprints.pdq import PDQ_METHOD
from cairn.fingerprints.sandbox import DecoderPool
from cairn.intake import walk
from cairn.linking import PDQ_31, DigestEqual, DuplicatePolicy
from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import acting_as
from cairn.services.alerting.meeting import Meeting, Met, tell_holders
from cairn.services.answering.answer import Answer, Coverage, Method, SeriesMet
from cairn.services.auditing.signing import sign_head
from cairn.services.checking.assessing import Assessor
from cairn.services.checking.even_time import evenly
from cairn.services.checking.knowledge import Recollection
from cairn.services.checking.measuring import Measuring, Progress
from cairn.services.checking.patience import Patience
from cairn.services.checking.planning import plan
from cairn.services.checking.priority import look_first
from cairn.services.checking.register import register, tell_of_registered
from cairn.services.checking.suggesting import suggest
from cairn.services.node.indexing import current_index
from cairn.statistics import LOOKS_AVOIDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from cairn.services.answering.answer import FileAnswer, SeriesFacts
    from cairn.services.checking.measuring import OpenPool, Pool, Watcher
    from cairn.services.checking.patience import Told
    from cairn.services.checking.planning import CheckRequest, Plan
    from cairn.services.node.opening import Node

LINKING_S = 0.1
"""Several times what linking one file takes, also where it is near to media that the asker may not see."""

FINISHING_S = 0.2
"""Several times what the last step of a check takes where it has met blind series; see ``even_time``."""


def check(
    node: Node,
    request: CheckRequest,
    *,
    watch: Watcher = lambda _: None,
    told: Told = lambda _: None,
    policy: DuplicatePolicy = PDQ_31,
    open_pool: OpenPool = DecoderPool,
) -> Answer:
    """Answer what is known of every file.

    Args:
        node: The open node.
        request: What to check.
        watch: Is told the progress.
        told: Is told what a person should know while it runs, such as that the disk has vanished.
        policy: Which PDQ distance counts as similar.
        open_pool: Where hostile bytes are decoded.

    Raises:
        InputError: A path is missing, holds the node, or the request does not hold; nothing was recorded.
        ConfigurationError: The disk is full, or the records cannot be reached; what was measured is kept.
        KeyboardInterrupt: Stopped by hand; what was measured is kept.
    """
    asker = request.actor or node.operator
    with database_errors_in_words(), acting_as(asker):
        total = sum(1 for _ in walk(request.paths))
        if request.paths and not total:
            raise InputError(
                "There is no file at or below the paths. Is the disk mounted?", code="check.nothing"
            )
        _require_node_outside(node, request.paths)
        planned = plan(request, asker)
        with open_pool(workers=request.workers or os.cpu_count() or 1, mode=planned.mode) as pool:
            patience = Patience.over(request.paths, told=told)
            progress = Progress(total=total)
            measuring = Measuring(planned.run, asker, pool, planned.mode, patience, watch, progress)
            measuring.run(patience.entries(lambda: walk(request.paths, containers=request.containers)))
            unprotected = (*_unprotected(pool), *_unprotected_outside(request))
        answer, met = _compare(node, planned, measuring, policy, unprotected)
        if planned.registration is not None:
            added = register(planned.run, planned.registration, met=measuring.met)
            with evenly(LINKING_S):
                tell_of_registered(planned.run, planned.registration, met=measuring.met)
                suggest(node, policy=policy, check=planned.run)
            answer = replace(answer, registered=added)
        _finish(planned, answer, met)
    _sign(node, told)
    return answer


def _sign(node: Node, told: Told) -> None:
    """Sign the log with the new acts; the answer stands and is audited even where that cannot be done."""
    try:
        sign_head(node.config)
    except CairnError as error:
        told(f"The audit log was not signed: {error.sentence}")


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


def _require_node_outside(node: Node, paths: Sequence[Path]) -> None:
    """Evidence is never written to, and a node that lay in it would be checked while it is written."""
    folder = node.config.folder.resolve()
    for path in paths:
        if folder.is_relative_to(path.resolve()):
            raise InputError(
                f"The node {printable(folder)} lies in what is being checked, and evidence is never written "
                "to. Name the folders beside it, or keep the node elsewhere.",
                code="check.node-inside",
            )


def _compare(
    node: Node, planned: Plan, measuring: Measuring, policy: DuplicatePolicy, unprotected: tuple[str, ...]
) -> tuple[Answer, Met]:
    """Answer what is known, and for the audit and the holders which series were met, shown and not shown."""
    recollection = Recollection(planned.asker, present_case=planned.case)
    compared_at = timezone.now()
    with current_index(node) as index:
        assessor = Assessor(index, policy, recollection)
        files = tuple(assessor.answers(planned.run, met=measuring.met))
        is_complete = index.coverage().is_complete
    answer = Answer(
        node=node.config.identity,
        authority=planned.asker.authority.code,
        authority_name=planned.asker.authority.name,
        paths=planned.paths,
        case=None if planned.case is None else planned.case.reference,
        exhibit=planned.exhibit,
        started_at=planned.run.started_at,
        finished_at=timezone.now(),
        resumed=measuring.progress.resumed,
        recalled=measuring.progress.recalled,
        files=files,
        series=series_met(files, assessor.series),
        look_first=look_first(files, assessor.series),
        coverage=Coverage(compared_at, is_complete),
        method=_method(planned, policy),
        input_digest=input_digest(files),
        registered=None,
        unprotected=unprotected,
    )
    return answer, _met(answer, recollection, assessor)


def _met(answer: Answer, recollection: Recollection, assessor: Assessor) -> Met:
    numbers = recollection.numbers()
    shown = {numbers[row.facts.id]: Meeting(row.exact, row.similar) for row in answer.series}
    hidden = assessor.hidden_exact.keys() | assessor.hidden_similar.keys()
    return Met(
        seen=shown,
        unseen={
            number: Meeting(assessor.hidden_exact[number], assessor.hidden_similar[number])
            for number in hidden
        },
    )


def _method(planned: Plan, policy: DuplicatePolicy) -> Method:
    return Method(
        cairn=cairn.__version__,
        pdq=PDQ_METHOD,
        mode=planned.mode,
        duplicate_policy=policy.name,
        radius_bits=policy.radius_bits,
        minimum_quality=MINIMUM_QUALITY,
    )


def series_met(files: Sequence[FileAnswer], facts: Mapping[int, SeriesFacts]) -> tuple[SeriesMet, ...]:
    """Sum the files up by series: those with most files first, then by name."""
    exact: Counter[int] = Counter()
    similar: Counter[int] = Counter()
    for file in files:
        equal = {n for match in file.matches if isinstance(match.evidence, DigestEqual) for n in match.series}
        exact.update(equal)
        similar.update({n for match in file.matches for n in match.series} - equal)
    met = [SeriesMet(row, exact[number], similar[number]) for number, row in facts.items()]
    return tuple(sorted(met, key=lambda row: (-row.exact - row.similar, row.facts.name, row.facts.id)))


def input_digest(files: Sequence[FileAnswer]) -> str:
    """Answer the SHA-256 over one line a file, ``<sha256>  <address>``, sorted by address.

    It is what ``sha256sum`` prints for the same files, digested; a file that could not be read has a dash.
    """
    lines = hashlib.sha256()
    for file in files:
        digest = "-" if file.digests is None else file.digests.sha256.hex()
        lines.update(f"{digest}  {file.address}\n".encode())
    return lines.hexdigest()


def _finish(planned: Plan, answer: Answer, met: Met) -> None:
    """Audit the look, tell those who hold what was met, and close the run, all in an even time."""
    case, purpose = ("", "") if planned.case is None else (planned.case.reference, planned.case.purpose)
    say = partial(audit.append, actor=planned.asker, case_reference=case, purpose=purpose)
    with evenly(FINISHING_S), transaction.atomic():
        tell_holders(planned.run, met, asker=planned.asker, registered=planned.registration is not None)
        planned.run.finished_at = answer.finished_at
        planned.run.save(update_fields=["finished_at"])
        counts = {str(verdict): count for verdict, count in answer.counts.items()}
        counts[LOOKS_AVOIDED] = answer.looks_avoided
        say(audit.AuditTag.CHECK_ANSWERED, record_ids=[planned.run.pk], counts=counts)
        tags = {audit.AuditTag.SERIES_MET: met.seen, audit.AuditTag.SERIES_MET_UNSEEN: met.unseen}
        for tag, series in tags.items():
            say(tag, record_ids=series)  # Also where none was met: a gap between positions would tell it.

"""What ends every check: the sums over its files, its audit, and who else is told."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

import cairn
from cairn.errors import CairnError
from cairn.fingerprints.measure import MINIMUM_QUALITY
from cairn.fingerprints.pdq import PDQ_METHOD
from cairn.linking import DigestEqual
from cairn.records import audit
from cairn.sentences import Sentence
from cairn.services.alerting.meeting import Meeting, Met, tell_holders
from cairn.services.answering.answer import Answer, ListMet, SeriesMet
from cairn.services.answering.coverage import Coverage, Method
from cairn.services.auditing.signing import sign_head
from cairn.services.checking.even_time import evenly
from cairn.services.checking.priority import look_first
from cairn.services.footage.compared import drop_compared
from cairn.services.hash_lists.meeting import remember_meetings
from cairn.statistics import LOOKS_AVOIDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.linking import DuplicatePolicy
    from cairn.records.jobs import Check
    from cairn.services.answering.answer import FileAnswer
    from cairn.services.answering.facts import SeriesFacts
    from cairn.services.checking.assessing import Assessor
    from cairn.services.checking.patience import Told
    from cairn.services.checking.planning import Plan
    from cairn.services.node.opening import Node

LINKING_S = 0.1
"""Several times what linking one file takes, also where it is near to media that the asker may not see."""

FINISHING_S = 0.2
"""Several times what the last step of a check takes where it has met blind series; see ``even_time``."""


@dataclass(frozen=True, slots=True)
class RecordNumbers:
    """The records' own numbers of what an answer names by numbers of its own; never told.

    Attributes:
        series: Of each series.
        lists: Of each hash list.
    """

    series: Mapping[int, int]
    lists: Mapping[int, int]


Keep = Callable[["Check", Answer, RecordNumbers], object]
"""Is handed the run, its answer and the numbers in it, before the run is closed."""


def numbers_of(assessor: Assessor) -> RecordNumbers:
    """Answer the numbers of what was met and is shown."""
    lists = assessor.lists.facts if assessor.lists else {}
    return RecordNumbers(
        dict(assessor.recollection.numbers()), {facts.id: number for number, facts in lists.items()}
    )


def answer_of(
    node: Node,
    planned: Plan,
    files: tuple[FileAnswer, ...],
    *,
    assessor: Assessor,
    coverage: Coverage,
    method: Method,
    resumed: int = 0,
    recalled: int = 0,
    unprotected: tuple[str, ...] = (),
) -> Answer:
    """Sum up the files of a check; what is registered, and who is told, comes afterwards.

    Args:
        node: The node that answers.
        planned: What was asked.
        files: Sorted by address.
        assessor: What answered them.
        coverage: What they were compared with.
        method: How.
        resumed: As in ``Answer``.
        recalled: As in ``Answer``.
        unprotected: As in ``Answer``.
    """
    return Answer(
        node=node.config.identity,
        authority=planned.asker.authority.code,
        authority_name=planned.asker.authority.name,
        paths=planned.paths,
        case=None if planned.case is None else planned.case.reference,
        exhibit=planned.exhibit,
        started_at=planned.run.started_at,
        finished_at=timezone.now(),
        resumed=resumed,
        recalled=recalled,
        files=files,
        series=series_met(files, assessor.series),
        look_first=look_first(files, assessor.series),
        coverage=coverage,
        method=method,
        input_digest=input_digest(files),
        registered=None,
        unprotected=unprotected,
        lists=lists_met(files, assessor),
    )


def method_of(mode: str, policy: DuplicatePolicy) -> Method:
    """Answer with what files are compared here and now."""
    return Method(
        cairn=cairn.__version__,
        pdq=PDQ_METHOD,
        mode=mode,
        duplicate_policy=policy.name,
        radius_bits=policy.radius_bits,
        minimum_quality=MINIMUM_QUALITY,
    )


def met_by(answer: Answer, assessor: Assessor) -> Met:
    """Answer the series that were met, shown and not shown: for the audit, and for those who hold them."""
    numbers = assessor.recollection.numbers()
    shown = {numbers[row.facts.id]: Meeting(row.exact, row.similar) for row in answer.series}
    hidden = assessor.hidden_exact.keys() | assessor.hidden_similar.keys()
    return Met(
        seen=shown,
        unseen={
            number: Meeting(assessor.hidden_exact[number], assessor.hidden_similar[number])
            for number in hidden
        },
        lists=frozenset(assessor.lists.facts if assessor.lists else ()),
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


def lists_met(files: Sequence[FileAnswer], assessor: Assessor) -> tuple[ListMet, ...]:
    """Sum the files up by hash list: those with most files first, then by name."""
    if assessor.lists is None:
        return ()
    files_on = Counter(each.list for file in files for each in file.listed)
    met = [ListMet(facts, files_on[facts.id]) for facts in assessor.lists.facts.values()]
    return tuple(sorted(met, key=lambda row: (-row.files, row.facts.name, row.facts.id)))


def input_digest(files: Sequence[FileAnswer]) -> str:
    """Answer the SHA-256 over one line a file, ``<sha256>  <address>``, sorted by address.

    It is what ``sha256sum`` prints for the same files, digested; a file that could not be read has a dash.
    Content that is not at hand has the strongest digest that is stated of it, such as ``sha1:4f…``.
    """
    lines = hashlib.sha256()
    for file in files:
        named = "-" if file.digests is None else file.digests.named.removeprefix("sha256:")
        lines.update(f"{named}  {file.address}\n".encode())
    return lines.hexdigest()


def finish(planned: Plan, answer: Answer, met: Met) -> None:
    """Audit the look, tell those who hold what was met, and close the run, all in an even time."""
    case, purpose = ("", "") if planned.case is None else (planned.case.reference, planned.case.purpose)
    say = partial(audit.append, actor=planned.asker, case_reference=case, purpose=purpose)
    with evenly(FINISHING_S), transaction.atomic():
        tell_holders(planned.run, met, asker=planned.asker, registered=planned.registration is not None)
        planned.run.finished_at = answer.finished_at
        planned.run.save(update_fields=["finished_at"])
        drop_compared(planned.run)
        counts = {str(verdict): count for verdict, count in answer.counts.items()}
        counts[LOOKS_AVOIDED] = answer.looks_avoided
        say(audit.AuditTag.CHECK_ANSWERED, record_ids=[planned.run.pk], counts=counts)
        if met.lists:
            remember_meetings(met.lists, of=planned.asker.authority)
            say(audit.AuditTag.LIST_MET, record_ids=sorted(met.lists))
        tags = {audit.AuditTag.SERIES_MET: met.seen, audit.AuditTag.SERIES_MET_UNSEEN: met.unseen}
        for tag, series in tags.items():
            say(tag, record_ids=series)  # Also where none was met: a gap between positions would tell it.


def sign(node: Node, told: Told) -> None:
    """Sign the log with the new acts; the answer stands and is audited even where that cannot be done."""
    try:
        sign_head(node.config)
    except CairnError as error:
        told(Sentence("The audit log was not signed: %(why)s", why=error.sentence))

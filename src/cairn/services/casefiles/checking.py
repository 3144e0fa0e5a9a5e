"""A check of case files by the digests that they state, for media whose files are not at hand.

Nothing is measured, so there is nothing that a stopped check would have to keep: the same command reads the
case again, which takes less time than one picture in a thousand would. What it registers it keeps in batches,
as every check does. The records that met something are written down as items of the check, so that whoever
withdraws what was met finds who has met it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.linking import PDQ_31, DuplicatePolicy
from cairn.records.connection import database_errors_in_words
from cairn.records.jobs import CheckItem
from cairn.records.lock import acting_as
from cairn.records.sightings import Sighting, digest_of_address
from cairn.services.answering.coverage import BY_DIGESTS, Coverage
from cairn.services.casefiles.assessing import ON_LISTS_ALONE, UNCOMPARED, StatedAssessor
from cairn.services.casefiles.reading import records_of
from cairn.services.checking.assessing import Assessor
from cairn.services.checking.closing import LINKING_S, answer_of, finish, met_by, method_of, numbers_of, sign
from cairn.services.checking.even_time import evenly
from cairn.services.checking.knowledge import Recollection
from cairn.services.checking.measuring import Progress
from cairn.services.checking.planning import plan
from cairn.services.checking.register import tell_of_media, write_sightings
from cairn.services.checking.stated import METHOD, record_stated
from cairn.services.checking.suggesting import suggest
from cairn.services.hash_lists.indexing import current_lists
from cairn.services.hash_lists.meeting import ListRecollection
from cairn.services.node.indexing import current_index
from cairn.types import StatedDigests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.intake import Item
    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.casefiles.assessing import Assessed
    from cairn.services.checking.closing import Keep
    from cairn.services.checking.measuring import Watcher
    from cairn.services.checking.patience import Told
    from cairn.services.checking.planning import CheckRequest, Plan
    from cairn.services.checking.register import Registration
    from cairn.services.node.opening import Node

BATCH_ITEMS = 500
"""Records a question and a transaction: below the number of values that SQLite takes at once."""


def check_case_files(
    node: Node,
    request: CheckRequest,
    items: Sequence[Item],
    *,
    watch: Watcher = lambda _: None,
    told: Told = lambda _: None,
    policy: DuplicatePolicy = PDQ_31,
    keep: Keep = lambda *_: None,
) -> Answer:
    """Answer what is known of every media record of these files.

    Args:
        node: The open node.
        request: What to check.
        items: Its case files, as ``case_files`` answers them.
        watch: Is told the progress.
        told: Is told what a person should know, such as totals that do not agree.
        policy: Of the node; links of media that become recorded are suggested under it.
        keep: Keeps the answer where it is to be read later.

    Raises:
        InputError: A file is no VICS file, or the request does not hold; nothing was recorded.
        ConfigurationError: The disk is full, or the records cannot be reached.
    """
    asker = request.actor or node.operator
    with database_errors_in_words(), acting_as(asker):
        planned = plan(replace(request, by_digests=True), asker)
        answer, assessor = _compare(node, planned, items, watch, told, policy)
        met = met_by(answer, assessor)
        if planned.registration is not None:
            added, media = _register(planned, planned.registration, answer.files)
            with evenly(LINKING_S):
                tell_of_media(planned.run, planned.registration, media=media)
                suggest(node, policy=policy, check=planned.run)
            answer = replace(answer, registered=added)
        keep(planned.run, answer, numbers_of(assessor))
        finish(planned, answer, met)
    sign(node, told)
    return answer


def _compare(
    node: Node, planned: Plan, items: Sequence[Item], watch: Watcher, told: Told, policy: DuplicatePolicy
) -> tuple[Answer, Assessor]:
    progress, compared_at = Progress(), timezone.now()
    files: list[FileAnswer] = []
    with current_index(node) as index, current_lists(node) as opened:
        recollection = Recollection(planned.asker, present_case=planned.case)
        assessor = Assessor(index, policy, recollection, ListRecollection(opened, planned.asker, policy))
        stated = StatedAssessor(assessor)
        records = records_of(items, told=told)
        while batch := list(islice(records, BATCH_ITEMS)):
            found = stated.answers(batch)
            _write_down(planned, found)
            files.extend(each.answer for each in found)
            progress.done = progress.total = len(files)
            watch(progress)
        is_complete = index.coverage().is_complete
    near_sought = bool(files) and not any(each.why_not in {UNCOMPARED, ON_LISTS_ALONE} for each in files)
    ordered = tuple(sorted(files, key=lambda file: file.address))
    answer = answer_of(
        node,
        planned,
        ordered,
        assessor=assessor,
        coverage=Coverage(compared_at, is_complete, near_sought=near_sought),
        method=method_of(BY_DIGESTS, policy),
    )
    return answer, assessor


def _write_down(planned: Plan, found: Sequence[Assessed]) -> None:
    """Keep which recorded media were met, as items of the check; killed and run again, each is there once."""
    rows = [
        CheckItem(
            check_run=planned.run,
            address=each.answer.address,
            address_digest=digest_of_address(f"{each.answer.address}\0{number}"),
            signature=METHOD,
            is_done=True,
            media_id=media,
        )
        for each in found
        for number, media in enumerate(each.met)
    ]
    with transaction.atomic():
        CheckItem.objects.bulk_create(rows, ignore_conflicts=True)


def _register(
    planned: Plan, registration: Registration, files: Sequence[FileAnswer]
) -> tuple[int, frozenset[int]]:
    """Record a sighting of every record that states MD5 or SHA-1; answer how many are new, and the media."""
    held = Sighting.objects.filter(exhibit=registration.exhibit)
    before, media = held.count(), set[int]()
    for batch in _batches(files):
        with transaction.atomic():
            numbers = record_stated([digests for _, digests in batch], actor=planned.asker)
            write_sightings(
                [
                    Sighting(
                        media_id=numbers[digests],
                        authority=registration.actor.authority,
                        exhibit=registration.exhibit,
                        address=file.address,
                        address_digest=digest_of_address(file.address),
                        source=registration.source,
                        found_at=registration.found_at,
                    )
                    for file, digests in batch
                    if digests in numbers
                ],
                registration,
            )
        media.update(numbers.values())
    return held.count() - before, frozenset(media)


def _batches(files: Sequence[FileAnswer]) -> Iterator[list[tuple[FileAnswer, StatedDigests]]]:
    stated = ((file, file.digests) for file in files if isinstance(file.digests, StatedDigests))
    while batch := list(islice(stated, BATCH_ITEMS)):
        yield batch

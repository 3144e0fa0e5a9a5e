"""A look-up by those who work with material: verdicts, holders, series and whom to ask, as after a check."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.linking import PDQ_31, DuplicatePolicy
from cairn.linking.footage import FrameNear
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.answering.coverage import Coverage
from cairn.services.cases import own_case
from cairn.services.checking.even_time import evenly
from cairn.services.checking.knowledge import Recollection
from cairn.services.checking.parts_known import has_frames, with_parts
from cairn.services.fingerprinting.following import Followed, Wanted
from cairn.services.footage.asked import of_fingerprint
from cairn.services.footage.deadline import Deadline
from cairn.services.hash_lists.indexing import current_lists
from cairn.services.hash_lists.meeting import ListRecollection
from cairn.services.looking_up.answer import Hit, LookupAnswer
from cairn.services.looking_up.followed import (
    COMPARED_S,
    contacts_of_sound,
    contacts_of_video,
    could_be_followed,
    left_open,
    number_of,
    stopped_comparing,
)
from cairn.services.looking_up.meeting_lists import entries, entries_of_file
from cairn.services.looking_up.meeting_media import contacts, contacts_of_file
from cairn.services.looking_up.occasion import step_s, write_down
from cairn.services.looking_up.telling import Telling, verdict_of
from cairn.services.node.indexing import current_index
from cairn.types import Pdq, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from cairn.index import Index
    from cairn.records.users import Actor
    from cairn.services.answering.matches import Listed
    from cairn.services.looking_up.hashes import Hashes
    from cairn.services.looking_up.meeting_media import Contact
    from cairn.services.looking_up.telling import Question
    from cairn.services.node.opening import Node
    from cairn.types import Fingerprints


@dataclass(frozen=True, slots=True)
class _Asked:
    """How much is asked, by whom, in which case, and by which policy."""

    number: int
    actor: Actor
    case: str
    policy: DuplicatePolicy
    is_comparable: bool = True


def _nothing_more(_index: Index, _recollection: Recollection) -> Sequence[Contact]:
    return ()


@dataclass(frozen=True, slots=True)
class _Find:
    """How what is asked meets recorded media, and how it meets hash lists.

    Attributes:
        media: By hashes, which takes milliseconds.
        lists: The same of lists.
        closer: By what takes longer, with a time of its own that does not depend on what is hidden.
    """

    media: Callable[..., Sequence[Contact]]
    lists: Callable[[ListRecollection], Mapping[Question, tuple[Listed, ...]]]
    closer: Callable[[Index, Recollection], Sequence[Contact]] = _nothing_more


@under_lock
def look_up(
    node: Node, hashes: Hashes, *, actor: Actor, case: str = "", policy: DuplicatePolicy = PDQ_31
) -> LookupAnswer:
    """Answer what the actor may know of each hash; it is audited, and the holders are told.

    Args:
        node: The open node.
        hashes: What is asked.
        actor: Who asks: one who works with material.
        case: The reference of a case of the actor's authority; empty where it belongs to none.
        policy: Which PDQ distance counts as similar.

    Raises:
        AccessError: The actor may not check, or not see material.
        InputError: The authority has no such case (``case.missing``).
    """
    find = _Find(partial(contacts, hashes, policy=policy), partial(entries, hashes))
    return _answered(node, find, _Asked(len(hashes), actor, case, policy))


@under_lock
def worth_following(
    node: Node, file: Fingerprints, *, actor: Actor, case: str = "", policy: DuplicatePolicy = PDQ_31
) -> Wanted:
    """Answer what of a file is to be followed before it is looked up: what its hashes leave open.

    Nothing is told or written down: ``look_file_up`` does both.

    Args:
        node: The open node.
        file: What was measured.
        actor: As in ``look_file_up``.
        case: As above.
        policy: As above.

    Raises:
        AccessError: As in ``look_up``.
        InputError: As in ``look_up``.
    """
    wanted = could_be_followed(file)
    if not (wanted.video or wanted.sound):
        return wanted
    require(actor, Act.CHECK_RUN)
    require(actor, Act.SERIES_READ)
    with database_errors_in_words():
        occasion = own_case(case, actor=actor) if case else None
        with current_index(node) as index, current_lists(node) as lists, evenly(step_s(1)):
            met = contacts_of_file(file, index=index, policy=policy)
            known = Recollection(actor, present_case=occasion).of({each.media for each in met})
            said = entries_of_file(file, ListRecollection(lists, actor, policy))
    told = [each for each in met if each.media in known]
    return left_open(wanted, verdict_of(told, known, chain.from_iterable(said.values())))


@under_lock
def look_file_up(
    node: Node,
    file: Fingerprints,
    *,
    actor: Actor,
    case: str = "",
    policy: DuplicatePolicy = PDQ_31,
    followed: Followed | None = None,
) -> LookupAnswer:
    """Answer what the actor may know of a file that was measured: its content, and its picture in any turn.

    What is known stands in the one hit, if there is one, at position 0 of its SHA-256.

    Args:
        node: The open node.
        file: What was measured.
        actor: Who asks: one who works with material.
        case: As in ``look_up``.
        policy: As in ``look_up``.
        followed: What was seen and heard of it beside; ``None`` where it was not followed.

    Raises:
        AccessError: As in ``look_up``.
        InputError: As in ``look_up``.
    """
    followed = followed or Followed()
    number = number_of(file)
    video = None if followed.video is None else of_fingerprint(number, followed.video)
    heard = followed.heard
    deadline = Deadline()

    def closer(index: Index, recollection: Recollection) -> Sequence[Contact]:
        found: list[Contact] = []
        if video is not None:
            deadline.ends_at = time.monotonic() + COMPARED_S
            found.extend(contacts_of_video(node, index, video, recollection=recollection, deadline=deadline))
        if heard is not None:
            found.extend(contacts_of_sound(node, heard, number, asker=actor, recollection=recollection))
        return found

    is_comparable = isinstance(file.picture.comparison, Pdq) or bool(heard and heard.is_comparable)
    seen = None if video is None else video.answer
    find = _Find(partial(contacts_of_file, file, policy=policy), partial(entries_of_file, file), closer)
    asked = _Asked(1, actor, case, policy, is_comparable or has_frames(seen))
    answer = _answered(node, find, asked)
    matches = [*(match for hit in answer.hits for match in hit.matches), *answer.beyond]
    told = stopped_comparing(seen) if seen and deadline.was_met else seen
    return replace(answer, video=told and with_parts(told, matches), heard=heard)


def _answered(node: Node, find: _Find, asked: _Asked) -> LookupAnswer:
    actor = asked.actor
    require(actor, Act.CHECK_RUN)
    require(actor, Act.SERIES_READ)
    with database_errors_in_words():
        occasion = own_case(asked.case, actor=actor) if asked.case else None
        compared_at = timezone.now()
        with current_index(node) as index, current_lists(node) as lists:
            recollection = Recollection(actor, present_case=occasion)
            more = find.closer(index, recollection)
            with evenly(step_s(asked.number)):
                met = _with_more(find.media(index=index), more)
                listing = ListRecollection(lists, actor, asked.policy)
                is_complete = index.coverage().is_complete
                telling = Telling(recollection)
                hits = tuple(telling.hits(met, find.lists(listing)))
                counts = _counts(asked, hits)
                said = {"hashes": asked.number, **{verdict.value: count for verdict, count in counts.items()}}
                with transaction.atomic():
                    write_down(telling.met(listing.facts), counts=said, actor=actor, case=occasion)
    return LookupAnswer(
        asked=asked.number,
        hits=hits,
        series=telling.series(),
        counts=counts,
        policy=asked.policy.name,
        coverage=Coverage(compared_at, is_complete),
        contents={number: media for media, number in telling.numbers.items()},
        lists=telling.lists_met(listing.facts.values()),
        beyond=tuple(telling.beyond),
    )


def _with_more(met: Sequence[Contact], more: Sequence[Contact]) -> Sequence[Contact]:
    """Answer what hashes meet, and then what a closer look meets beside.

    Of one media all its links, for a hash tells no seconds; but a single frame adds nothing to a hash.
    """
    by_hash = {each.media for each in met}
    return [
        *met,
        *(each for each in more if each.media not in by_hash or not isinstance(each.evidence, FrameNear)),
    ]


def _counts(asked: _Asked, hits: Collection[Hit]) -> dict[Verdict, int]:
    counts = dict.fromkeys(Verdict, 0)
    for hit in hits:
        counts[hit.verdict] += 1
    counts[Verdict.NEW if asked.is_comparable else Verdict.NOT_COMPARABLE] += asked.number - len(hits)
    return counts

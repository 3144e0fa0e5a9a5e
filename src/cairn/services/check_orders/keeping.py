"""An answer is kept file by file, so that a page of it is read and not made anew."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import transaction

from cairn.records.check_orders import AnsweredFile, CheckOrder
from cairn.sentences import as_text
from cairn.services.answering.answer_json import head_row, list_row, series_row
from cairn.services.answering.answer_reading import kept_file
from cairn.services.answering.reckoning import looks
from cairn.services.visible import common_folder
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cairn.records.jobs import Check
    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.checking.closing import RecordNumbers

BATCH_ROWS = 1_000
"""Rows a transaction, so that others who write wait for moments only."""
_SERIES_LENGTH = 990


def keep_answer(
    order: CheckOrder,
    run: Check,
    answer: Answer,
    numbers: RecordNumbers,
    *,
    also: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Keep the answer of an order; what an earlier, interrupted try has kept is replaced.

    Nobody is shown any of it before the order says that it is answered.

    Args:
        order: Which.
        run: The check that answered it.
        answer: What it says.
        numbers: The records' numbers of what the answer names by its own.
        also: What else its head says, for the desk alone.
    """
    forget_answer(order)
    batch: list[AnsweredFile] = []
    sums: Counter[tuple[str, str, str, str, bool]] = Counter()
    for row in _rows(order, answer):
        sums[row.verdict, row.media_type, row.reason, row.series, row.is_copy] += 1
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            AnsweredFile.objects.bulk_create(batch)
            batch = []
    AnsweredFile.objects.bulk_create(batch)
    order.check_run = run
    order.head = {
        **head_row(answer),
        **also,
        "folder": common_folder(file.address for file in answer.files),
        "series": [series_row(met) for met in answer.series],
        "lists": [list_row(met) for met in answer.lists],
    }
    order.series = {str(number): record for number, record in numbers.series.items()}
    order.lists = {str(number): record for number, record in numbers.lists.items()}
    order.sums = [[*alike, number] for alike, number in sorted(sums.items())]
    order.counts = _counts(answer)
    order.save(update_fields=["check_run", "head", "series", "lists", "sums", "counts"])


def forget_answer(order: CheckOrder) -> None:
    """Delete the files of a kept answer, in batches."""
    while numbers := list(AnsweredFile.objects.filter(order=order).values_list("pk", flat=True)[:400]):
        with transaction.atomic():
            AnsweredFile.objects.filter(pk__in=numbers).delete()


def _counts(answer: Answer) -> dict[str, int]:
    found = looks(answer)
    return {
        **{verdict.value: number for verdict, number in answer.counts.items()},
        "files": found.files,
        "recorded": found.recorded,
        "copies": found.copies,
        "to_look": found.to_look,
        "nothing_to_compare": found.nothing_to_compare,
        "avoided": found.avoided,
    }


def _rows(order: CheckOrder, answer: Answer) -> Iterator[AnsweredFile]:
    looks = enumerate(answer.look_first, start=1)
    places = {look.address: (place, as_text(look.why)) for place, look in looks}
    for position, file in enumerate(answer.files, start=1):
        look, why = places.get(file.address, (None, ""))
        yield AnsweredFile(
            order=order,
            position=position,
            verdict=file.verdict.value,
            media_type=(file.media_type or "")[:100],
            reason=_reason(file),
            series=_series({number for match in file.matches for number in match.series}),
            is_copy=file.copy_of is not None,
            look=look,
            why=why,
            content=kept_file(file),
        )


def _reason(file: FileAnswer) -> str:
    if file.unreadable is not None:
        return UNREADABLE
    is_told = file.verdict is Verdict.NOT_COMPARABLE and file.why_not is not None
    return file.why_not.reason.value if is_told and file.why_not is not None else ""


UNREADABLE = "unreadable"
"""Beside the reasons why a picture cannot be compared: nothing of the file could be read."""


def _series(numbers: set[int]) -> str:
    """Answer the numbers as the filters ask for them, as many as there is room for."""
    return _joined(sorted(numbers))


def _joined(numbers: Sequence[int]) -> str:
    text = ""
    for number in numbers:
        if len(text) < _SERIES_LENGTH:
            text += f"{'' if text else ','}{number},"
    return text

"""A check that was slower than its lease leaves its files to another, and still answers for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records.jobs import CheckItem
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from pictures import drawn, save
from services.seizures import by_name
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from cairn.fingerprints.sandbox import Done, Job, Recall
    from cairn.services.node.opening import Node


class Overtaken(InProcessPool):
    """While it measures the first time, somebody else claims every line, and dies."""

    rounds = 0

    def measure_all(self, jobs: Iterable[Job], *, recall: Recall | None = None) -> Iterator[Done]:
        for done in super().measure_all(jobs, recall=recall):
            Overtaken.rounds += 1
            if Overtaken.rounds == 1:
                past = timezone.now() - timedelta(seconds=1)
                CheckItem.objects.update(lease_holder="another 1 1 - -", lease_ends_at=past)
            yield done


def test_what_was_taken_over_is_measured_again_and_answered(node: Node, tmp_path: Path) -> None:
    Overtaken.rounds = 0
    save(drawn(1), tmp_path / "seizure" / "1.jpg")
    progress = []
    answer = check(
        node,
        CheckRequest((tmp_path / "seizure",)),
        open_pool=Overtaken,
        watch=lambda now: progress.append((now.done, now.total)),
    )
    assert Overtaken.rounds == 2
    assert by_name(answer)["1.jpg"].verdict == "new"
    assert progress[-1] == (1, 1)
    assert CheckItem.objects.get().is_done

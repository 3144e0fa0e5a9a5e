"""A step that takes the same time whatever it does."""

from __future__ import annotations

import pytest

from cairn.services.checking.even_time import evenly


@pytest.mark.parametrize(
    ("work_s", "expected_s"), [(0.0, 1.0), (0.25, 1.0), (0.75, 1.0), (1.0, 1.0), (1.25, 2.0), (3.5, 4.0)]
)
def test_a_step_lasts_its_time_and_else_a_multiple(work_s: float, expected_s: float) -> None:
    now: list[float] = [10.0]
    waited: list[float] = []
    with evenly(1.0, clock=lambda: now[0], wait=waited.append):
        now[0] += work_s
    assert work_s + sum(waited) == expected_s


def test_a_step_that_fails_does_not_wait() -> None:
    waited: list[float] = []
    with pytest.raises(RuntimeError), evenly(1.0, wait=waited.append):
        raise RuntimeError
    assert waited == []

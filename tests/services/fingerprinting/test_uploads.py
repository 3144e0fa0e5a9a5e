"""Uploads: measured in the sandbox by one thread, for many."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import pytest

from cairn.errors import ConfigurationError, InputError
from cairn.fingerprints import measure
from cairn.services.fingerprinting.uploads import Measurer
from cairn.types import PdqMode
from pictures import drawn, save
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_many_threads_get_their_own_file_measured_in_the_sandbox(tmp_path: Path) -> None:
    paths = [save(drawn(number), tmp_path / f"{number}.png") for number in range(6)]
    measurer = Measurer()
    with ThreadPoolExecutor(6) as callers:
        found = list(callers.map(lambda path: measurer.measure(partial(os.open, path, os.O_RDONLY)), paths))
    assert found == [measure(path, mode=PdqMode.EXACT) for path in paths]


def test_a_file_that_cannot_be_read_is_told_to_its_caller_alone(tmp_path: Path) -> None:
    measurer = Measurer(lambda: InProcessPool(workers=1, mode=PdqMode.EXACT))

    def gone() -> NoReturn:
        raise InputError("gone", code="input.missing")

    with pytest.raises(InputError, match="gone"):
        measurer.measure(gone)
    path = save(drawn(1), tmp_path / "1.png")
    assert measurer.measure(partial(os.open, path, os.O_RDONLY)).size_bytes == path.stat().st_size


def test_decoders_that_do_not_start_are_told_and_tried_again_with_the_next_file(tmp_path: Path) -> None:
    tries = iter([True, False])

    @contextmanager
    def unwilling() -> Iterator[InProcessPool]:
        if next(tries):
            raise ConfigurationError("no decoders", code="configuration.pool")
        yield InProcessPool(workers=1, mode=PdqMode.EXACT)

    measurer = Measurer(unwilling)
    path = save(drawn(1), tmp_path / "1.png")
    with pytest.raises(ConfigurationError, match="no decoders"):
        measurer.measure(partial(os.open, path, os.O_RDONLY))
    assert measurer.measure(partial(os.open, path, os.O_RDONLY)).picture.width == 320

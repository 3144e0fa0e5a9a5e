"""The reader of images, for every test that stands on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.intake import STANDARD_RULES, ContainerRules
from cairn.readers import DiskReader, find_disk_reader

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def reader() -> Iterator[DiskReader]:
    """The reader; its processes end with the module."""
    found = find_disk_reader()
    if found is None:
        pytest.skip("the extra cairn[forensic] is not installed")
    yield found
    found.close()


@pytest.fixture
def rules(reader: DiskReader) -> ContainerRules:
    return replace(STANDARD_RULES, image_reader=reader)

"""What is named in an address and is not there, or not for the one who asks, is told as any missing page."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.records.access import missing

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def not_there(*codes: str) -> Iterator[None]:
    """Let errors of these codes, within the block, be the page of what is not there.

    Raises:
        AccessError: There was one.
    """
    try:
        yield
    except InputError as error:
        if error.code in codes:
            raise missing() from None
        raise

"""What a format parser yields: members that can be unpacked, and members that cannot, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.errors import InputError
    from cairn.intake.containers.reading import PartSource


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a container.

    Attributes:
        name: As the container says it; any text. It is shown and never used as a path.
        size_bytes: Unpacked, as the container says it; unpacking more is an error.
        modified_ns: In nanoseconds since 1970, where the container states it with its time zone.
        mark: Tells this content from another at the same place: position, size, checksum.
        chunks: Unpacks it: bounded pieces of the content, or ``InputError``. Can be called again.
        stored_bytes: Its packed size; ``None`` where it is not packed.
        part: Where its bytes lie unpacked in their source; ``None`` where they are packed.
    """

    name: str
    size_bytes: int
    modified_ns: int | None
    mark: str
    chunks: Callable[[], Iterator[bytes]]
    stored_bytes: int | None = None
    part: PartSource | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """One file in a container that cannot be unpacked, and why."""

    name: str
    error: InputError

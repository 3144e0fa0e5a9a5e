"""Distances in bits, and tables as the documentation holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def distances_bits(ones: Iterable[bytes], others: Iterable[bytes]) -> list[int]:
    """Answer the distances of hashes, pair by pair."""
    return [distance_bits(one, other) for one, other in zip(ones, others, strict=True)]


def distance_bits(one: bytes, other: bytes) -> int:
    """Answer in how many bits two hashes differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def summary(distances: Sequence[int]) -> tuple[str, str]:
    """Answer mean and maximum, or that there are none."""
    if not distances:
        return "–", "–"
    return f"{sum(distances) / len(distances):.2f}", str(max(distances))


def print_table(title: str, head: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Print a table as Markdown."""
    print(f"**{title}**\n")
    for line in _markdown(head, lines):
        print(line)
    print()


def _markdown(head: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterator[str]:
    """Answer the lines of a Markdown table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for line in lines:
        yield f"| {' | '.join(map(str, line))} |"

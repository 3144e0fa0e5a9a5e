"""What an act has done, told to a person in sentences, or to a program as one JSON object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


def tell(values: Mapping[str, object], sentences: Iterable[str], *, as_json: bool) -> None:
    """Print the one or the other; times and days as ISO 8601 has them.

    Args:
        values: What a program needs of the result.
        sentences: The same for a person.
        as_json: Whether a program asked.
    """
    if as_json:
        click.echo(json.dumps(values, default=_iso, indent=1))
        return
    for sentence in sentences:
        click.echo(visible(sentence))


def _iso(value: date) -> str:
    return value.isoformat()

"""Files and keys that the commands of ``cairn audit`` take and give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.errors import InputError
from cairn.services.checking.whole_file import written_whole
from cairn.transparency import VerifierKey

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_FILE_BYTES = 32 << 20
"""Twice the longest proof that is read."""


def public_key(text: str) -> VerifierKey:
    """Answer a public key as ``cairn audit key`` prints it; click calls this for every option that takes one.

    Raises:
        InputError: It is none (``key.invalid``).
    """
    return VerifierKey.parse(text)


FILE = click.Path(path_type=Path, dir_okay=False)


def keys_option(text: str, *, required: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give the command the public keys that were named, as ``keys``."""
    return click.option(
        "--key", "keys", type=public_key, multiple=True, required=required, metavar="KEY", help=text
    )


def out_option(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give the command a place to write to, as ``out``; without it, the text is printed."""
    return click.option("--out", type=FILE, metavar="FILE", help=f"Write {what} to FILE instead.")


def read_text(path: Path) -> str:
    """Answer a small text file.

    Raises:
        InputError: It is missing, far too large or no text (``audit.file``).
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_FILE_BYTES + 1)
        if len(raw) <= MOST_FILE_BYTES:
            return raw.decode()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", code="audit.file") from error
    except UnicodeDecodeError:
        pass
    raise InputError(f"{path} is not what is expected here.", code="audit.file")


def give(text: str, out: Path | None, said: str) -> None:
    """Write the text to a file and say so, or print it."""
    if out is None:
        click.echo(text, nl=False)
        return
    with written_whole(out) as stream:
        stream.write(text)
    click.echo(said, err=True)

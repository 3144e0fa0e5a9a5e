"""From options to the rules for looking into archives, mail and documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError, InputError
from cairn.fingerprints.sandbox.protections import insist
from cairn.intake import STANDARD_RULES, ContainerRules
from cairn.readers import BsdTar, find_bsdtar, find_disk_reader

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.fingerprints.sandbox import Protection

MAX_PASSWORD_FILE_BYTES = 1_000_000
"""Every password is tried on every encrypted member, so a list that is longer than this would never end."""


def container_rules(
    password_file: Path | None, scratch: Path | None, *, with_bsdtar: bool, require: frozenset[Protection]
) -> ContainerRules:
    """Answer the standard rules with what the options say.

    Args:
        password_file: One password a line; passwords are not options, because other users of the machine can
            read a command's options.
        scratch: Where large members are unpacked.
        with_bsdtar: Let ``bsdtar`` read what Cairn does not.
        require: Protections that every process with hostile bytes must have.

    Raises:
        InputError: The passwords cannot be read, or the scratch folder is not there.
        ConfigurationError: There is no ``bsdtar`` on this machine, or it lacks a required protection.
    """
    if scratch is not None and not scratch.is_dir():
        raise InputError(f"There is no folder {scratch} to unpack into.", code="input.scratch")
    return replace(
        STANDARD_RULES,
        passwords=() if password_file is None else _passwords(password_file),
        scratch_folder=scratch,
        outside_reader=_bsdtar(require) if with_bsdtar else None,
        image_reader=find_disk_reader(require),
    )


def _bsdtar(require: frozenset[Protection]) -> BsdTar:
    program = find_bsdtar()
    if program is None:
        raise ConfigurationError("There is no program bsdtar on this machine.", code="configuration.bsdtar")
    reader = BsdTar(program)
    if require:
        try:
            insist(reader.protections(), require)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{error.sentence} bsdtar never has all of them: leave out --bsdtar.", code=error.code
            ) from error
    return reader


def _passwords(file: Path) -> tuple[str, ...]:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_PASSWORD_FILE_BYTES + 1)
        lines = raw.decode().splitlines()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.", code="input.unreadable") from error
    except UnicodeDecodeError:
        raise InputError(f"{file} is no text in UTF-8.", code="input.passwords") from None
    if len(raw) > MAX_PASSWORD_FILE_BYTES:
        raise InputError(f"{file} is too long for a list of passwords.", code="input.passwords")
    return tuple(line for line in lines if line)

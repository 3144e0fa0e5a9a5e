"""Schemes of categories come from files; a code is typed with its scheme, as ``scheme:code``."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.categories import CODE_LENGTH, VERSION_LENGTH, Category, Scheme, Treatment
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.typed_text import is_recordable, require_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from cairn.records.users import Actor

LOST_LENGTH = 200
MAX_SCHEME_BYTES = 1_000_000  # The largest scheme in use has some hundred codes.


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a code becomes in another scheme: ``None`` for nothing, and what is lost on the way."""

    code: str | None
    lost: str


@dataclass(frozen=True, slots=True)
class SchemeFile:
    """A scheme as its file gives it."""

    scheme: str
    version: str
    codes: dict[str, Treatment]
    mappings: dict[str, dict[str, Mapped]] = field(default_factory=dict)


def read_scheme(text: str) -> SchemeFile:
    """Parse a scheme file.

    Raises:
        InputError: It is no scheme (``scheme.invalid``), and the sentence says what is missing.
    """
    try:
        values = tomllib.loads(text)
        codes = {str(code): Treatment(treatment) for code, treatment in values["codes"].items()}
        scheme, version = values["scheme"], values["version"]
    except (tomllib.TOMLDecodeError, KeyError, ValueError, AttributeError) as error:
        raise InputError(
            "This is no scheme file: it needs 'scheme', 'version', and a table [codes] in which every code "
            f"is 'material' or 'irrelevant' ({error}).",
            code="scheme.invalid",
        ) from None
    if not (isinstance(scheme, str) and isinstance(version, str)):
        raise InputError("The names 'scheme' and 'version' must be text.", code="scheme.invalid")
    require_text(scheme, what="The code of a scheme", longest=CODE_LENGTH, code="scheme.invalid")
    if ":" in scheme:  # What stands before the first one names the scheme, where a category is typed.
        raise InputError("The code of a scheme has no colon in it.", code="scheme.invalid")
    require_text(version, what="The version of a scheme", longest=VERSION_LENGTH, code="scheme.invalid")
    for code in codes:
        require_text(code, what="A code", longest=CODE_LENGTH, code="scheme.invalid")
    return SchemeFile(scheme, version, codes, _read_mappings(values.get("mappings", {}), codes))


def _read_mappings(values: object, codes: Collection[str]) -> dict[str, dict[str, Mapped]]:
    """Read what the codes become in other schemes; each says what is lost, or that nothing is."""
    try:
        found = {
            str(scheme): {str(code): _read_mapped(row) for code, row in rows.items()}
            for scheme, rows in values.items()  # type: ignore[attr-defined]  # what is no table ends below
        }
    except AttributeError:
        raise _no_mapping() from None
    if any(code not in codes for rows in found.values() for code in rows):
        raise _no_mapping()
    return found


def _read_mapped(row: object) -> Mapped:
    if not isinstance(row, dict) or row.keys() - {"to", "lost"} or "lost" not in row:
        raise _no_mapping()
    to, lost = row.get("to"), row["lost"]
    if not isinstance(lost, str) or not (to is None or isinstance(to, str)):
        raise _no_mapping()
    for text, longest in ((lost, LOST_LENGTH), (to, CODE_LENGTH)):
        if text:
            require_text(text, what="A mapping", longest=longest, code="scheme.invalid")
    return Mapped(to, lost)


def _no_mapping() -> InputError:
    return InputError(
        "A table [mappings.OTHER-SCHEME] has a line for each code of this scheme that it maps, such as: "
        'code = { to = "their-code", lost = "what their code does not say" }. Leave \'to\' out where nothing '
        "fits, and let 'lost' be empty where nothing is lost.",
        code="scheme.invalid",
    )


def standard_scheme() -> SchemeFile:
    """Answer the scheme that every node has."""
    file = resources.files("cairn.services") / "schemes" / "exchange.toml"
    return read_scheme(file.read_text(encoding="utf-8"))


@under_lock
def install_scheme_file(path: Path, *, actor: Actor) -> SchemeFile:
    """Read a scheme file and install it.

    Raises:
        InputError: The file cannot be read or is no scheme.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_SCHEME_BYTES + 1).decode()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", code="input.unreadable") from error
    except UnicodeDecodeError:
        raise InputError(f"{path} is no text.", code="scheme.invalid") from None
    if len(text) > MAX_SCHEME_BYTES:
        raise InputError(f"{path} is too large for a scheme file.", code="scheme.invalid")
    scheme = read_scheme(text)
    install_scheme(scheme, actor=actor)
    return scheme


@under_lock
def install_scheme(file: SchemeFile, *, actor: Actor) -> None:
    """Add the scheme's codes to the node; codes that it no longer names stay, as what was said with them."""
    with database_errors_in_words(), transaction.atomic():
        mappings = {
            other: {code: asdict(row) for code, row in rows.items()} for other, rows in file.mappings.items()
        }
        values = {"version": file.version, "mappings": mappings}
        scheme, _ = Scheme.objects.update_or_create(code=file.scheme, defaults=values)
        for code, treatment in file.codes.items():
            Category.objects.update_or_create(scheme=scheme, code=code, defaults={"treatment": treatment})
        audit.append(audit.AuditTag.SCHEME_INSTALLED, actor=actor, record_ids=[scheme.pk])


def find_category(typed: str) -> Category:
    """Answer the category that was typed as ``scheme:code``.

    Raises:
        InputError: It is not typed so, or there is none (``category.missing``).
    """
    scheme, _, code = typed.partition(":")
    rows = Category.objects.select_related("scheme")
    found = rows.filter(scheme__code=scheme, code=code).first() if is_recordable(typed) else None
    if found is None:
        known = ", ".join(str(row) for row in rows.order_by("pk")[:20])
        raise InputError(
            Sentence(
                "There is no category '%(typed)s'. Type it as scheme:code; this node knows %(known)s.",
                typed=typed,
                known=known,
            ),
            code="category.missing",
        )
    return found

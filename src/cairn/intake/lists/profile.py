"""Profiles: small TOML files in which an operator writes what the columns of an unknown list mean.

.. code:: toml

    name = "Hotline list"
    delimiter = ";"            # or "tab"; a comma if left out
    header = true              # false: columns are named by their number
    skip_lines = 0             # lines before the header
    known_good = false         # true: what is on it is of no interest

    [columns]                  # name in the header, or number from 1, and what the column holds
    "Hash" = "md5"
    "Grade" = "category"

    [categories]               # codes of the list in the words of a scheme
    "A" = "baseline"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cairn.errors import InputError
from cairn.intake.lists.entry import Hash, Said
from cairn.intake.lists.hash_lines import is_passed_over
from cairn.intake.lists.layout import Layout, Role
from cairn.intake.lists.rows import Dialect, split_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PROFILE_CHARS: Final = 100_000
MOST_COLUMNS: Final = 1000
_WORDS: Final[Mapping[str, Role]] = {
    **{kind.value: kind for kind in Hash},
    **{kind.value: kind for kind in Said},
}
_KEYS: Final = {"name", "delimiter", "header", "skip_lines", "known_good", "columns", "categories"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What an operator says of a list.

    Attributes:
        name: What the list is called.
        dialect: How its fields are told apart.
        has_header: Whether it has one.
        skipped_lines: How many lines stand before it.
        is_known_good: Whether its entries are of no interest.
        columns: What columns hold, by name or by number.
        categories: What its codes mean.
    """

    name: str
    dialect: Dialect
    has_header: bool
    skipped_lines: int
    is_known_good: bool
    columns: Mapping[str, Role]
    categories: Mapping[str, str]

    def layout(self, head: str) -> Layout:
        """Answer how the rows of a file that begins so are read.

        Raises:
            InputError: It does not fit: a column that the profile names is missing (``list.profile-misfit``).
        """
        lines = head.replace("\r\n", "\n").replace("\r", "\n").split("\n")[self.skipped_lines :]
        first = next((line for line in lines if not is_passed_over(line)), "")
        rows = split_rows(
            [first], first_line=1, width=first.count(self.dialect.delimiter) + 1, dialect=self.dialect
        )
        found = [name.strip() for name in rows.rows[0]] if rows.rows else []
        names = found if self.has_header else [str(number + 1) for number in range(len(found))]
        missing = [name for name in self.columns if name not in names]
        if missing or not names:
            raise InputError(
                f"The profile '{self.name}' does not fit this file: it has {len(names)} columns, and none is "
                f"called {' or '.join(repr(name) for name in missing[:5]) or 'anything'}.",
                code="list.profile-misfit",
            )
        return Layout(
            columns=tuple(names),
            roles=self.columns,
            dialect=self.dialect,
            has_header=self.has_header,
            categories=self.categories,
            skipped_lines=self.skipped_lines,
        )


def read_profile(text: str) -> Profile:
    """Parse a profile.

    Raises:
        InputError: It is none (``list.profile-invalid``), and the sentence says what is wrong.
    """
    if len(text) > MAX_PROFILE_CHARS:
        raise _invalid(f"it has more than {MAX_PROFILE_CHARS:,} characters")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _invalid(f"it is no TOML: {error}") from None
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        raise _invalid(f"it has a key {unknown[0]!r}, and may have {', '.join(sorted(_KEYS))}")
    delimiter = _of(values, "delimiter", str, ",")
    delimiter = "\t" if delimiter == "tab" else delimiter
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise _invalid("'delimiter' is not one sign, or 'tab'")
    columns = _roles(_of(values, "columns", dict, {}))
    skipped_lines = _of(values, "skip_lines", int, 0)
    if not 0 <= skipped_lines <= MOST_COLUMNS:
        raise _invalid(f"'skip_lines' is not between 0 and {MOST_COLUMNS:,}")
    return Profile(
        name=_of(values, "name", str, "without a name"),
        dialect=Dialect(delimiter),
        has_header=_of(values, "header", bool, default=True),
        skipped_lines=skipped_lines,
        is_known_good=_of(values, "known_good", bool, default=False),
        columns=columns,
        categories={str(code): str(word) for code, word in _of(values, "categories", dict, {}).items()},
    )


def _roles(columns: Mapping[str, Any]) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    for name, word in columns.items():
        role = _WORDS.get(word) if isinstance(word, str) else None
        if role is None:
            raise _invalid(f"the column {name!r} holds none of {', '.join(sorted(_WORDS))}")
        if role in roles.values():
            raise _invalid(f"two columns hold {word!r}")
        roles[name] = role
    if not any(isinstance(role, Hash) for role in roles.values()):
        raise _invalid("no column holds a hash")
    return roles


def _of(values: Mapping[str, Any], key: str, kind: type[Any], default: Any) -> Any:
    value = values.get(key, default)
    if type(value) is not kind:
        raise _invalid(f"{key!r} is no {_KINDS[kind]}")
    return value


_KINDS: Final = {str: "text", bool: "true or false", int: "whole number", dict: "table"}


def _invalid(why: str) -> InputError:
    return InputError(f"This is no profile of a list: {why}.", code="list.profile-invalid")

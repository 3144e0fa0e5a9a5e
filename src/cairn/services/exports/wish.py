"""What somebody asks to have exported, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.errors import AccessError, InputError
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.lock import under_lock
from cairn.records.series import HANDLING_WORDS_LENGTH
from cairn.sentences import Sentence
from cairn.services.answering.restrictions import Stated, restrictions_of
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cairn.records.series import Series
    from cairn.records.users import Actor
    from cairn.services.answering.restrictions import Restrictions

RECIPIENT_LENGTH = PURPOSE_LENGTH = 90
"""Characters: the audit log names both in one line of 200."""
PERMISSION_LENGTH = 500
LEAST = Stated()
"""What restricts nothing further."""


class ExportFormat(StrEnum):
    """In what the export is written."""

    VICS = "vics"
    CSV = "csv"
    HASH_LIST = "hash-list"
    CASE_UCO = "case-uco"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What is asked for.

    Attributes:
        file_format: Of the files.
        to: A folder that is empty, or not there yet.
        recipient: For whom.
        purpose: Why; may be empty.
        stated: A handling that the receiver is held to beside that of the records.
        permission: By whose word, given when and how, a series of another owner may be passed on, where it
            takes one.
        scheme: The scheme whose codes are written where a format has room for a bare one.
    """

    file_format: ExportFormat
    to: Path
    recipient: str
    purpose: str = ""
    stated: Stated = LEAST
    permission: str = ""
    scheme: str = ""

    @property
    def in_audit(self) -> str:
        """For whom and why, in one line."""
        return f"for {self.recipient}" + (f": {self.purpose}" if self.purpose else "")


def require_wish(wish: ExportWish) -> None:
    """Make sure that what was typed can be recorded.

    Raises:
        InputError: It cannot (``export.invalid``).
    """
    require_text(wish.recipient, what="A recipient", longest=RECIPIENT_LENGTH, code="export.invalid")
    for text, what, longest in (
        (wish.purpose, "A purpose", PURPOSE_LENGTH),
        (wish.permission, "A permission", PERMISSION_LENGTH),
        (wish.stated.handling_words, "A handling in words", HANDLING_WORDS_LENGTH),
    ):
        if text:
            require_text(text, what=what, longest=longest, code="export.invalid")
    if (wish.stated.handling_code == HandlingCode.H3) != bool(wish.stated.handling_words):
        raise InputError(
            Sentence("The code H3, and no other, takes words that say what is meant."), code="export.invalid"
        )


@under_lock
def require_permission(wish: ExportWish, series: Sequence[Series], actor: Actor) -> None:
    """Make sure that what others own may be passed on, by their word where their handling asks for it.

    Raises:
        AccessError: A series of another owner is H2 or TLP:RED, and nobody's word is given
            (``export.permission``).
    """
    for each in series:
        is_bound = each.handling_code == HandlingCode.H2 or each.tlp == Tlp.RED
        if is_bound and each.owner_id != actor.authority.pk and not wish.permission:
            raise AccessError(
                Sentence(
                    "%(name)s is %(tlp)s, %(handling_code)s, and of %(code)s: it is passed on by "
                    "that authority's word alone. Say whose word it is with --permission.",
                    name=each.name,
                    tlp=each.tlp,
                    handling_code=each.handling_code,
                    code=each.owner.code,
                ),
                code="export.permission",
            )


def handling_of(wish: ExportWish, series: Sequence[Series]) -> Restrictions:
    """Answer what the receiver is held to: the strictest of the records and of what was asked for."""
    held = restrictions_of(
        [*(Stated(each.handling_code, each.handling_words, each.tlp) for each in series), wish.stated]
    )
    assert held is not None  # noqa: S101 - one is always stated
    return held

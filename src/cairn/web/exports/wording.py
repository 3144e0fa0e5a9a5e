"""How an export is shown: a badge for how far it is, and the words of its handling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.records.export_orders import ExportOrder, ExportState, ExportSubject
from cairn.sentences import sentence_of
from cairn.services.answering.restrictions import Restrictions
from cairn.services.check_orders.exporting import ExportKind
from cairn.services.exports.wish import ExportFormat
from cairn.web.handling import handling_words
from cairn.web.saying import in_own_language
from cairn.web.words import word

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGNS: Mapping[ExportState, tuple[str, str]] = {
    ExportState.WAITING: ("plain", "…"),
    ExportState.RUNNING: ("warn", "…"),
    ExportState.DONE: ("good", "✓"),
    ExportState.FAILED: ("bad", "!"),
    ExportState.FORGOTTEN: ("plain", "○"),
}


@dataclass(frozen=True, slots=True)
class ExportView:
    """An export as pages show it."""

    order: ExportOrder

    @property
    def state(self) -> ExportState:
        """How far it is."""
        return ExportState(self.order.state)

    @property
    def kind(self) -> str:
        """The kind of the badge of its state."""
        return _SIGNS[self.state][0]

    @property
    def sign(self) -> str:
        """The sign of its state."""
        return _SIGNS[self.state][1]

    @property
    def subject(self) -> ExportSubject:
        """What is exported."""
        return ExportSubject(self.order.subject)

    @property
    def file_format(self) -> str:
        """In what, in words."""
        kind = ExportKind if self.subject is ExportSubject.ANSWER else ExportFormat
        return word(kind(self.order.file_format))

    @property
    def is_moving(self) -> bool:
        """True until it is made, or cannot be."""
        return self.state in {ExportState.WAITING, ExportState.RUNNING}

    @property
    def is_here(self) -> bool:
        """True where its file can be fetched."""
        return self.state is ExportState.DONE

    @property
    def error(self) -> str:
        """Why it could not be made."""
        kept = self.order.error_sentence
        return in_own_language(sentence_of(kept)) if kept else ""

    @property
    def handling(self) -> str:
        """What the receiver is held to, as the manifest says it."""
        if not self.order.manifest:
            return ""
        held = self.order.manifest["handling"]
        return handling_words(Restrictions(tuple(held["codes"]), tuple(held["words"]), held["tlp"]))

    @property
    def sha256(self) -> str:
        """Of the file, in hexadecimal."""
        return "" if self.order.sha256 is None else bytes(self.order.sha256).hex()

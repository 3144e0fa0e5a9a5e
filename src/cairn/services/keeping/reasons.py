"""Why something is withdrawn, taken back or deleted: said each time, and kept in the audit log."""

from __future__ import annotations

from cairn.services.typed_text import require_text

REASON_LENGTH = 200
"""What the audit log has room for."""


def require_reason(reason: str) -> None:
    """Make sure that a reason is given that the log can keep.

    Raises:
        InputError: There is none, or it cannot be recorded (``keeping.reason``).
    """
    require_text(reason, what="A reason", longest=REASON_LENGTH, code="keeping.reason")

"""What a second person does with a proposed status, and its proposer: the same for series and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cairn.services.status.changing import confirm_status, refuse_status, take_back_status
from cairn.web.sure import Sure, is_sure
from cairn.web.typed import text

if TYPE_CHECKING:
    from django.http import QueryDict

    from cairn.records.users import Actor
    from cairn.services.status.subjects import Subject


def confirm(
    subject: Subject, typed: QueryDict, actor: Actor, *, asked: str, follows: tuple[str, ...] = ()
) -> str | Sure:
    """Be the second person; asked once more.

    Args:
        subject: What has the status.
        typed: What was sent.
        actor: Who confirms.
        asked: The question, with the subject's name.
        follows: What would follow beside the entry in the log.
    """
    if not is_sure(typed):
        looked = _("You confirm with your name, in the audit log, that you have looked yourself.")
        return Sure(asked, (looked, *follows), _("Yes, I confirm it"))
    if confirm_status(subject, actor=actor).is_pending:
        return _("You are the first person behind it now. A second person has to confirm it.")
    return _("Confirmed: the status holds from now on.")


def refuse(subject: Subject, typed: QueryDict, actor: Actor) -> str:
    """Refuse it as the second person; the reason stays in the history."""
    refuse_status(subject, reason=text(typed, "reason"), actor=actor)
    return _("Refused; the proposal stays in the history, with your reason.")


def take_back(subject: Subject, _typed: QueryDict, actor: Actor) -> str:
    """Take one's own proposal back."""
    take_back_status(subject, actor=actor)
    return _("The proposal is taken back.")

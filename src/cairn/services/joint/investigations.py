"""Joint investigations: opened by one authority, joined by those it invites, closed by its lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.alerts import AlertKind
from cairn.records.connection import database_errors_in_words
from cairn.records.joint import NAME_LENGTH, JointInvestigation, JointMember
from cairn.records.lock import node_work, under_lock
from cairn.sentences import Sentence
from cairn.services.alerting import raise_alert
from cairn.services.directory.authorities import find_authority
from cairn.services.joint.membership import find_investigation, require_open, require_police, tell_members
from cairn.services.typed_text import is_recordable, require_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.users import Actor


@under_lock
def open_investigation(name: str, *, invited: Sequence[str] = (), actor: Actor) -> JointInvestigation:
    """Open an investigation that the actor's authority leads, and invite others into it.

    Raises:
        AccessError: The actor may not.
        InputError: The name cannot be recorded or is taken, or somebody is no police unit
            (``investigation.invalid``, ``investigation.exists``, ``investigation.police``).
    """
    require_text(name, what="The name of an investigation", longest=NAME_LENGTH, code="investigation.invalid")
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.INVESTIGATION_LEAD)
        require_police(actor.authority)
        if JointInvestigation.objects.filter(lead=actor.authority, name=name).exists():
            raise InputError(
                Sentence(
                    "%(code)s leads an investigation '%(name)s' already.",
                    code=actor.authority.code,
                    name=name,
                ),
                code="investigation.exists",
            )
        made = JointInvestigation.objects.create(name=name, lead=actor.authority)
        JointMember.objects.create(investigation=made, authority=actor.authority, joined_at=timezone.now())
        for code in invited:
            _invite(made, code, actor)
        audit.append(audit.AuditTag.INVESTIGATION_OPENED, actor=actor, record_ids=[made.pk])
    return made


@under_lock
def invite(name: str, code: str, *, actor: Actor) -> None:
    """Invite an authority; it is a member once it accepts. Who has left can be invited again.

    Raises:
        AccessError: The actor's authority does not lead the investigation.
        InputError: The investigation is closed, or the authority is in it or no police unit.
    """
    with database_errors_in_words(), transaction.atomic():
        found = find_investigation(name, actor=actor)
        _require_lead(found, actor)
        require_open(found)
        _invite(found, code, actor)
        audit.append(audit.AuditTag.INVESTIGATION_INVITED, actor=actor, record_ids=[found.pk])


@under_lock
def accept(name: str, *, actor: Actor) -> JointInvestigation:
    """Become a member of the investigation to which the actor's authority was invited.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such invitation, or the investigation is closed
            (``investigation.not-invited``, ``investigation.closed``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.INVESTIGATION_WORK)
        invitation = _invitation(name, actor)
        require_open(invitation.investigation)
        invitation.joined_at = timezone.now()
        invitation.save(update_fields=["joined_at"])
        found = invitation.investigation
        tell_members(found, by=actor.authority, what="member", number=invitation.pk)
        audit.append(audit.AuditTag.INVESTIGATION_JOINED, actor=actor, record_ids=[found.pk])
    return found


@under_lock
def leave(name: str, *, actor: Actor) -> None:
    """Leave an investigation, or decline the invitation; what was said in it stays with the others.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such investigation, or the actor's authority leads it
            (``investigation.missing``, ``investigation.lead``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.INVESTIGATION_WORK)
        member = _membership(name, actor)
        if member.investigation.lead_id == actor.authority.pk:
            raise InputError(Sentence("Who leads an investigation closes it."), code="investigation.lead")
        member.left_at = timezone.now()
        member.save(update_fields=["left_at"])
        audit.append(audit.AuditTag.INVESTIGATION_LEFT, actor=actor, record_ids=[member.investigation.pk])


@under_lock
def close(name: str, *, actor: Actor) -> None:
    """Close an investigation: its members can still read it.

    Raises:
        AccessError: The actor's authority does not lead it.
        InputError: There is none, or it is closed.
    """
    with database_errors_in_words(), transaction.atomic():
        found = find_investigation(name, actor=actor)
        _require_lead(found, actor)
        require_open(found)
        found.closed_at = timezone.now()
        found.save(update_fields=["closed_at"])
        tell_members(found, by=actor.authority, what="closed", number=found.pk)
        audit.append(audit.AuditTag.INVESTIGATION_CLOSED, actor=actor, record_ids=[found.pk])


def _invite(found: JointInvestigation, code: str, actor: Actor) -> None:
    authority = find_authority(code)
    require_police(authority)
    row, is_new = JointMember.objects.get_or_create(investigation=found, authority=authority)
    if not is_new:
        if row.left_at is None:
            raise InputError(
                Sentence("%(code)s is in it, or invited, already.", code=code), code="investigation.member"
            )
        row.invited_at, row.joined_at, row.left_at = timezone.now(), None, None
        row.save(update_fields=["invited_at", "joined_at", "left_at"])
    raise_alert(
        AlertKind.INVITATION,
        to=authority,
        once=f"invitation:{row.pk}:{row.invited_at.isoformat()}",
        about=actor.authority,
        facts={"investigation": found.pk},
    )


def _require_lead(found: JointInvestigation, actor: Actor) -> None:
    require(actor, Act.INVESTIGATION_LEAD, found)
    if found.lead_id != actor.authority.pk:
        raise InputError(
            Sentence("%(code)s leads this investigation, and alone can do that.", code=found.lead.code),
            code="investigation.not-lead",
        )


def _invitation(name: str, actor: Actor) -> JointMember:
    member = _membership(name, actor)
    if member.joined_at is not None:
        raise InputError(
            Sentence("%(code)s is a member already.", code=actor.authority.code), code="investigation.member"
        )
    return member


@node_work("an invitation names what the invited do not see yet")
def _membership(name: str, actor: Actor) -> JointMember:
    """Answer the actor's own membership or invitation, by the investigation's name or ``LEAD/NAME``."""
    rows = visible_to(actor, JointMember).filter(authority=actor.authority, left_at=None)
    rows = rows.select_related("investigation__lead")
    lead, _, rest = name.partition("/")
    found: list[JointMember] = []
    if is_recordable(name):
        by_lead = rows.filter(investigation__lead__code=lead, investigation__name=rest)
        found = list(by_lead) or list(rows.filter(investigation__name=name))
    if len(found) != 1:
        raise InputError(
            Sentence(
                "%(code)s is invited to no investigation '%(name)s', or to several of that name. See:"
                " cairn investigation list",
                code=actor.authority.code,
                name=name,
            ),
            code="investigation.not-invited",
        )
    return found[0]

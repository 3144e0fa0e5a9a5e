"""Who is in a joint investigation, and finding it; what an authority is not a member of is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.records.access import missing, visible_to
from cairn.records.alerts import AlertKind
from cairn.records.authorities import Authority
from cairn.records.joint import JointInvestigation, JointMember
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.alerting import News, raise_alerts
from cairn.services.typed_text import is_recordable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.series import Series
    from cairn.records.users import Actor


@under_lock
def find_investigation(name: str, *, actor: Actor) -> JointInvestigation:
    """Answer the investigation that a member calls so: by its name, or by ``LEAD/NAME``.

    Raises:
        InputError: There is none of which the actor is a member, or there are several
            (``investigation.missing``, ``investigation.ambiguous``).
    """
    rows = visible_to(actor, JointInvestigation).select_related("lead")
    lead, _, rest = name.partition("/")
    found: list[JointInvestigation] = []
    if is_recordable(name):
        found = list(rows.filter(lead__code=lead, name=rest)) or list(rows.filter(name=name))
    if not found:
        raise InputError(
            Sentence(
                "%(code)s is a member of no investigation '%(name)s'. See: cairn investigation list",
                code=actor.authority.code,
                name=name,
            ),
            code="investigation.missing",
        )
    if len(found) > 1:
        names = ", ".join(f"'{each.lead.code}/{each.name}'" for each in found)
        raise InputError(
            Sentence(
                "Several investigations are called '%(name)s'. Name one of: %(names)s", name=name, names=names
            ),
            code="investigation.ambiguous",
        )
    return found[0]


@under_lock
def name_of_investigation(number: int, *, actor: Actor) -> str:
    """Answer ``LEAD/NAME`` of the investigation of that number, of which the actor is a member.

    Raises:
        AccessError: There is none (``access.missing``).
    """
    rows = visible_to(actor, JointInvestigation).filter(pk=number).values_list("lead__code", "name")
    found = rows.first()
    if found is None:
        raise missing()
    lead, name = found
    return f"{lead}/{name}"


def require_open(found: JointInvestigation) -> None:
    """Make sure that something can still be added.

    Raises:
        InputError: It is closed (``investigation.closed``).
    """
    if found.closed_at is not None:
        raise InputError(
            Sentence("The investigation is closed: it can be read, and no longer worked in."),
            code="investigation.closed",
        )


def require_police(authority: Authority) -> None:
    """Make sure that an authority is one of those who investigate.

    Raises:
        InputError: It is a hotline, a company or an oversight body (``investigation.police``).
    """
    if not authority.is_police:
        raise InputError(
            Sentence(
                "%(code)s is no police unit; units and the hub alone investigate together.",
                code=authority.code,
            ),
            code="investigation.police",
        )


def members(found: JointInvestigation) -> Sequence[Authority]:
    """Answer who is in it now, by code."""
    rows = JointMember.objects.filter(investigation=found, left_at=None).exclude(joined_at=None)
    return list(Authority.objects.filter(pk__in=rows.values("authority")).order_by("code"))


def tell_members(
    found: JointInvestigation, *, by: Authority, what: str, number: int, series: Series | None = None
) -> None:
    """Tell all other members that there is something new, of this kind and with this number."""
    raise_alerts(
        News(
            kind=AlertKind.JOINT,
            to=member,
            once=f"joint:{found.pk}:{what}:{number}",
            series=series,
            about=by,
            facts={"investigation": found.pk, "what": what},
        )
        for member in members(found)
    )

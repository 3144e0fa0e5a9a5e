"""Who meets a list, and whether its entries are given out whole: said by its owner, at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.authorities import Authority
from cairn.records.connection import database_errors_in_words
from cairn.records.lists import Audience, HashList
from cairn.records.lock import under_lock
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.users import Actor


@under_lock
def share_list(
    held: HashList,
    *,
    audience: Audience | None,
    named: Sequence[str] = (),
    is_given_out: bool | None = None,
    actor: Actor,
) -> HashList:
    """Say who meets a list from now on; what is left out stays as it is.

    Args:
        held: The list.
        audience: Who meets it; ``None`` to leave that as it is.
        named: The codes of the authorities of the audience *named*.
        is_given_out: Whether programs of those who meet it may fetch its entries whole.
        actor: Who says so.

    Raises:
        AccessError: The actor is not of the owner (``access.missing``).
        InputError: The audience does not hold (``list.named``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.LIST_IMPORT, held)
        said = {**audience_fields(audience, named), "is_given_out": is_given_out}
        said = {name: value for name, value in said.items() if value is not None}
        found = HashList.objects.select_for_update().get(pk=held.pk)
        for name, value in said.items():
            setattr(found, name, value)
        found.save(update_fields=list(said))
        audit.append(audit.AuditTag.LIST_SHARED, actor=actor, record_ids=[found.pk])
    return found


def audience_fields(audience: Audience | None, named: Sequence[str]) -> dict[str, str | None]:
    """Answer what a list keeps of its audience; ``None`` where nothing was said.

    Raises:
        InputError: Authorities are named for another audience, none is named, or one is no police authority
            (``list.named``).
    """
    if audience is not Audience.NAMED:
        if named:
            raise InputError(
                Sentence("Authorities are named for the audience named alone."), code="list.named"
            )
        return {"audience": audience, "named": None if audience is None else ""}
    rows = {row.code: row for row in Authority.objects.filter(code__in=named)}
    strangers = [code for code in named if code not in rows or not rows[code].is_police]
    if strangers or not named:
        raise InputError(
            Sentence(
                "'%(value)s' is no police authority of this node. See: cairn authority list",
                value=strangers[0],
            )
            if strangers
            else Sentence("Name the authorities that meet the list."),
            code="list.named",
        )
    return {"audience": audience, "named": f",{','.join(str(row.pk) for row in rows.values())},"}

"""Banks as clients change them: lists of their own authority that are kept by hand, and nothing else.

A series is changed by a person, in a case; a list of others by its owner; a list that was imported by the
next version of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.errors import InputError
from cairn.records.access import missing
from cairn.records.lists import HashList
from cairn.records.lock import under_lock
from cairn.services.banks.naming import MATCH, RECORDED, entry_number, is_bank_name
from cairn.services.banks.reading import entries_of, find_bank, list_banks
from cairn.services.hash_lists.editing import add_entry, entry_of, make_list, remove_entry, rename_list
from cairn.services.keeping.withdrawing import withdraw

if TYPE_CHECKING:
    from cairn.intake.lists import Hash
    from cairn.records.users import Actor

WITHDRAWN: Final = "deleted as a bank, through the API"


@under_lock
def make_bank(name: str, *, actor: Actor) -> None:
    """Make a list of this name that is kept by hand.

    Raises:
        AccessError: The actor may not keep lists.
        InputError: The name is none of a bank (``bank.name``), or there is such a bank (``record.exists``).
    """
    _require_name(name)
    if name in list_banks(actor):
        raise InputError("There is a bank of that name.", code="record.exists")
    make_list(name, actor=actor)


@under_lock
def rename_bank(name: str, new_name: str, *, actor: Actor) -> None:
    """Call a list of one's own something else.

    Raises:
        AccessError: There is no such bank.
        InputError: It is none of one's own (``hma.write``), or as in ``make_bank``.
    """
    held = own_list(name, actor=actor)
    _require_name(new_name)
    if new_name != name:
        rename_list(held, new_name, actor=actor)


@under_lock
def drop_bank(name: str, *, actor: Actor) -> None:
    """Withdraw a list of one's own: it is met by nobody from now on, and who was told of it is told.

    Raises:
        AccessError: There is no such bank.
        InputError: It is none of one's own (``hma.write``).
    """
    withdraw(own_list(name, actor=actor), reason=WITHDRAWN, actor=actor)


@under_lock
def add_content(
    name: str, hashes: dict[Hash, bytes], *, is_video: bool = False, note: str = "", actor: Actor
) -> int:
    """Put an entry on a list of one's own, and answer its number.

    Raises:
        AccessError: There is no such bank.
        InputError: It is none of one's own (``hma.write``) or imported (``list.imported``).
    """
    entry = entry_of(hashes, is_video=is_video, note=note)
    return entry_number(add_entry(own_list(name, actor=actor), entry, actor=actor))


@under_lock
def remove_content(name: str, number: int, *, actor: Actor) -> int:
    """Take an entry off a list of one's own, and answer how many that were.

    Raises:
        AccessError: There is no such bank.
        InputError: As in ``add_content``.
    """
    held = own_list(name, actor=actor)
    keys = {key for _, _, key in entries_of(held, number, actor=actor)}
    return sum(remove_entry(held, key, actor=actor) for key in sorted(keys))


@under_lock
def own_list(name: str, *, actor: Actor) -> HashList:
    """Answer the list of the actor's authority that is called so as a bank.

    Raises:
        AccessError: There is no such bank.
        InputError: It is a series, or somebody else's (``hma.write``).
    """
    if name in {MATCH, RECORDED}:
        raise missing()
    found = find_bank(name, actor=actor)
    if not isinstance(found, HashList) or found.owner_id != actor.authority.pk:
        raise InputError("This bank is read here, and changed by its owner.", code="hma.write")
    return found


def _require_name(name: str) -> None:
    if not is_bank_name(name):
        raise InputError(
            "A bank's name is made of capital letters, digits and underscores, and is none of ours.",
            code="bank.name",
        )

"""Who is to meet our list? Its audience, and whether its entries are given out whole: asked once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cairn.records.lists import Audience
from cairn.services.hash_lists.audience import share_list
from cairn.web.sure import Sure, is_sure
from cairn.web.typed import choice, is_ticked, words
from cairn.web.words import word

if TYPE_CHECKING:
    from django.http import QueryDict

    from cairn.records.lists import HashList
    from cairn.records.users import Actor


def share(held: HashList, typed: QueryDict, actor: Actor) -> str | Sure:
    """Say who meets a list from now on, once that is said twice.

    Raises:
        AccessError: The actor is not of the owner.
        InputError: The audience does not hold.
    """
    audience, is_given_out = choice(typed, "audience", Audience), is_ticked(typed, "given")
    if not is_sure(typed):
        met = _("Met from now on by: %(audience)s.") % {"audience": word(audience)}
        whole = _("Their programs may fetch its entries whole; what they have fetched stays with them.")
        return Sure(
            _("Change who meets %(name)s?") % {"name": held.name},
            (met, whole) if is_given_out else (met, _("Its entries are given out to nobody.")),
            _("Yes, change it"),
        )
    # Fields of an audience that is not named stay in the form; what they hold is not asked about.
    named = words(typed, "named") if audience is Audience.NAMED else ()
    share_list(held, audience=audience, named=named, is_given_out=is_given_out, actor=actor)
    return _("It is met by those from now on.")

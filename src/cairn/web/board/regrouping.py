"""Merging and splitting: what would happen is shown first; then it is done, and can be undone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.errors import InputError
from cairn.services.series.choosing_media import Choice
from cairn.services.series.names import find_series, full_name
from cairn.services.series.regrouping import Effect, merge, merge_effect, split, split_effect
from cairn.services.series.regrouping_undo import undo
from cairn.web.board.sharing import wider
from cairn.web.sure import Sure, is_sure
from cairn.web.typed import is_ticked, number, text, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict

    from cairn.records.series import Series
    from cairn.records.users import Actor

_WHOLE = re.compile("[0-9a-fA-F]{64}")


def merge_into(series: Series, typed: QueryDict, actor: Actor) -> str | Sure:
    """Merge the series into another, once its effect was seen."""
    target = find_series(text(typed, "into"), actor=actor)
    names = {"source": full_name(series), "target": full_name(target)}
    if not is_sure(typed):
        effect = merge_effect(series, target, actor=actor)
        sentences = (
            _("%(source)s leads to %(target)s from then on; its notes, markers and people stay found.")
            % names,
            *_in_words(effect),
        )
        widen = {"widen": "yes"} if effect.widens and series.owner_id == actor.authority.pk else {}
        return Sure(
            _("Merge %(source)s into %(target)s?") % names, sentences, _("Yes, merge them"), fields=widen
        )
    row = merge(series, target, reason=text(typed, "reason"), widen=is_ticked(typed, "widen"), actor=actor)
    if row.done_at is None:
        return _("The merge is offered; it is done once the other owner says the same.")
    return _("%(source)s is merged into %(target)s. The history below can undo it.") % names


def split_off(series: Series, typed: QueryDict, actor: Actor) -> str | Sure:
    """Split media off into a new series, once its effect was seen."""
    name, chosen = text(typed, "name"), _choice(typed)
    if not is_sure(typed):
        effect = split_effect(series, chosen, actor=actor)
        return Sure(
            _("Split these media off into %(name)s?") % {"name": name},
            (*_in_words(effect), _("The new series begins without an identification.")),
            _("Yes, split them off"),
        )
    split(series, name, chosen, reason=text(typed, "reason"), actor=actor)
    return _("%(name)s is split off. The history below can undo it.") % {"name": name}


def undo_one(_series: Series, typed: QueryDict, actor: Actor) -> str | Sure:
    """Undo a merge or a split, or take an offer back."""
    try:
        row = undo(number(typed, "regrouping"), widen=is_ticked(typed, "widen"), actor=actor)
    except InputError as error:
        return wider(error)
    return _("Number %(number)s is undone.") % {"number": row.pk}


def _choice(typed: QueryDict) -> Choice:
    """Answer which media were typed: whole digests, first digits, or all of an exhibit."""
    names = words(typed, "media")
    whole = frozenset(bytes.fromhex(each) for each in names if _WHOLE.fullmatch(each))
    case, exhibit = text(typed, "case"), text(typed, "exhibit")
    if bool(case) != bool(exhibit):
        raise InputError(_("Name the exhibit, and its case."), code="series.choice")
    return Choice(
        names=frozenset(each for each in names if not _WHOLE.fullmatch(each)),
        digests=whole,
        exhibit=(case, exhibit) if case else None,
    )


def _in_words(effect: Effect) -> Iterator[str]:
    moves = ngettext("%(number)s media would move.", "%(number)s media would move.", effect.moves)
    yield moves % {"number": effect.moves}
    if effect.in_both:
        both = ngettext(
            "%(number)s of them lies there already.", "%(number)s of them lie there already.", effect.in_both
        )
        yield both % {"number": effect.in_both}
    if effect.stays:
        stay = ngettext("%(number)s would stay.", "%(number)s would stay.", effect.stays)
        yield stay % {"number": effect.stays}
    if effect.widens:
        yield _("More authorities than before would see them, and that cannot be taken back.")
    if effect.agreement is not None:
        yield _("It takes the agreement of %(authority)s.") % {"authority": effect.agreement}

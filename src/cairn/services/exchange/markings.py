"""What may be done with a fetched list: what the operator says, and never less than its entries say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cairn.records.exports import HandlingCode, Tlp
from cairn.types import TLP_STRICTEST_FIRST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.services.hash_lists.importing import NewList

_LONGEST_WORDS = 500


def strictest(new: NewList, markings: Sequence[str]) -> NewList:
    """Answer the list with the strictest TLP of its entries, and with all their handling codes.

    Args:
        new: What the operator says.
        markings: Of entries: TLP, handling code and words, one a line; an unknown TLP counts as red.
    """
    if not markings:
        return new
    rows = [[*each.split("\n"), "", ""][:3] for each in markings]
    tlps = {tlp if tlp in Tlp.values else str(Tlp.RED) for tlp, _, _ in rows if tlp} | {
        new.tlp or str(Tlp.AMBER)
    }
    codes = sorted({code for _, code, _ in rows if code} | {new.handling_code or str(HandlingCode.H0)})
    words = sorted(
        {text for _, _, text in rows if text} | ({new.handling_words} if new.handling_words else set())
    )
    strict = [code for code in codes if code != HandlingCode.H0]
    if len(strict) > 1 or any(code not in HandlingCode.values for code in strict):
        words = [*strict, *words]
        code = str(HandlingCode.H3)
    else:
        code = strict[0] if strict else str(HandlingCode.H0)
    return replace(
        new,
        tlp=min(tlps, key=TLP_STRICTEST_FIRST.index),
        handling_code=code,
        handling_words="; ".join(words)[:_LONGEST_WORDS],
    )

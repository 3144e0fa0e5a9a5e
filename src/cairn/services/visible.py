"""File names as they can be shown: nothing hidden, nothing that moves other text about.

A name in a seizure is hostile input. It can hold control characters that repaint a terminal, or
direction marks that make ``exe.gpj`` read as ``jpg.exe``. Such characters are replaced by their code
points, so that a person sees that they are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters by their Unicode category, yet drawn as nothing at all.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def visible(text: str) -> str:
    r"""Answer the text with every character that cannot be seen, or that moves others, as ``<U+202E>``.

    That is: controls, format and direction marks, line ends, lone surrogates, private and unassigned code
    points, every space but the ordinary one, and letters that are drawn as nothing.

    >>> visible("holiday\u202egpj.exe")
    'holiday<U+202E>gpj.exe'
    """
    if text.isprintable() and _FILLERS.isdisjoint(text):
        return text
    return "".join(letter if _is_seen(letter) else f"<U+{ord(letter):04X}>" for letter in text)


def _is_seen(letter: str) -> bool:
    return letter.isprintable() and letter not in _FILLERS


def common_folder(addresses: Iterable[str]) -> str:
    """Answer the folder that all addresses begin with, its separator included; ``""`` where there is none.

    >>> common_folder(["/seizure/a/1.jpg", "/seizure/b/2.jpg"])
    '/seizure/'
    """
    known = list(addresses)
    if not known:
        return ""
    lowest, highest = min(known), max(known)  # All others begin with whatever these two share.
    shared = 0
    while shared < min(len(lowest), len(highest)) and lowest[shared] == highest[shared]:
        shared += 1
    start = lowest[:shared]
    return start[: max(start.rfind("/"), start.rfind("\\")) + 1]

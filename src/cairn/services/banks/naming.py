"""What a series, a list and a content are called where names and numbers have Hasher-Matcher-Actioner's form.

A bank's name is made of capital letters, digits and underscores, so that several series could share one: part
of a digest of the full name tells them apart. A content's number is made of its digest: the records' own
would tell how much others have recorded in between.
"""

from __future__ import annotations

import hashlib
import re

RECORDED = "RECORDED"
"""The bank of what is recorded and lies in no series that the asker sees."""
MATCH = "MATCH"
"""The one bank of a reporter, who is told no more than this."""
REPORTERS_NUMBER = 1
_BANK = re.compile(r"[A-Z_][A-Z0-9_]{0,199}")
_DIGEST_BYTES = 4
_NUMBER_BITS = 52
"""As many as every JSON reader keeps exactly. Source: RFC 8259, 6."""
NUMBER_SHIFT = 64 - _NUMBER_BITS


def bank_name(owner: str, name: str) -> str:
    """Answer what a series is called as a bank.

    >>> bank_name("NL-UNIT", "Harbour room")
    'NL_UNIT_HARBOUR_ROOM_444928BF'
    """
    full = f"{owner}/{name}"
    words = re.sub(r"[^A-Z0-9]+", "_", full.upper())
    digest = hashlib.blake2b(full.encode(), digest_size=_DIGEST_BYTES).hexdigest().upper()
    return f"{'_' if words[0].isdigit() else ''}{words.rstrip('_')}_{digest}"


def list_bank_name(owner: str, name: str, *, is_own: bool) -> str:
    """Answer what a list is called as a bank; one's own is called by its name, where that is one of a bank.

    >>> list_bank_name("NL-UNIT", "UPLOADS", is_own=True)
    'UPLOADS'
    >>> list_bank_name("NL-UNIT", "UPLOADS", is_own=False)
    'NL_UNIT_UPLOADS_LIST_D5BA2126'
    """
    return name if is_own and is_bank_name(name) else bank_name(owner, f"{name}/list")


def is_bank_name(name: str) -> bool:
    """Answer whether a bank can be called so, and is not by itself."""
    return bool(_BANK.fullmatch(name)) and name not in {RECORDED, MATCH}


def entry_number(key: int) -> int:
    """Answer the number of a list's entry as a content."""
    return key >> NUMBER_SHIFT


def content_number(digest: bytes) -> int:
    """Answer the number of a content, by one of its digests."""
    return int.from_bytes(digest[:8]) >> NUMBER_SHIFT

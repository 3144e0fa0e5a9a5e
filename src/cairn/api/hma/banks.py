"""``/c``: banks, which are series and lists; those of one's own that are kept by hand are changed too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ninja import Router, Status
from ninja.errors import HttpError

from cairn.api.bearer import Call, asked
from cairn.api.hma.files import file_of
from cairn.api.hma.matching import SIGNALS
from cairn.api.uploads import measured
from cairn.errors import InputError
from cairn.intake.lists import Hash
from cairn.records.access import missing
from cairn.records.keys import Scope
from cairn.records.users import Actor
from cairn.services.banks.naming import MATCH
from cairn.services.banks.reading import bank_content, find_bank, list_banks
from cairn.services.banks.writing import (
    add_content,
    drop_bank,
    make_bank,
    own_list,
    remove_content,
    rename_bank,
)
from cairn.services.looking_up.hashes import Hashes
from cairn.types import Fingerprints, Pdq

if TYPE_CHECKING:
    from cairn.services.banks.reading import BankContent

router = Router()
Bank = dict[str, Any]
_DIGESTS = (Hash.MD5, Hash.SHA1, Hash.SHA256)


@router.get("/banks")
def banks(request: Call) -> list[Bank]:
    """Answer the banks: what the key may see of lists and series; a reporter has one, of all that matches."""
    caller = asked(request)
    return [_bank(name) for name in ((MATCH,) if caller.is_reporter else list_banks(caller.actor))]


@router.post("/banks", response={201: Bank})
def make(request: Call) -> Status[Bank]:
    """Make a list of the key's authority that is kept by hand, and met by nobody else."""
    actor = _writer(request)
    said = _said(request)
    _require_whole(said)
    name = _text(said, "name")
    make_bank(name, actor=actor)
    return Status(201, _bank(name))


@router.get("/bank/{name}")
def bank(request: Call, name: str) -> Bank:
    """Answer one bank."""
    caller = asked(request)
    if caller.is_reporter and name != MATCH:
        raise missing()
    if not caller.is_reporter:
        find_bank(name, actor=caller.actor)
    return _bank(name)


@router.put("/bank/{name}")
def change(request: Call, name: str) -> Bank:
    """Call a list of the key's authority something else; a bank is matched whole, or deleted."""
    actor = _writer(request)
    said = _said(request)
    own_list(name, actor=actor)
    _require_whole(said)
    new_name = _text(said, "name") if "name" in said else name
    rename_bank(name, new_name, actor=actor)
    return _bank(new_name)


@router.delete("/bank/{name}")
def drop(request: Call, name: str) -> dict[str, str]:
    """Withdraw a list of the key's authority; who was told of it is told."""
    drop_bank(name, actor=_writer(request))
    return {"message": "Done"}


@router.post("/bank/{name}/content")
def add_file(request: Call, name: str, url: str = "", note: str = "") -> Bank:
    """Put the hashes of a file on a list of the key's authority; the file itself is forgotten."""
    actor = _writer(request)
    own_list(name, actor=actor)
    if url:
        raise InputError("This node fetches nothing from an address; send the file.", code="hma.url")
    is_video = bool(request.FILES.getlist("video"))
    hashes = _hashes_of(measured(file_of(request)))
    number = add_content(
        name, hashes, is_video=is_video, note=note or request.POST.get("note", ""), actor=actor
    )
    return {"id": number, "signals": _signals(hashes)}


@router.post("/bank/{name}/signal")
def add_signal(request: Call, name: str) -> Bank:
    """Put hashes that belong together on a list of the key's authority."""
    actor = _writer(request)
    own_list(name, actor=actor)
    said = _said(request)
    note = _text(said, "note") if "note" in said else ""
    hashes = _parsed({kind: _text(said, kind) for kind in said if kind != "note"})
    number = add_content(name, hashes, is_video="video_md5" in said, note=note, actor=actor)
    return {"id": number, "signals": _signals(hashes)}


@router.get("/bank/{name}/content/{number}")
def content(request: Call, name: str, number: int, include_signals: bool = False) -> Bank:  # noqa: FBT002 - HMA's
    """Answer one content of a bank; with its hashes where they are asked for."""
    caller = asked(request)
    found = bank_content(name, number, actor=caller.actor)
    told = _content(name, found)
    if include_signals:
        signals = {"pdq": found.pdq, "video_md5": found.md5}
        told["signals"] = {kind: value for kind, value in signals.items() if value is not None}
    return told


@router.delete("/bank/{name}/content/{number}")
def remove(request: Call, name: str, number: int) -> dict[str, int]:
    """Take an entry off a list of the key's authority."""
    return {"deleted": remove_content(name, number, actor=_writer(request))}


@router.put("/bank/{name}/content/{number}")
def change_content(request: Call, name: str, number: int) -> Bank:
    """Answer an entry that is to be matched, as it is; refuse any other change: it is on a list, or not."""
    actor = _writer(request)
    own_list(name, actor=actor)
    if _said(request) != {"disable_until_ts": 0}:
        raise InputError("An entry is on a list or not: delete it, and add it again.", code="hma.write")
    return _content(name, bank_content(name, number, actor=actor))


def _writer(request: Call) -> Actor:
    """Answer who changes a bank.

    Raises:
        InputError: The key is not for that (``hma.write``), whichever bank it names.
    """
    caller = asked(request)
    if Scope.LISTS_WRITE not in caller.scopes:
        raise InputError("This key reads banks; series are changed at the desk, in a case.", code="hma.write")
    return caller.actor


def _said(request: Call) -> dict[str, Any]:
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise HttpError(400, "no object")
    return found


def _text(said: dict[str, Any], name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str):
        raise InputError(f"Say {name} as a text.", code="hma.form")
    return found


def _require_whole(said: dict[str, Any]) -> None:
    """Make sure that a bank is matched whole: some clients say the number as a text."""
    found = said.get("enabled_ratio", 1.0 if said.get("enabled", True) is True else 0.0)
    if str(found) not in {"1", "1.0"}:
        raise InputError("A bank is matched whole here; delete it to match it no more.", code="hma.ratio")


def _parsed(texts: dict[str, str]) -> dict[Hash, bytes]:
    strange = sorted(texts.keys() - SIGNALS.keys())
    if strange or not texts:
        raise InputError(f"The signal types here are {', '.join(SIGNALS)}.", code="hma.signal-type")
    found = Hashes.parse({SIGNALS[name]: [text] for name, text in texts.items()})
    return {Hash(kind.value): rows[0].tobytes() for kind, rows in found.of.items()}


def _hashes_of(file: Fingerprints) -> dict[Hash, bytes]:
    hashes = {kind: getattr(file.digests, kind.value) for kind in _DIGESTS}
    picture = file.picture.comparison
    return {**hashes, Hash.PDQ: bytes.fromhex(picture.hex)} if isinstance(picture, Pdq) else hashes


def _signals(hashes: dict[Hash, bytes]) -> dict[str, str]:
    named = {name: hashes.get(Hash(kind.value)) for name, kind in SIGNALS.items()}
    return {name: value.hex() for name, value in named.items() if value is not None}


def _content(name: str, found: BankContent) -> Bank:
    return {"id": found.number, "disable_until_ts": 0, "collab_metadata": {}, "bank": _bank(name)}


def _bank(name: str) -> Bank:
    return {"name": name, "matching_enabled_ratio": 1.0}

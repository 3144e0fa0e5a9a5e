"""``/c``: the banks, to be read; what they hold is changed at the desk and by those who own it."""

from __future__ import annotations

from typing import Any, NoReturn

from ninja import Router

from cairn.api.bearer import Call, asked
from cairn.errors import InputError
from cairn.records.access import missing
from cairn.services.banks.naming import MATCH
from cairn.services.banks.reading import bank_content, find_bank, list_banks

router = Router()
Bank = dict[str, Any]


@router.get("/banks")
def banks(request: Call) -> list[Bank]:
    """Answer the banks: the series that the key may see; a reporter has one, of all that matches."""
    caller = asked(request)
    return [_bank(name) for name in ((MATCH,) if caller.is_reporter else list_banks(caller.actor))]


@router.get("/bank/{name}")
def bank(request: Call, name: str) -> Bank:
    """Answer one bank."""
    caller = asked(request)
    if caller.is_reporter and name != MATCH:
        raise missing()
    if not caller.is_reporter:
        find_bank(name, actor=caller.actor)
    return _bank(name)


@router.get("/bank/{name}/content/{number}")
def content(request: Call, name: str, number: int, include_signals: bool = False) -> Bank:  # noqa: FBT002 - HMA's
    """Answer one content of a bank; with its hashes where they are asked for."""
    caller = asked(request)
    found = bank_content(name, number, actor=caller.actor)
    told: Bank = {"id": found.number, "disable_until_ts": 0, "collab_metadata": {}, "bank": _bank(name)}
    if include_signals:
        signals = {"pdq": found.pdq, "video_md5": found.md5}
        told["signals"] = {kind: value for kind, value in signals.items() if value is not None}
    return told


@router.post("/banks")
def make(request: Call) -> NoReturn:
    """Refuse: what a series holds is said by a person, in a case."""
    _refuse(request)


@router.api_operation(["PUT", "DELETE"], "/bank/{name}")
@router.post("/bank/{name}/content")
@router.post("/bank/{name}/signal")
def change(request: Call, name: str) -> NoReturn:  # noqa: ARG001 - all are refused alike
    """Refuse, as above."""
    _refuse(request)


@router.api_operation(["PUT", "DELETE"], "/bank/{name}/content/{number}")
def change_content(request: Call, name: str, number: int) -> NoReturn:  # noqa: ARG001 - as above
    """Refuse, as above."""
    _refuse(request)


def _refuse(request: Call) -> NoReturn:
    asked(request)
    raise InputError("Banks are read here; series are changed at the desk, in a case.", code="hma.write")


def _bank(name: str) -> Bank:
    return {"name": name, "matching_enabled_ratio": 1.0}

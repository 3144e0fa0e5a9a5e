"""``/c/exchanges`` and ``/c/signal_type``: what there is to ask of, and that it is set up elsewhere."""

from __future__ import annotations

from typing import Any, NoReturn

from ninja import Router

from cairn.api.bearer import Call, asked
from cairn.api.hma.matching import SIGNALS
from cairn.errors import InputError
from cairn.exchange.source import SourceKind
from cairn.records.access import missing

router = Router()


@router.get("/exchanges/apis")
def apis(request: Call) -> list[str]:
    """Answer from which kinds of services lists are fetched."""
    asked(request)
    return [str(kind) for kind in SourceKind]


@router.get("/exchanges")
def exchanges(request: Call) -> list[str]:
    """Answer none: whom a node fetches from stands in the operator's files, and is told to nobody."""
    asked(request)
    return []


@router.get("/exchange/{name}")
@router.get("/exchange/{name}/status")
def exchange(request: Call, name: str) -> NoReturn:  # noqa: ARG001 - there is none
    """Answer that there is none, as above."""
    asked(request)
    raise missing()


@router.post("/exchanges")
def make(request: Call) -> NoReturn:
    """Refuse: who may let a node reach out is who has its machine."""
    _refuse(request)


@router.post("/exchanges/api/{name}")
@router.api_operation(["PUT", "DELETE"], "/exchange/{name}")
def change(request: Call, name: str) -> NoReturn:  # noqa: ARG001 - all are refused alike
    """Refuse, as above."""
    _refuse(request)


@router.get("/signal_type")
def signal_types(request: Call) -> list[dict[str, Any]]:
    """Answer the kinds of hashes; all are matched."""
    asked(request)
    return [{"name": name, "enabled_ratio": 1.0} for name in SIGNALS]


def _refuse(request: Call) -> NoReturn:
    asked(request)
    raise InputError("Exchanges are set up on the server: see cairn fetch.", code="hma.exchange")

"""The calls of hash sharing together; they answer in XML, and refuse as the API does."""

from __future__ import annotations

from ninja import NinjaAPI

from cairn.api import problem
from cairn.api.exchange import entries, feedback
from cairn.api.exchange.doors import DOORS

EXCHANGE = NinjaAPI(
    title="Cairn, as a hash sharing service",
    auth=DOORS,
    openapi_url=None,
    docs_url=None,
    urls_namespace="cairn-exchange",
)
problem.install(EXCHANGE)
EXCHANGE.add_router("/v2", entries.router)
EXCHANGE.add_router("/v2", feedback.router)

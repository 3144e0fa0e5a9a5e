"""The API as a whole: its calls, its description, its pages of documentation."""

from __future__ import annotations

from ninja import NinjaAPI

import cairn
from cairn.api import alerts, check, figures, links, lookup, problem

API = NinjaAPI(
    title="Cairn",
    version=cairn.__version__,
    description=(
        "What is known of files and hashes, to whom, and whom to ask. Send a key as `Authorization: "
        "Bearer KEY`. What is not for the key's account does not exist for it. "
        "Refusals are problem details (RFC 9457)."
    ),
    openapi_url="/openapi.json",
    docs_url=None,
    urls_namespace="cairn-api",
)
problem.install(API)
for each in (lookup, check, links, alerts, figures):
    API.add_router("", each.router)

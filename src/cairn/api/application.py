"""The API as a whole: its calls, its description, its pages of documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import NinjaAPI

import cairn
from cairn.api import (
    alerts,
    check,
    figures,
    hash_lists,
    links,
    lookup,
    parcels,
    problem,
    reports,
    series,
    sightings,
)

if TYPE_CHECKING:
    from ninja.openapi.schema import OpenAPISchema


class DescribedApi(NinjaAPI):
    """An API whose description says of refusals what they are."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """Answer the description."""
        described = super().get_openapi_schema(**more)
        calls = (call for path in described["paths"].values() for call in path.values())
        for call in calls:
            for status, answer in call["responses"].items():
                if int(status) >= 400 and "content" in answer:  # noqa: PLR2004 - HTTP's refusals
                    (shape,) = answer["content"].values()
                    answer["content"] = {problem.MEDIA_TYPE: shape}
        return described


API = DescribedApi(
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
for each in (lookup, check, sightings, parcels, reports, series, hash_lists, links, alerts, figures):
    API.add_router("", each.router)

"""The API does what its description says, whatever is sent: calls are made up from the description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.calls import api_of, key
from cairn.api import uploads
from cairn.records.lock import NOBODY, _looking
from cairn.services.fingerprinting.uploads import Measurer
from cairn.services.looking_up import occasion
from cairn.services.registering import sightings
from cairn.services.reports import registering
from cairn.types import PdqMode
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    from cairn.services.node.opening import Node

EXAMPLES = 15
"""Of each call; more only take longer. What a description cannot say, such as that a case has to be one of
the authority's own, is refused in calls that fit it: that check is left out."""


@pytest.mark.timeout(180)
def test_every_call_answers_as_described_whatever_is_sent(
    sqlite_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_measurer", Measurer(lambda: InProcessPool(workers=1, mode=PdqMode.EXACT)))
    monkeypatch.setattr(occasion, "STEP_S", 0.001)
    monkeypatch.setattr(sightings, "STEP_S", 0.001)
    monkeypatch.setattr(registering, "LINKING_S", 0.001)
    sent = {"Authorization": f"Bearer {key(sqlite_node.operator)}"}
    with api_of(sqlite_node), override_settings(ALLOWED_HOSTS=["localhost"]), _looking(NOBODY):
        described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _closing)
        tried = [_try(found, sent) for found in described.get_all_operations()]
    assert len(tried) > 13


def _try(found: Any, sent: dict[str, str]) -> str:
    operation = found.ok()

    @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        case.call_and_validate(headers=sent, excluded_checks=[positive_data_acceptance])

    run()
    return str(operation.label)


def _closing(environ: dict[str, Any], start: StartResponse) -> list[bytes]:
    """Answer as a server does, which closes what it has sent; the made-up calls' own client does not."""
    answer = WSGIHandler()(environ, start)
    body = b"".join(answer)
    answer.close()
    return [body]

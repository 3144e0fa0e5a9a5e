"""The first to ask after a start waits for nothing that the start could have read."""

from __future__ import annotations

from typing import NoReturn

import pytest
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.template.loaders.filesystem import Loader

from cairn.web.application import read_all_pages
from web.people import signed_in


def _refuse(_: object, __: object) -> NoReturn:
    pytest.fail("a template was read by a request")


@pytest.mark.usefixtures("sqlite_desk")
def test_no_page_reads_a_template_once_the_desk_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("investigator")
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    for each in engine.engine.template_loaders:
        each.reset()
    read_all_pages()
    monkeypatch.setattr(Loader, "get_contents", _refuse)
    assert [client.get(page).status_code for page in ("/series/", "/statistics/", "/people/")] == [200] * 3

"""A file says which version of the data model it follows, and is recognised by that alone."""

from __future__ import annotations

import json

import pytest

from cairn.intake.vics import Form, Kind, recognise_form
from intake.vics.samples import FORMS, file_text


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_version_is_recognised_by_its_beginning(form: Form) -> None:
    text = file_text(form, [])
    assert recognise_form(text) == form
    assert recognise_form(text.replace("/", "\\/")) == form


def test_a_version_that_is_not_known_is_read_and_says_so() -> None:
    form = recognise_form('{"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.9.xml#Media"')
    assert form == Form("1.9", Kind.MEDIA)
    assert not form.is_known


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        json.dumps({"odata.metadata": "http://example.org/#Media"}),
        json.dumps({"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Persons"}),
        json.dumps({"note": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"}),
    ],
)
def test_what_does_not_say_so_is_not_recognised(text: str) -> None:
    assert recognise_form(text) is None

"""An operator's profile explains a list that nothing else explains."""

from __future__ import annotations

import pytest

from cairn.errors import InputError
from cairn.intake.lists import ListEntry, ListFormat, read_profile
from intake.lists.samples import entries_of, lines, md5, recognised, sha256

HOTLINE = """
name = "Hotline"
delimiter = ";"
[columns]
"Wert" = "md5"
"Stufe" = "category"
"Nummer" = "reference"
[categories]
"A" = "baseline"
"""


def test_columns_get_their_meaning_by_name() -> None:
    profile = read_profile(HOTLINE)
    data = lines(["Wert;Stufe;Nummer;Rest", f"{md5(1).hex()};A;7;x", f"{md5(2).hex()};B;8;"])
    assert entries_of(data, profile) == [
        ListEntry(2, md5=md5(1), category="baseline", reference="7", facts={"Rest": "x"}),
        ListEntry(3, md5=md5(2), category="B", reference="8"),
    ]
    found = recognised(data, profile)
    assert found.format is ListFormat.PROFILED_TABLE
    assert found.sentence == (
        "This is a table that the profile explains, called 'Hotline', with category, md5, reference."
    )


def test_columns_get_their_meaning_by_number_where_there_is_no_header() -> None:
    profile = read_profile('header = false\ndelimiter = "tab"\nknown_good = true\n[columns]\n2 = "sha256"')
    data = lines([f"x\t{sha256(1).hex()}"])
    assert entries_of(data, profile) == [ListEntry(1, sha256=sha256(1), facts={"1": "x"})]
    assert recognised(data, profile).is_known_good


def test_lines_before_the_header_are_skipped() -> None:
    profile = read_profile('skip_lines = 2\n[columns]\nH = "md5"')
    data = lines(["Made by; 2024", "", "H,I", f"{md5(1).hex()},x"])
    assert [each.line for each in entries_of(data, profile)] == [4]


def test_a_file_that_does_not_fit_is_refused_with_what_is_missing() -> None:
    for data in (lines(["a;b", "1;2"]), b""):
        with pytest.raises(InputError, match="'Wert' or 'Stufe' or 'Nummer'") as refused:
            recognised(data, read_profile(HOTLINE))
        assert refused.value.code == "list.profile-misfit"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = ", "it is no TOML"),
        ("colums = {}", "a key 'colums'"),
        ('delimiter = ";;"', "'delimiter' is not one sign"),
        ("delimiter = '\"'", "'delimiter' is not one sign"),
        ("[columns]", "no column holds a hash"),
        ('[columns]\na = "category"', "no column holds a hash"),
        ('[columns]\na = "crc"', "the column 'a' holds none of"),
        ("[columns]\na = 1", "the column 'a' holds none of"),
        ('[columns]\na = "md5"\nb = "md5"', "two columns hold 'md5'"),
        ('header = "yes"\n[columns]\na = "md5"', "'header' is no true or false"),
        ('skip_lines = -1\n[columns]\na = "md5"', "'skip_lines' is not between"),
        ("#" * 100_001, "more than 100,000 characters"),
    ],
)
def test_what_is_no_profile_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        read_profile(text)
    assert refused.value.code == "list.profile-invalid"

"""A description says everything, or it is refused with the word that is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import ConfigurationError
from cairn.fingerprints.learnt.description import LARGEST_DESCRIPTION_BYTES, Fit, Meaning, read_description
from tiny_model import described

if TYPE_CHECKING:
    from pathlib import Path


def test_what_the_operator_wrote_is_answered(tmp_path: Path) -> None:
    found = read_description(described(tmp_path))
    assert (found.policy, found.licence, found.link, found.threshold) == (
        "tiny/1",
        "Apache-2.0",
        Meaning.DUPLICATE,
        0.9,
    )
    assert found.file == tmp_path / "tiny.onnx"
    assert (found.input.width, found.input.fit, found.input.scale) == (8, Fit.STRETCH, 255.0)
    assert found.output.l2_normalise


def test_the_mark_changes_with_what_decides_a_vector_and_with_nothing_else(tmp_path: Path) -> None:
    place = described(tmp_path)
    first = read_description(place).mark
    text = place.read_text()
    place.write_text(text.replace("threshold = 0.9", "threshold = 0.5").replace('"drawn pictures"', '"more"'))
    assert read_description(place).mark == first
    for was, now in (("255", "1"), ('"rgb"', '"bgr"'), ("l2_normalise = true", "l2_normalise = false")):
        place.write_text(text.replace(was, now))
        assert read_description(place).mark != first


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('name = "tiny"', "", "'name'"),
        ('name = "tiny"', 'name = "two words"', "'name' must be"),
        ('licence = "Apache-2.0"', 'licence = " "', "'licence' is empty"),
        ('licence = "Apache-2.0"', 'licence = "a\\u202eb"', "printable"),
        ("threshold = 0.9", "threshold = 0", "'threshold'"),
        ("threshold = 0.9", "threshold = true", "'threshold' must be a number"),
        ("threshold = 0.9", "threshold = nan", "'threshold' must be a number"),
        ('link = "duplicate"', 'link = "face"', "duplicate, scene"),
        ("width = 8", "width = 0", "'width'"),
        ("width = 8", "width = true", "'width'"),
        ("mean = [0.5, 0.5, 0.5]", "mean = [0.5]", "three numbers"),
        ("std = [0.25, 0.25, 0.25]", "std = [0, 1, 1]", "above 0"),
        ("l2_normalise = true", "l2_normalise = 1", "true or false"),
        ("[output]", "[outcome]", "'outcome' is no key"),
        ('[output]\nname = "vector"\nl2_normalise = true\n', "", "[output] is missing"),
        ("scale = 255", "scale = 255\ndepth = 3", "'depth' is no key"),
        ("sha256 = ", 'sha256 = "12" #', "64 hexadecimal"),
        ("[input]", "[input", "no TOML"),
        ("[input]", "#" * LARGEST_DESCRIPTION_BYTES, "longer"),
    ],
)
def test_what_does_not_hold_is_refused_by_name(tmp_path: Path, was: str, now: str, said: str) -> None:
    place = described(tmp_path)
    text = place.read_text()
    assert was in text
    place.write_text(text.replace(was, now))
    with pytest.raises(ConfigurationError) as refused:
        read_description(place)
    assert (refused.value.code, said in refused.value.sentence) == ("learnt.description", True)


def test_a_description_that_is_not_there_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file") as refused:
        read_description(tmp_path / "none.toml")
    assert refused.value.code == "learnt.unreadable"

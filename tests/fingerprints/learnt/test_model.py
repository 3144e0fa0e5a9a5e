"""A model runs where it is the one that is described and gives what is described, and else not at all."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import ConfigurationError
from cairn.fingerprints.learnt import model as module
from cairn.fingerprints.learnt.description import read_description
from cairn.fingerprints.learnt.model import open_model
from cairn.types import Preview
from tiny_model import SIZE, described, tiny_model

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.fingerprints.learnt.description import Description

pytest.importorskip("onnxruntime", reason="onnxruntime, of the extra cairn[onnx], is not installed")


def busy(seed: int) -> Preview:
    return Preview(20, 10, 1, np.random.default_rng(seed).integers(0, 256, 600, np.uint8).tobytes(), 20, 10)


def refusal(description: Description) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as refused:
        open_model(description).describe([busy(1)])
    return refused.value


def test_pictures_become_vectors_of_length_one_and_like_ones_lie_near(tmp_path: Path) -> None:
    model = open_model(read_description(described(tmp_path)))
    one, other = busy(1), busy(2)
    noisy = replace(one, pixels=bytes(max(each - 3, 0) for each in one.pixels))
    vectors = model.describe([one, noisy, other])
    assert (*vectors.shape, model.size) == (3, SIZE, SIZE)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert vectors[0] @ vectors[1] > 0.99
    assert vectors[0] @ vectors[2] < 0.9
    assert np.array_equal(vectors[:1], model.describe([one]))


def test_a_file_that_is_not_the_described_one_never_reaches_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = read_description(described(tmp_path))
    description.file.write_bytes(tiny_model(zeros=True))
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert refusal(description).code == "learnt.digest"


def test_without_the_engine_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    found = refusal(read_description(described(tmp_path)))
    assert (found.code, "cairn[onnx]" in found.sentence) == ("learnt.engine", True)


def test_what_is_missing_too_long_or_no_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = read_description(described(tmp_path))
    assert refusal(replace(description, file=tmp_path / "none")).code == "learnt.unreadable"
    assert refusal(read_description(described(tmp_path, model=b"no model at all"))).code == "learnt.model"
    monkeypatch.setattr(module, "LARGEST_MODEL_BYTES", 3)
    assert "longer" in refusal(description).sentence


def test_an_input_or_output_of_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = read_description(described(tmp_path))
    for changed in (
        replace(description, input=replace(description.input, name="image")),
        replace(description, output=replace(description.output, name="other")),
    ):
        assert refusal(changed).code == "learnt.model"
    unnamed = replace(description, output=replace(description.output, name=""))
    assert open_model(unnamed).describe([busy(1)]).shape == (1, SIZE)
    with pytest.raises(ConfigurationError, match="2 inputs"):
        module._require_named("", [1, 2], "input")


def test_what_it_gives_is_held_against_its_description(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = read_description(described(tmp_path))
    as_given = replace(description, output=replace(description.output, l2_normalise=False))
    assert "length 1" in refusal(as_given).sentence
    larger = replace(description, input=replace(description.input, width=9))
    assert "an error of the kind" in refusal(larger).sentence
    assert "zeros" in refusal(read_description(described(tmp_path, model=tiny_model(zeros=True)))).sentence
    described(tmp_path)
    monkeypatch.setattr(module, "MOST_NUMBERS", SIZE - 1)
    assert "12 values" in refusal(description).sentence

"""The index of features with a codebook that is really trained, in as small a node as has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from cairn.cli import index_commands
from cairn.index.local_stages import IVFPQ_VOTES
from cairn.records.features import FeatureMark, Features, PendingFeatures
from cairn.records.media import Media
from cairn.services.features.codebook_size import FEWEST_CELLS, FEWEST_PICTURES
from cairn.services.features.index_state import state_of
from cairn.services.features.indexing import (
    catch_up_features,
    readable_features,
    take_out_features,
)
from cairn.services.features.keeping import as_value, keep
from cairn.types import LocalFeatures
from pictures import save
from services.seizures import hold

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


POINTS = 210


def described(seed: int) -> LocalFeatures:
    """Points of a picture, described like nothing else; 48 pictures are just enough to learn from."""
    rng = np.random.default_rng(seed)
    points = np.column_stack([rng.integers(0, 32_000, (POINTS, 2)), rng.integers(4_000, 20_000, (POINTS, 2))])
    raw = rng.gamma(0.4, 1, (POINTS, 128))
    rooted = np.sqrt(raw / raw.sum(axis=1, keepdims=True)) * 512
    return LocalFeatures(
        512, 512, points.astype("<u2").tobytes(), np.minimum(rooted, 255).astype(np.uint8).tobytes()
    )


@pytest.fixture
def holding(sqlite_node: Node, tmp_path: Path) -> Node:
    """A node with one picture more than need an index, each with points."""
    for number in range(FEWEST_PICTURES + 1):
        shade = np.random.default_rng(number).integers(0, 256, (16, 16, 3), np.uint8)
        save(Image.fromarray(shade).resize((64, 64)), tmp_path / "held" / f"{number}.png")
    hold(sqlite_node, tmp_path / "held", authority="NL-UNIT")
    keep({media.pk: described(media.pk) for media in Media.objects.order_by("pk")[:FEWEST_PICTURES]})
    return sqlite_node


def found(node: Node, number: int) -> list[int]:
    """The candidates of a recorded picture, itself included."""
    with readable_features(node) as index:
        assert index is not None
        features = as_value(Features.objects.get(media=number))
        near: list[int] = index.candidates(features, stage=IVFPQ_VOTES).id.tolist()
        return near


def test_an_index_is_trained_kept_level_and_forgets_what_it_must(
    holding: Node,
) -> None:
    numbers = list(Media.objects.order_by("pk").values_list("pk", flat=True))
    assert catch_up_features(holding) == 0, "the rebuild has taken all in"
    state = state_of(holding)
    assert (state.recorded, state.waiting, state.is_one_by_one) == (FEWEST_PICTURES, 0, False)
    assert (state.stage, state.outgrown, state.damaged) == (IVFPQ_VOTES.name, False, ())
    (codebook,) = holding.config.features_folder.glob("*/codebook.cairn")
    assert codebook.stat().st_size > FEWEST_CELLS * 128 * 4
    for number in (numbers[0], numbers[20]):
        assert found(holding, number)[0] == number
    keep({numbers[-1]: described(numbers[-1])})
    assert catch_up_features(holding) == 1
    assert found(holding, numbers[-1])[0] == numbers[-1]
    features = described(numbers[2])
    take_out_features(holding, [numbers[2]])
    with readable_features(holding) as index:
        assert index is not None
        assert numbers[2] not in index.candidates(features, stage=IVFPQ_VOTES).id.tolist()
    assert not Features.objects.filter(media=numbers[2]).exists()
    assert not PendingFeatures.objects.filter(pk=numbers[2]).exists()


def test_an_index_of_a_former_kind_is_not_called_damaged_and_made_anew(
    holding: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_, last = Media.objects.order_by("pk").values_list("pk", flat=True)
    keep({last: described(last)})
    catch_up_features(holding)
    monkeypatch.setattr("cairn.index.codebook.KIND", "local-codebook-of-tomorrow")
    state = state_of(holding)
    assert (state.is_former, state.damaged) == (True, ())
    told = CliRunner().invoke(index_commands.index, ["status", "--node", str(holding.config.folder)]).output
    assert "another version of Cairn" in told
    assert "DAMAGED" not in told
    take_out_features(holding, [first])
    assert not Features.objects.filter(media=first).exists()
    assert not FeatureMark.objects.exists()
    assert found(holding, second)[0] == second
    state = state_of(holding)
    assert (state.is_former, state.damaged) == (False, ())
    (codebook,) = holding.config.features_folder.glob("*/codebook.cairn")
    codebook.write_bytes(b"damaged" + codebook.read_bytes()[7:])
    state = state_of(holding)
    assert (state.is_former, state.damaged) == (False, ("codebook.cairn",))

"""A learnt model that the operator supplies: what it links, whose it is, what is kept, through the door."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cairn.errors import ConfigurationError, InputError
from cairn.linking.learnt import LearntNear
from cairn.records.alerts import Alert
from cairn.records.connection import disconnect
from cairn.records.learnt import LearntMark, LearntModel, LearntVector
from cairn.records.links import Link
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.users import Actor
from cairn.services.answering.answer_json import as_json
from cairn.services.answering.answer_reading import answer_from, kept_file
from cairn.services.answering.coverage_words import learnt_in_words
from cairn.services.features.looking import Looking
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.learnt.indexing import forget_model, readable_vectors, take_out_vectors
from cairn.services.node.opening import open_node
from cairn.services.series.opening import create_series
from cairn.types import Handling
from cli.command_line import cairn
from pictures import save
from services.seizures import by_name, hold, run, unit, verdicts
from tiny_model import SIZE, described, tiny_model

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

pytest.importorskip("onnxruntime", reason="onnxruntime, of the extra cairn[onnx], is not installed")

NEW = FeaturesFor.NEW


def soft(seed: int) -> Image.Image:
    """A picture without points, which hashes lose as soon as its edge is cut off."""
    cells = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), np.uint8)
    return Image.fromarray(cells).resize((400, 300), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def drawn_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A held picture, the same with its edge cut off, another one, and a model with its description."""
    folder = tmp_path_factory.mktemp("soft")
    save(soft(1), folder / "held.png")
    save(soft(1).crop((20, 15, 400, 300)), folder / "asked" / "cut.png")
    save(soft(2), folder / "asked" / "other.png")
    described(folder, threshold=0.85)
    return folder


def test_what_points_and_hashes_miss_is_linked_and_the_model_is_named(node: Node, drawn_once: Path) -> None:
    unit(node, "BR-UNIT")
    model = drawn_once / "tiny.toml"
    hold(node, drawn_once / "held.png", authority="BR-UNIT", features=NEW, model=model)
    without = run(node, drawn_once / "asked", features=NEW)
    assert set(verdicts(without).values()) == {"new"}
    assert without.learnt is None
    answer = run(node, drawn_once / "asked", features=NEW, model=model)
    assert verdicts(answer) == {"cut.png": "similar", "other.png": "new"}
    (match,) = by_name(answer)["cut.png"].matches
    assert [holder.authority for holder in match.holders] == ["BR-UNIT"]
    assert isinstance(match.evidence, LearntNear)
    assert (match.evidence.policy, match.evidence.licence) == ("tiny/1", "Apache-2.0")
    learnt = answer.learnt
    assert learnt is not None
    assert (learnt.asked, learnt.described, learnt.sha256) == (2, 2, match.evidence.sha256)
    assert learnt.sha256 in learnt_in_words(learnt)
    told = json.loads(json.dumps(as_json(answer), default=list))
    (row,) = [row for row in told["files"] if row["matches"]]
    assert row["matches"][0]["evidence"]["learnt"]["model"] == "tiny/1"
    assert row["matches"][0]["evidence"]["link"] == "duplicate"
    kept = [kept_file(file) for file in answer.files]
    again = answer_from(told, series=[], lists=[], looks=told["look_first"], files=kept)
    assert (again.learnt, again.look_first) == (learnt, answer.look_first)
    with as_the_node("a test"):
        assert LearntVector.objects.count() == 1, "kept of what is recorded alone"


def test_a_series_that_the_asker_may_not_see_leaves_no_trace_and_its_owner_is_told(
    node: Node, drawn_once: Path
) -> None:
    create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")), handling=Handling.BLIND)
    model = drawn_once / "tiny.toml"
    hold(node, drawn_once / "held.png", authority="BR-UNIT", series="Stone", features=NEW, model=model)
    before = Alert.objects.count()
    answer = run(node, drawn_once / "asked", features=NEW, model=model)
    assert set(verdicts(answer).values()) == {"new"}
    assert answer.series == ()
    with as_the_node("a test"):
        (alert,) = Alert.objects.order_by("pk")[before:]
    assert (alert.facts["similar"], alert.facts["asker_told"]) == (1, False)


def test_what_was_recorded_before_the_model_came_is_described_from_its_file_or_the_vault(
    sqlite_node: Node, drawn_once: Path, tmp_path: Path
) -> None:
    folder, place = sqlite_node.config.folder, str(drawn_once / "tiny.toml")
    hold(sqlite_node, drawn_once / "held.png", authority="NL-UNIT", features=NEW)
    with (folder / "node.toml").open("a") as file:
        file.write("[vault]\nkeep_pictures = true\n")
    save(soft(3), tmp_path / "vaulted.png")
    hold(open_node(folder), tmp_path / "vaulted.png", authority="NL-UNIT", features=NEW)
    disconnect()
    said = cairn(folder, "model", "describe", place, str(drawn_once / "asked")).out
    assert said == "1 media described by tiny/1; 1 recorded picture not described yet.\n"
    said = cairn(folder, "model", "describe", place, str(drawn_once)).out
    assert said == "1 media described by tiny/1; 0 recorded pictures not described yet.\n"
    said = cairn(folder, "model", "describe", place, str(drawn_once)).out
    assert said.startswith("0 media described")
    answer = run(open_node(folder), drawn_once / "asked", features=NEW, model=drawn_once / "tiny.toml")
    assert verdicts(answer)["cut.png"] == "similar"


def test_the_nodes_model_is_used_by_every_check_and_what_is_described_is_not_described_again(
    sqlite_node: Node, drawn_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sqlite_node.config.folder
    with (folder / "node.toml").open("a") as file:
        file.write(f"[learnt]\nmodel = {json.dumps(str(drawn_once / 'tiny.toml'))}\n")
    node = open_node(folder)
    hold(node, drawn_once / "held.png", authority="NL-UNIT", features=NEW)
    described_now: list[int] = []
    monkeypatch.setattr(Looking, "_take", lambda _, media, __: described_now.append(media))
    hold(node, drawn_once / "held.png", authority="NL-UNIT", features=FeaturesFor.ALWAYS)
    assert not described_now
    monkeypatch.undo()
    answer = run(node, drawn_once / "asked" / "cut.png", features=NEW)
    assert verdicts(answer) == {"cut.png": "similar"}
    assert run(node, drawn_once / "asked", features=FeaturesFor.NEVER).learnt is None
    (folder / "node.toml").write_text((folder / "node.toml").read_text().replace("tiny.toml", "none.toml"))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        run(open_node(folder), drawn_once / "asked", features=NEW)


def test_recorded_pictures_are_linked_by_the_nodes_model_once(node: Node, drawn_once: Path) -> None:
    folder, model = node.config.folder, drawn_once / "tiny.toml"
    unit(node, "BR-UNIT")
    hold(node, drawn_once / "held.png", authority="BR-UNIT", features=NEW, model=model)
    run(node, drawn_once / "asked", features=NEW, model=model, case="K2", register=True)
    with (folder / "node.toml").open("a") as file:
        file.write(f"[learnt]\nmodel = {json.dumps(str(model))}\n")
    disconnect()
    assert "3 media compared by the learnt model tiny/1." in cairn(folder, "link", "suggest").out
    assert "0 media compared by the learnt model tiny/1." in cairn(folder, "link", "suggest").out
    assert "3 media compared by the learnt model tiny/1." in cairn(folder, "link", "suggest", "--again").out
    open_node(folder)
    (link,) = Link.objects.all()
    assert (link.kind, link.method, link.evidence["licence"]) == ("duplicate", "tiny/1", "Apache-2.0")
    assert link.score > 0.85


def test_an_index_that_was_lost_is_made_anew_and_what_nobody_records_leaves_it(
    sqlite_node: Node, drawn_once: Path
) -> None:
    asked, model = drawn_once / "asked" / "cut.png", drawn_once / "tiny.toml"
    hold(sqlite_node, drawn_once / "held.png", authority="NL-UNIT", features=NEW, model=model)
    for _ in range(2):
        assert verdicts(run(sqlite_node, asked, features=NEW, model=model)) == {"cut.png": "similar"}
        shutil.rmtree(sqlite_node.config.learnt_folder)
    run(sqlite_node, asked, features=NEW, model=model)
    (row,) = LearntModel.objects.all()
    take_out_vectors(sqlite_node, [Media.objects.order_by("pk")[0].pk])
    with readable_vectors(sqlite_node, row) as index:
        assert index.stats().live_entries == 0
    assert verdicts(run(sqlite_node, asked, features=NEW, model=model)) == {"cut.png": "new"}


def test_a_second_node_on_the_same_records_makes_an_index_of_its_own(
    sqlite_node: Node, drawn_once: Path
) -> None:
    model = drawn_once / "tiny.toml"
    hold(sqlite_node, drawn_once / "held.png", authority="NL-UNIT", features=NEW, model=model)
    run(sqlite_node, drawn_once / "asked", features=NEW, model=model)
    mark = LearntMark.objects.get()
    mark.node, mark.pk = "another node", None
    mark.save()
    (row,) = LearntModel.objects.all()
    LearntVector.objects.update(is_indexed=False)
    with readable_vectors(sqlite_node, row) as index:
        assert index.stats().live_entries == 1
    assert [each.node for each in LearntMark.objects.all()] == [sqlite_node.config.identity]


def test_models_are_tried_listed_and_forgotten_at_the_command_line(
    sqlite_node: Node, drawn_once: Path, tmp_path: Path
) -> None:
    place = drawn_once / "tiny.toml"
    hold(sqlite_node, drawn_once / "held.png", authority="NL-UNIT", features=NEW, model=place)
    run(sqlite_node, drawn_once / "asked", features=NEW, model=place)
    folder = sqlite_node.config.folder
    disconnect()
    tried = json.loads(cairn(folder, "model", "try", str(place), "--json").out)
    assert (tried["policy"], tried["size"]) == ("tiny/1", SIZE)
    assert "licence    Apache-2.0" in cairn(folder, "model", "try", str(place)).out
    (row,) = json.loads(cairn(folder, "model", "list", "--json").out)
    assert (row["mark"], row["vectors"]) == (tried["mark"], 1)
    assert "1 vector of 12 numbers  tiny/1, licence Apache-2.0" in cairn(folder, "model", "list").out
    assert cairn(folder, "model", "forget", row["mark"]).out == "1 vector forgotten.\n"
    assert not list(sqlite_node.config.learnt_folder.glob(f"{row['mark']}*"))
    open_node(folder)
    with pytest.raises(InputError):
        forget_model(sqlite_node, row["mark"])
    wrong = described(tmp_path, model=tiny_model(zeros=True))
    (tmp_path / "tiny.onnx").write_bytes(tiny_model())
    disconnect()
    refused = cairn(folder, "check", str(drawn_once / "asked"), "--model", str(wrong))
    assert (refused.code, "SHA-256" in refused.err) == (2, True)

"""What two units hold before the journey begins, and the seizure that it begins with, for each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.records.lock import as_the_node
from cairn.records.node import NODE_FILE
from cairn.services.series.opening import create_series
from pictures import drawn, save
from services.seizures import hold, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@dataclass(frozen=True, slots=True)
class Scene:
    """One run of the journey.

    Attributes:
        language: In which its people read.
        series: Of NL-UNIT; BR-UNIT has met both of its media.
        seizure: One of these two again, a near copy of the other, and two new pictures.
    """

    language: str
    series: str
    seizure: Path

    @property
    def case(self) -> str:
        """The case in which it is checked."""
        return f"J-{self.language}"


def set_up(node: Node, folder: Path, languages: tuple[str, ...]) -> dict[str, Scene]:
    """Record a scene for each language on a node that keeps pictures, and whose desk may check ``folder``."""
    with as_the_node("a test sets its scene up"):
        unit(node, "BR-UNIT")
        scenes = {each: _scene(node, folder / each, each, 100 * at) for at, each in enumerate(languages)}
    file = node.config.folder / NODE_FILE
    more = f'\n[vault]\nkeep_pictures = true\n[desk]\ncheck_roots = ["{folder}"]\n'
    file.write_text(file.read_text() + more)
    return scenes


def _scene(node: Node, folder: Path, language: str, seed: int) -> Scene:
    held, scene = folder / "held", Scene(language, f"Quartz {language}", folder / "seizure")
    first = save(drawn(seed), held / "first.jpg")
    save(drawn(seed + 1), held / "second.jpg")
    create_series(scene.series, actor=node.operator)
    hold(node, held, authority="NL-UNIT", series=scene.series)
    hold(node, held, authority="BR-UNIT")
    (scene.seizure / "deep").mkdir(parents=True)
    (scene.seizure / "deep" / "again.jpg").write_bytes(first.read_bytes())
    save(drawn(seed + 1, size=(640, 480)), scene.seizure / "near.jpg", quality=70)
    for number in (2, 3):
        save(drawn(seed + number), scene.seizure / f"new-{number}.jpg")
    return scene

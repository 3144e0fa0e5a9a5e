from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.frames import Frames
from cairn.index import open_index
from cairn.linking.clip.candidates import candidates
from cairn.linking.clip.policy import CLIP_3
from linking.clip.clip_frames import as_file, as_known, noisy, scenery

if TYPE_CHECKING:
    from pathlib import Path


def test_known_videos_come_in_the_order_of_how_many_frames_met_them(tmp_path: Path) -> None:
    whole = scenery(1, 20)
    with open_index(tmp_path, writable=True) as index:
        for media, quarters in ((5, scenery(2, 20)), (6, whole), (7, whole[:12])):
            known = as_known(quarters)
            index.add(
                np.full(len(known), media, np.uint64),
                known.hashes,
                timestamps_ms=(1000 * known.at).astype(np.uint32),
            )
        file = as_file(noisy(whole, bits=8), orientation=5)
        assert candidates(index, file, policy=CLIP_3) == [(6, 80), (7, 12)]
        blank = np.zeros(len(file), np.uint8)
        dark = Frames(
            file.hashes,
            file.inside,
            blank,
            blank,
            file.at,
            file.shot,
            turned=file.turned,
            inside_turned=file.inside_turned,
        )
        assert candidates(index, dark, policy=CLIP_3) == []
        with pytest.raises(ValueError, match="just measured"):
            candidates(index, as_known(whole), policy=CLIP_3)

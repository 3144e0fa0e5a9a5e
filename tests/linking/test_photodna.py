"""PhotoDNA values are near by the policy's bound, exactly, and plain ones meet nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.index import open_photodna
from cairn.linking import PHOTODNA_40000, PhotoDnaNear, in_words, near_values
from cairn.linking.evidence import kind_of_link, stored, stored_in_words
from cairn.linking.judgement import LinkKind
from cairn.linking.photodna import photodna_from_stored

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_within_the_bound_is_near_and_what_is_one_beyond_is_not(tmp_path: Path) -> None:
    drawn = np.random.default_rng(5).integers(0, 150, (3, 144), dtype=np.uint8)
    at_bound, beyond = drawn[0].copy(), drawn[0].copy()
    at_bound[:4] += 100  # 4 times 100 squared is 40,000.
    beyond[:4] += 100
    beyond[4] += 1
    plain = np.full(144, 7, np.uint8)
    with open_photodna(tmp_path, writable=True) as index:
        index.add(np.arange(4, dtype=np.uint64), np.stack([at_bound, beyond, drawn[1], plain]))
        asked = np.stack([drawn[0], drawn[2], plain])
        found = list(near_values(index, asked, policy=PHOTODNA_40000))
        assert list(near_values(index, plain[None], policy=PHOTODNA_40000)) == []
    assert found == [(0, 0, PhotoDnaNear(40_000, "photodna-40000/1"))]


def test_the_evidence_says_its_distance_and_is_kept_and_read_again() -> None:
    near = PhotoDnaNear(1_204, "photodna-40000/1")
    words = "PhotoDNA value near, distance 1,204 (photodna-40000/1)"
    assert in_words(near) == stored_in_words(stored(near)) == words
    assert photodna_from_stored(stored(near)) == near
    assert photodna_from_stored({"kind": "pdq-near"}) is None
    assert kind_of_link(near) is LinkKind.DUPLICATE

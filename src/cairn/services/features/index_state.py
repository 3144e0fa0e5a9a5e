"""How the index of local features is, in numbers for the operator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cairn.errors import IntegrityError
from cairn.index.local_stages import IVFPQ_VOTES, ONE_BY_ONE_STAGE
from cairn.records.connection import database_errors_in_words
from cairn.records.features import FeatureMark, PendingFeatures
from cairn.records.lock import node_work
from cairn.services.features.codebook_size import has_outgrown
from cairn.services.features.indexing import ONE_BY_ONE
from cairn.services.features.pictures import recorded_pictures

if TYPE_CHECKING:
    from cairn.index.local_stages import FirstStage
    from cairn.services.node.opening import Node


@dataclass(frozen=True, slots=True)
class FeatureIndexState:
    """The index of features in numbers.

    Attributes:
        recorded: Recorded pictures whose features are kept, the frames of videos among them.
        waiting: Of these, the ones that the index does not hold yet.
        unlinked: Media that wait for being compared with all others, to be linked.
        is_one_by_one: There are too few for an index, so all are compared.
        stage: How candidates are found.
        recall: Share of altered copies whose original was among the candidates, as measured.
        measured: Where that was measured.
        outgrown: The codebook has been outgrown: a rebuild makes answers quicker.
        size_bytes: Bytes on the disk.
        damaged: Files that are refused.
        is_former: It is whole and of the kind of another version of Cairn: the next check makes it anew.
    """

    recorded: int
    waiting: int
    unlinked: int
    is_one_by_one: bool
    stage: str
    recall: float
    measured: str
    outgrown: bool = False
    size_bytes: int = 0
    damaged: tuple[str, ...] = ()
    is_former: bool = False


@node_work("the state of the index is about everybody's media")
def state_of(node: Node) -> FeatureIndexState:
    """Answer how the index is."""
    with database_errors_in_words():
        mark = FeatureMark.objects.filter(node=node.config.identity).first()
        pictures = recorded_pictures()
        waiting = PendingFeatures.objects.filter(is_indexed=False).count()
        unlinked = PendingFeatures.objects.count()
    if mark is None or mark.place == ONE_BY_ONE:
        return _state(pictures, waiting, unlinked, ONE_BY_ONE_STAGE)
    from cairn.index.codebook import CODEBOOK_NAME  # noqa: PLC0415 - FAISS, where there is an index
    from cairn.index.local import open_local  # noqa: PLC0415 - FAISS, where there is an index

    try:
        with open_local(node.config.features_folder / mark.place) as index:
            found = index.stats()
    except IntegrityError as error:
        is_former = error.code == "index.kind"
        damaged = () if is_former else (CODEBOOK_NAME,)
        state = _state(pictures, waiting, unlinked, IVFPQ_VOTES)
        return replace(state, damaged=damaged, is_former=is_former)
    return replace(
        _state(pictures, waiting, unlinked, IVFPQ_VOTES),
        outgrown=has_outgrown(pictures, learnt_from=mark.pictures),
        size_bytes=found.size_bytes,
        damaged=found.damaged,
    )


def _state(pictures: int, waiting: int, unlinked: int, stage: FirstStage) -> FeatureIndexState:
    is_one_by_one = stage is ONE_BY_ONE_STAGE
    return FeatureIndexState(
        pictures, waiting, unlinked, is_one_by_one, stage.name, stage.recall, stage.source
    )

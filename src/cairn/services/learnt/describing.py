"""Pictures of a check are described by a learnt model, each once, and what it says is kept.

They are decoded in the sandbox, which hands out small pictures as plain pixels; the model sees these and
nothing else. It runs in this process, for it is the operator's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.records.learnt import LearntVector
from cairn.services.features.looking import Look
from cairn.services.learnt.keeping import keep_vectors, row_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from cairn.fingerprints.learnt.model import OpenedModel
    from cairn.records.jobs import Check
    from cairn.types import Picture


def described_by(model: OpenedModel) -> Look[NDArray[np.float32]]:
    """Answer the look for what a model says of pictures.

    Looking raises ``ConfigurationError`` where the model does not give what its description says.
    """

    def found_in(picture: Picture) -> NDArray[np.float32] | None:
        return None if picture.preview is None else np.asarray(model.describe([picture.preview])[0])

    def kept_of(media: Sequence[int]) -> Collection[int]:
        rows = LearntVector.objects.filter(media__in=media, model=model.description.mark)
        return list(rows.values_list("media", flat=True))

    def keep(_: Check, found: Mapping[int, NDArray[np.float32]]) -> None:
        keep_vectors(row_of(model.description, size=model.size), found)

    return Look(found_in, kept_of, keep)

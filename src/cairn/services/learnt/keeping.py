"""Between vectors and the rows that keep them: of what is recorded, and of a check that still runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction
from django.db.models import Count

from cairn.errors import InputError
from cairn.records.connection import database_errors_in_words
from cairn.records.learnt import LearntModel, LearntVector
from cairn.records.lock import node_work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from numpy.typing import NDArray

    from cairn.fingerprints.learnt.description import Description


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A model that vectors are kept of.

    Attributes:
        mark: What stands for its file and its settings.
        name: As its operator wrote it when it was first used; so are the next four.
        version: As name.
        sha256: Of its file.
        licence: Under which it is used.
        source: Where it came from.
        size: Numbers a vector.
        vectors: How many are kept.
    """

    mark: str
    name: str
    version: str
    sha256: str
    licence: str
    source: str
    size: int
    vectors: int


@node_work("a model is the node's, whoever uses it")
def row_of(description: Description, *, size: int) -> LearntModel:
    """Answer the row that stands for a model, made where it is used for the first time."""
    row, _ = LearntModel.objects.get_or_create(
        mark=description.mark,
        defaults={
            "name": description.name,
            "version": description.version,
            "sha256": description.sha256,
            "licence": description.licence,
            "source": description.source,
            "size": size,
        },
    )
    return row


@node_work("one content is one media, whoever met it")
def keep_vectors(model: LearntModel, found: Mapping[int, NDArray[np.float32]]) -> None:
    """Keep the vectors of these media, in a transaction; what is kept already stays as it is."""
    rows = [
        LearntVector(media_id=media, model=model, vector=found[media].astype("<f4").tobytes())
        for media in sorted(found)
    ]
    LearntVector.objects.bulk_create(rows, ignore_conflicts=True)


def as_vectors(rows: QuerySet[LearntVector]) -> dict[int, NDArray[np.float32]]:
    """Answer the vectors of rows, by media."""
    return {
        media: np.frombuffer(bytes(vector), "<f4").astype(np.float32)
        for media, vector in rows.order_by("media").values_list("media", "vector")
    }


@node_work("a model is the node's, whoever uses it")
def kept_models() -> tuple[KeptModel, ...]:
    """Answer every model that vectors are kept of, by name and version."""
    rows = LearntModel.objects.annotate(vectors=Count("learntvector")).order_by("name", "version", "mark")
    return tuple(
        KeptModel(row.mark, row.name, row.version, row.sha256, row.licence, row.source, row.size, row.vectors)
        for row in rows
    )


@node_work("a model is the node's, whoever uses it")
def forget_rows(mark: str) -> int:
    """Forget a model and all its vectors; answer how many they were.

    Raises:
        InputError: No model of this mark is kept.
    """
    with database_errors_in_words(), transaction.atomic():
        model = LearntModel.objects.filter(mark=mark).first()
        if model is None:
            raise InputError("No vectors of a model with this mark are kept.", code="learnt.unknown")
        vectors, _ = LearntVector.objects.filter(model=model).delete()
        model.delete()
    return vectors

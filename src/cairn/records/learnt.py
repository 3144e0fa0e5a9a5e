"""Vectors of learnt models: one a media and model, with what is needed to name the model later.

They are derived, and made again from the file and the model. As local features they are kept only of what
somebody has recorded, and of the files of a check until it has answered.
"""

from __future__ import annotations

from django.db import models

from cairn.records.media import Media

MARK_LENGTH = 16


class LearntModel(models.Model):
    """A model that vectors are kept of: what its operator's description said when it was first used.

    ``mark`` stands for its file and for how pictures are handed to it. Vectors of two marks are never
    compared.
    """

    mark = models.CharField(max_length=MARK_LENGTH, primary_key=True)
    name = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    licence = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)
    size = models.PositiveIntegerField(help_text="numbers a vector")
    used_since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer the name and version."""
        return f"{self.name}/{self.version}"


class LearntVector(models.Model):
    """What a learnt model says of a media's picture, as little-endian float32 of length 1."""

    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(LearntModel, on_delete=models.CASCADE)
    vector = models.BinaryField(max_length=16_384)
    is_indexed = models.BooleanField(default=False)
    is_linked = models.BooleanField(default=False)

    class Meta:
        """A model says one thing of a media."""

        constraints = [models.UniqueConstraint(fields=["media", "model"], name="learnt_vector_once")]
        indexes = [models.Index(fields=["model", "is_indexed"], name="learnt_vector_waiting")]

    def __str__(self) -> str:
        """Answer whose it is."""
        return f"vector of media {self.media_id}"


class LearntMark(models.Model):
    """Where this node's index of a model's vectors lies, and how far it was; as ``FeatureMark``."""

    node = models.CharField(max_length=36)
    model = models.ForeignKey(LearntModel, on_delete=models.CASCADE)
    place = models.CharField(max_length=64)
    generation = models.BigIntegerField()
    entries = models.BigIntegerField()

    class Meta:
        """A node has one index a model."""

        constraints = [models.UniqueConstraint(fields=["node", "model"], name="learnt_mark_once")]

    def __str__(self) -> str:
        """Answer how far."""
        return f"generation {self.generation}, {self.entries} entries"

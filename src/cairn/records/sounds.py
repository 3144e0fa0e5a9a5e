"""Sounds of media: the points that are compared, kept beside the fingerprints.

They are derived, and made again from the file alone. As local features they are kept only of what somebody
has recorded, and of the files of a check until it has answered.
"""

from __future__ import annotations

from django.db import models

from cairn.records.media import Media


class Sound(models.Model):
    """The points of a media's sound, as ``cairn.types.SoundPoints`` holds them.

    ``method`` is the version of the way from samples to points. A media in which nothing was heard has a row
    with no points, so that nobody listens again.
    """

    media = models.OneToOneField(Media, on_delete=models.CASCADE, primary_key=True, related_name="+")
    method = models.CharField(max_length=32)
    duration_ms = models.PositiveIntegerField()
    points = models.BinaryField(max_length=5_000_000)
    is_indexed = models.BooleanField(default=False)
    is_linked = models.BooleanField(default=False)

    class Meta:
        """What waits is looked for often."""

        indexes = [models.Index(fields=["is_indexed", "is_linked"], name="sound_waiting")]

    def __str__(self) -> str:
        """Answer whose it is."""
        return f"sound of media {self.media_id}"


class CommonSound(models.Model):
    """A sound that is heard everywhere and links nothing, put on the list by the operator."""

    name = models.CharField(max_length=80, unique=True)
    reason = models.CharField(max_length=300)
    method = models.CharField(max_length=32)
    duration_ms = models.PositiveIntegerField()
    points = models.BinaryField(max_length=5_000_000)
    added_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer its name."""
        return self.name


class SoundMark(models.Model):
    """Where this node's index of sounds lies, and how far it was; as ``FeatureMark``."""

    node = models.CharField(max_length=36, primary_key=True)
    place = models.CharField(max_length=64)
    generation = models.BigIntegerField()
    entries = models.BigIntegerField()

    def __str__(self) -> str:
        """Answer how far."""
        return f"generation {self.generation}, {self.entries} entries"

"""Local features of media: what the detailed comparison needs, kept beside the fingerprints.

They are derived, and made again from the file alone. They are kept only of what somebody has recorded, and of
the files of a check until it has answered: a rough picture can be drawn from the descriptions of a thousand
points, which cannot be done from a hash.
"""

from __future__ import annotations

from django.db import models

from cairn.records.media import Media


class Features(models.Model):
    """The points of a media's picture and their descriptions, as ``cairn.types.LocalFeatures`` holds them.

    ``method`` is the version of the way from pixels to points. A picture in which no point was found has a
    row with nothing in it, so that nobody looks again.
    """

    media = models.OneToOneField(Media, on_delete=models.CASCADE, primary_key=True)
    method = models.CharField(max_length=32)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    points = models.BinaryField(max_length=16_000)
    descriptors = models.BinaryField(max_length=256_000)
    looked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer whose they are."""
        return f"features of media {self.media_id}"


class PendingFeatures(models.Model):
    """A recorded media whose features wait for the index of features, or then for their links.

    Written in the transaction that records the media or finds its features; deleted in the one that writes
    its links.
    """

    media = models.OneToOneField(Media, on_delete=models.CASCADE, primary_key=True)
    is_indexed = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Answer which media waits."""
        return f"media {self.media_id} waits"


class FeatureMark(models.Model):
    """Where this node's index of features lies, and how far it was; as ``IndexMark`` for the other index.

    ``pictures`` is how many the codebook was trained for: an index that has outgrown it is slow.
    """

    node = models.CharField(max_length=36, primary_key=True)
    place = models.CharField(max_length=64)
    generation = models.BigIntegerField()
    entries = models.BigIntegerField()
    pictures = models.BigIntegerField()

    def __str__(self) -> str:
        """Answer how far."""
        return f"generation {self.generation}, {self.entries} entries"

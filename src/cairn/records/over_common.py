"""Points that different pictures share because all were shown by one app: what of them this node leaves out.

They are learnt from pictures that every police authority may see, or put here by the operator. In which
pictures they were found is kept with them, and asked anew at each use: who may know too few of these has
nothing left out, and so learns nothing.
"""

from __future__ import annotations

from django.db import models

from cairn.records.media import Media


class CommonPoints(models.Model):
    """Points that go together, as of one app's screen. What was taken off the list is not learnt again."""

    name = models.CharField(max_length=80, unique=True)
    reason = models.CharField(max_length=300)
    method = models.CharField(max_length=32)
    is_learnt = models.BooleanField()
    descriptors = models.BinaryField(max_length=256_000)
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Answer the name."""
        return self.name


class CommonPointsIn(models.Model):
    """A picture in which learnt points stand. Copies, and pictures of one series, are one ``group``."""

    common = models.ForeignKey(CommonPoints, on_delete=models.CASCADE)
    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="+")
    group = models.BigIntegerField()

    class Meta:
        """A picture counts once."""

        constraints = [models.UniqueConstraint(fields=["common", "media"], name="common_points_once")]

    def __str__(self) -> str:
        """Answer the pair of ids."""
        return f"over-common points {self.common_id} in media {self.media_id}"

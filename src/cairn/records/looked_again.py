"""Which recorded media were looked at again in vain."""

from __future__ import annotations

from django.db import models

from cairn.records.media import Media


class LookedAgain(models.Model):
    """That a media was looked at again and lacks something all the same, so that no later run begins with it.

    ``kind`` is what it lacks, ``method`` what was looked for: another method is another try.
    """

    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    method = models.CharField(max_length=32)

    class Meta:
        """A media lacks a kind of thing once."""

        constraints = [models.UniqueConstraint(fields=["media", "kind"], name="looked_again_once")]

    def __str__(self) -> str:
        """Answer what, and of whom."""
        return f"{self.kind} of media {self.media_id}"

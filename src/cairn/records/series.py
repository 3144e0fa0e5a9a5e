"""Series: media that show the same victim or victims, and who works on them."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.media import Media


class Series(models.Model):
    """A series, its status, its owner, and who may learn that it exists."""

    owner = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="owned_series")
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=16)
    status_since = models.DateField()
    handling = models.CharField(max_length=16)
    named = models.ManyToManyField(Authority, related_name="series_named_to", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """An owner uses a name once."""

        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="series_name")]

    def __str__(self) -> str:
        """Answer the name."""
        return self.name


class SeriesMedia(models.Model):
    """A media belongs to a series, by the word of a person of this authority, said in a case of theirs."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE)
    media = models.ForeignKey(Media, on_delete=models.PROTECT)
    added_by = models.ForeignKey(Authority, on_delete=models.PROTECT)
    added_in = models.ForeignKey(Case, on_delete=models.PROTECT, null=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A media is in a series once."""

        constraints = [models.UniqueConstraint(fields=["series", "media"], name="series_media_once")]

    def __str__(self) -> str:
        """Answer the pair of ids."""
        return f"media {self.media_id} in series {self.series_id}"

"""The veil: which media lie in a series that not every police authority may see.

Most series are seen by the whole alliance. This table holds the others, and every membership of a media that
lies in one of them. So "does this media lie in a series that the asker must not learn of?" is one look into a
small table for every sighting, however many series there are, and it needs no other table. It is derived:
triggers of the database keep it, and it is made anew with each upgrade of the tables.
"""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.media import Media
from cairn.records.series import Series


class Veil(models.Model):
    """A membership of a veiled media; without a media, a series that is not *alliance*, or was withdrawn.

    Nobody may see this table; the rules of the door read it. It repeats what they ask of the series:
    ``named`` holds the ids of the authorities named, each between commas.
    """

    media = models.ForeignKey(
        Media, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, null=True
    )
    series = models.ForeignKey(Series, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    owner = models.ForeignKey(
        Authority, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    lead = models.ForeignKey(
        Authority, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    is_withdrawn = models.BooleanField()
    handling = models.CharField(max_length=16)
    named = models.TextField(blank=True)

    class Meta:
        """A media is in a series once."""

        constraints = [models.UniqueConstraint(fields=["series", "media"], name="veil_once")]

    def __str__(self) -> str:
        """Answer the pair of ids."""
        return f"veil over media {self.media_id} in series {self.series_id}"

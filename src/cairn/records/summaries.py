"""Figures that were counted over all sightings and kept, as counting takes long; derived, and rebuilt."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority


class Summary(models.Model):
    """One counting of all figures. The newest finished one is read; it names how far it went."""

    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    extent = models.JSONField(default=list, help_text="how far every table was that it counted")

    def __str__(self) -> str:
        """Answer the id."""
        return f"summary {self.pk}"


class SummaryFigure(models.Model):
    """One cell of one figure, for one authority or for the whole alliance."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="figures")
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, null=True, help_text="null: all")
    figure = models.CharField(max_length=32)
    key = models.CharField(max_length=64)
    value = models.BigIntegerField()

    class Meta:
        """Read by summary, authority and figure."""

        indexes = [models.Index(fields=["summary", "authority", "figure"], name="summary_figure")]

    def __str__(self) -> str:
        """Answer figure and key."""
        return f"{self.figure} {self.key}"

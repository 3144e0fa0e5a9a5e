"""Merges and splits of series: what was moved by whom, so that it can be told and undone."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.media import Media
from cairn.records.series import Series
from cairn.records.users import User

REASON_LENGTH = 500


class RegroupingKind(models.TextChoices):
    """What was done."""

    MERGE = "merge", "merged into another series"
    SPLIT = "split", "split off into another series"


class Regrouping(models.Model):
    """One merge or split; undone, it stays in the history.

    A merge of series of two owners is offered by the one and done when the other agrees: until then
    ``done_at`` is not set.
    """

    kind = models.CharField(max_length=8, choices=RegroupingKind.choices)
    source = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="regrouped_from")
    target = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="regrouped_to")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=REASON_LENGTH)
    widens = models.BooleanField(default=False, help_text="the source's owner lets more see what was in it")
    offered_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        """Answer the id."""
        return f"regrouping {self.pk}"


class RegroupedMedia(models.Model):
    """A media that a regrouping moved, and where its membership came from."""

    regrouping = models.ForeignKey(Regrouping, on_delete=models.CASCADE, related_name="moved")
    media = models.ForeignKey(Media, on_delete=models.PROTECT)
    was_in_target = models.BooleanField(default=False, help_text="it lay in both: undoing leaves it there")
    added_by = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    added_in = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    spans_ms = models.JSONField(null=True, help_text="which stretches of it lay in the source")
    target_spans_ms = models.JSONField(null=True, help_text="which lay in the target, of what lay in both")

    def __str__(self) -> str:
        """Answer the id."""
        return f"moved media {self.pk}"

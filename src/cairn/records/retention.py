"""Deletions: those that wait for a second person, and the tombstones that stay of what was deleted."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.people import Offender, Victim
from cairn.records.series import Series
from cairn.records.users import User

REASON_LENGTH = 500


class DeletionProposal(models.Model):
    """That somebody wants one record deleted; it waits for a second person, and goes with the record."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, null=True, related_name="+")
    series = models.OneToOneField(Series, on_delete=models.CASCADE, null=True, related_name="+")
    victim = models.OneToOneField(Victim, on_delete=models.CASCADE, null=True, related_name="+")
    offender = models.OneToOneField(Offender, on_delete=models.CASCADE, null=True, related_name="+")
    owner = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=REASON_LENGTH)

    def __str__(self) -> str:
        """Answer the id."""
        return f"deletion proposal {self.pk}"


class Tombstone(models.Model):
    """A record that was deleted: its kind and number, by whom, when and why, and none of its content."""

    kind = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    owner = models.ForeignKey(Authority, on_delete=models.PROTECT)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    deleted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    deleted_at = models.DateTimeField(auto_now_add=True, help_text="when it was hidden")
    finished_at = models.DateTimeField(null=True, help_text="when nothing of it was left")
    reason = models.CharField(max_length=REASON_LENGTH)
    counts = models.JSONField(default=dict, help_text="how many records went with it")

    def __str__(self) -> str:
        """Answer the id."""
        return f"tombstone {self.pk}"

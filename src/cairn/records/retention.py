"""Tombstones: what stays of a deleted record, so that the deletion itself can be told and passed on."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.users import User


class Tombstone(models.Model):
    """A record that was deleted: its kind and number, by whom, when and why, and none of its content."""

    kind = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    owner = models.ForeignKey(Authority, on_delete=models.PROTECT)
    deleted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    deleted_at = models.DateTimeField(auto_now_add=True, help_text="when it was hidden")
    finished_at = models.DateTimeField(null=True, help_text="when nothing of it was left")
    reason = models.CharField(max_length=500)
    counts = models.JSONField(default=dict, help_text="how many records went with it")

    def __str__(self) -> str:
        """Answer the id."""
        return f"tombstone {self.pk}"

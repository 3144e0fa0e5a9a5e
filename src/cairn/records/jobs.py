"""Checks and their items: what was measured so far, so that a check that was stopped goes on."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.media import Media


class Check(models.Model):
    """One run of the main job. ``request_digest`` is equal for equal commands: that is how one resumes."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True)
    request_digest = models.BinaryField(max_length=32, db_index=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"check {self.pk}"


class CheckItem(models.Model):
    """One file of a check that was measured: its content, or why it could not be read."""

    check_run = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="items")
    address = models.TextField()
    address_digest = models.BinaryField(max_length=16)
    signature = models.CharField(max_length=200)
    file_changed_at = models.DateTimeField(null=True)
    media = models.ForeignKey(Media, on_delete=models.PROTECT, null=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_sentence = models.TextField(blank=True)

    class Meta:
        """A check meets an address once."""

        constraints = [
            models.UniqueConstraint(fields=["check_run", "address_digest"], name="check_item_once")
        ]

    def __str__(self) -> str:
        """Answer the id; addresses do not belong into logs."""
        return f"item {self.pk}"

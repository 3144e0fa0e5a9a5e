"""Checks and their items: every file of a check is a line that somebody holds a lease on, or that is done.

A lease says who is measuring a file, so that two processes that run the same check share the work. It is
kept by the place, the process and the moment at which the process started: in the same place a dead holder is
seen at once, and its files are taken over; elsewhere the lease runs out.
"""

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
    """One file of a check: leased while somebody measures it, then its content or why it was not read."""

    check_run = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="items")
    address = models.TextField()
    address_digest = models.BinaryField(max_length=16)
    signature = models.TextField()
    file_changed_at = models.DateTimeField(null=True)
    is_done = models.BooleanField(default=False)
    lease_holder = models.CharField(max_length=200, blank=True)
    lease_ends_at = models.DateTimeField(null=True)
    media = models.ForeignKey(Media, on_delete=models.PROTECT, null=True)
    features_method = models.CharField(max_length=32, blank=True, default="", help_text="looked for with it")
    footage_method = models.CharField(max_length=32, blank=True, default="", help_text="followed with it")
    error_code = models.CharField(max_length=64, blank=True)
    error_sentence = models.TextField(blank=True)

    class Meta:
        """A check meets an address once."""

        constraints = [
            models.UniqueConstraint(fields=["check_run", "address_digest"], name="check_item_once"),
        ]

    def __str__(self) -> str:
        """Answer the id; addresses do not belong into logs."""
        return f"item {self.pk}"

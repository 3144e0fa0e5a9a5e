"""Exports that somebody has asked the node for at the desk, and what is kept of them.

Each one is made by a process beside the desk. The file lies in the node folder for some days, and is handed
out to people of the authority that asked. What was made, for whom, and its manifest stay in the records.
"""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.check_orders import CheckOrder
from cairn.records.series import Series
from cairn.records.users import User


class ExportSubject(models.TextChoices):
    """What is exported."""

    ANSWER = "answer", "the answer of a check"
    SERIES = "series", "a series"
    CASE = "case", "a case"


class ExportState(models.TextChoices):
    """How far an export is."""

    WAITING = "waiting", "waits for the worker"
    RUNNING = "running", "is being made"
    DONE = "done", "made"
    FAILED = "failed", "could not be made"
    FORGOTTEN = "forgotten", "made, and its file is deleted"


class ExportOrder(models.Model):
    """One export: of what, in what, for whom; how far it is; and what its file is."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=10, choices=ExportSubject.choices)
    check_order = models.ForeignKey(CheckOrder, on_delete=models.CASCADE, null=True, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, null=True, related_name="+")
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, null=True, related_name="+", help_text="also the occasion"
    )
    name = models.CharField(max_length=300, help_text="of what is exported, when it was asked for")
    file_format = models.CharField(max_length=16)
    wish = models.JSONField(default=dict, help_text="for whom, why, and under which handling")
    state = models.CharField(max_length=10, choices=ExportState.choices, db_index=True)
    total = models.PositiveIntegerField(default=0, help_text="records that will be written, where known")
    done = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=64, blank=True)
    error_sentence = models.JSONField(null=True, help_text="words and values")
    manifest = models.JSONField(null=True, help_text="of a sealed export")
    told = models.JSONField(default=list, help_text="the series that an exported answer names")
    file_name = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    lease_holder = models.CharField(max_length=200, blank=True)
    lease_ends_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        """People ask for the newest of their own."""

        indexes = [models.Index(fields=["authority", "-id"], name="export_of_authority")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"export {self.pk}"

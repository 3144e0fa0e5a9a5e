"""Reports of hotlines and companies: what was handed in, whose queue it lies in, and what came of it."""

from __future__ import annotations

from django.db import models

from cairn.records.alerts import random_number
from cairn.records.authorities import Authority
from cairn.records.media import Media
from cairn.records.users import User

REFERENCE_LENGTH = 1_000
"""As many characters as the formats of reports allow for a name."""


class ReportOutcome(models.TextChoices):
    """What the responsible authority tells the reporter."""

    KNOWN = "known", "known already"
    NEW = "new", "new"
    NOT_ILLEGAL_HERE = "not-illegal-here", "not illegal here"
    WITHDRAWN = "withdrawn", "withdrawn by whoever handed it in"


ANSWERS = (ReportOutcome.KNOWN, ReportOutcome.NEW, ReportOutcome.NOT_ILLEGAL_HERE)
"""What the responsible authority can answer; the reporter alone withdraws."""


class Report(models.Model):
    """A report. ``authority`` handed it in and hears what came of it; it lies in the queue of ``queue``.

    ``file_digest`` and ``position`` say which report of which file it is: the same file handed in again is
    the same report. What the sender says beyond the columns lies in ``said``, in the sender's own words.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    queue = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField(default=random_number, unique=True, help_text="how people call it")
    file_digest = models.BinaryField(max_length=32)
    position = models.PositiveIntegerField()
    source_format = models.CharField(max_length=16)
    reference = models.CharField(
        max_length=REFERENCE_LENGTH, blank=True, help_text="the sender's name for it"
    )
    reporter = models.CharField(max_length=REFERENCE_LENGTH, blank=True, help_text="who sent it, as it says")
    reported_at = models.DateTimeField(null=True)
    happened_at = models.DateTimeField(null=True)
    classification = models.CharField(max_length=2, blank=True)
    markers = models.JSONField(default=list, help_text="of the report and all its items")
    said = models.JSONField(default=dict)
    route = models.CharField(max_length=32, help_text="the rule that led it to the queue")
    level = models.PositiveSmallIntegerField(help_text="higher is looked at earlier")
    reasons = models.JSONField(default=list, help_text="why it is of that level, in sentences")
    items_known = models.PositiveIntegerField(help_text="as the authority of the queue could know")
    is_recorded = models.BooleanField(default=False, help_text="whether its sightings are all there")
    taken_at = models.DateTimeField(auto_now_add=True)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=16, choices=ReportOutcome.choices, blank=True)
    outcome_words = models.CharField(max_length=500, blank=True, help_text="for the reporter")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """A report of a file is taken once; a queue is read by its order."""

        constraints = [
            models.UniqueConstraint(fields=["authority", "file_digest", "position"], name="report_once")
        ]
        indexes = [models.Index(fields=["queue", "closed_at", "-level"], name="report_queue")]

    def __str__(self) -> str:
        """Answer the number."""
        return f"report {self.number}"


class ReportItem(models.Model):
    """A file, or the hashes of one, that a report is about; ``said`` is what the sender says of it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    pdq = models.BinaryField(max_length=32, null=True)
    media = models.ForeignKey(Media, on_delete=models.SET_NULL, null=True, related_name="+")
    is_known = models.BooleanField(help_text="as the authority of the queue could know")
    said = models.JSONField(default=dict)

    class Meta:
        """A report has an item of a position once."""

        constraints = [models.UniqueConstraint(fields=["report", "position"], name="report_item_once")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"report item {self.pk}"

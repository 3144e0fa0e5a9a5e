"""Changes of status: proposed by a person, and where the rule asks for it confirmed by a second one."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.people import Offender, Victim
from cairn.records.series import Series
from cairn.records.users import User

REASON_LENGTH = 500


class StatusChange(models.Model):
    """One change of the status of a series, a victim or an offender, of exactly one of them.

    It holds once ``confirmed_at`` is set; a change that takes no second person is confirmed as it is made.
    ``refused_at`` ends a proposal that the second person did not confirm. The rows are the history.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, null=True, related_name="status_changes")
    victim = models.ForeignKey(Victim, on_delete=models.CASCADE, null=True, related_name="status_changes")
    offender = models.ForeignKey(Offender, on_delete=models.CASCADE, null=True, related_name="status_changes")
    from_status = models.CharField(max_length=16)
    to_status = models.CharField(max_length=16)
    holds_since = models.DateField(help_text="the day of the event itself, such as of the identification")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refusal_reason = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        """Exactly one subject."""

        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(series__isnull=False, victim__isnull=True, offender__isnull=True)
                    | models.Q(series__isnull=True, victim__isnull=False, offender__isnull=True)
                    | models.Q(series__isnull=True, victim__isnull=True, offender__isnull=False)
                ),
                name="status_change_subject",
            )
        ]

    def __str__(self) -> str:
        """Answer the id."""
        return f"status change {self.pk}"

    @property
    def is_pending(self) -> bool:
        """True while it waits for the word of a second person."""
        return self.confirmed_at is None and self.refused_at is None

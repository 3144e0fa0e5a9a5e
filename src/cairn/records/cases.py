"""Cases and their exhibits: where a sighting was made."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.users import User

REFERENCE_LENGTH = PURPOSE_LENGTH = LABEL_LENGTH = 200


class Case(models.Model):
    """An authority's own case, by its own reference."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    reference = models.CharField(max_length=REFERENCE_LENGTH)
    purpose = models.CharField(max_length=PURPOSE_LENGTH, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    review_on = models.DateField(null=True, help_text="when somebody must decide whether it is still kept")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One authority uses a reference once."""

        constraints = [models.UniqueConstraint(fields=["authority", "reference"], name="case_reference")]

    def __str__(self) -> str:
        """Answer the reference."""
        return self.reference


class Exhibit(models.Model):
    """A seized thing within a case: a phone, a disk, a folder."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    label = models.CharField(max_length=LABEL_LENGTH)
    seized_on = models.DateField(null=True)

    class Meta:
        """A case uses a label once."""

        constraints = [models.UniqueConstraint(fields=["case", "label"], name="exhibit_label")]

    def __str__(self) -> str:
        """Answer the label."""
        return self.label

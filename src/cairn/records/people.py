"""Victims and offenders: no names, ever; a national reference, and what the work needs to be counted."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.series import Series


class Sex(models.TextChoices):
    """As the authority that identified the person records it."""

    FEMALE = "female", "female"
    MALE = "male", "male"
    OTHER = "other", "other"
    UNKNOWN = "unknown", "unknown"


class AgeBand(models.TextChoices):
    """A person's age at the time of the material, in years."""

    UNDER_3 = "0-2", "0-2"
    FROM_3 = "3-6", "3-6"
    FROM_7 = "7-10", "7-10"
    FROM_11 = "11-13", "11-13"
    FROM_14 = "14-15", "14-15"
    FROM_16 = "16-17", "16-17"
    ADULT = "18+", "18 or more"
    UNKNOWN = "unknown", "unknown"


class Support(models.TextChoices):
    """Whether support was given to a victim."""

    UNKNOWN = "unknown", "not known"
    GIVEN = "given", "given"
    NOT_GIVEN = "not-given", "not given"


class Person(models.Model):
    """What victims and offenders have in common. The owner's national reference is all that names them."""

    owner = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    national_reference = models.CharField(max_length=100)
    series = models.ManyToManyField(Series, blank=True)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2, upper case")
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    age_band = models.CharField(max_length=8, choices=AgeBand.choices, default=AgeBand.UNKNOWN)
    identified_on = models.DateField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Each kind has a table of its own."""

        abstract = True

    def __str__(self) -> str:
        """Answer the id; references do not belong into logs."""
        return f"{type(self).__name__.lower()} {self.pk}"


class Victim(Person):
    """A victim: identified, safeguarded, supported."""

    safeguarded_on = models.DateField(null=True)
    support = models.CharField(max_length=12, choices=Support.choices, default=Support.UNKNOWN)
    support_on = models.DateField(null=True)

    class Meta:
        """An owner uses a reference once."""

        constraints = [
            models.UniqueConstraint(fields=["owner", "national_reference"], name="victim_reference")
        ]


class Offender(Person):
    """An offender: identified, arrested."""

    arrested_on = models.DateField(null=True)

    class Meta:
        """An owner uses a reference once."""

        constraints = [
            models.UniqueConstraint(fields=["owner", "national_reference"], name="offender_reference")
        ]

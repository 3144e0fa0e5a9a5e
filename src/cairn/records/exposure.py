"""How much somebody has looked at on a day: for that person alone, who is to take care of themselves."""

from __future__ import annotations

from django.db import models

from cairn.records.users import User


class ExposureDay(models.Model):
    """One person's day: how many pictures were revealed, and for how long."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    day = models.DateField(help_text="in UTC")
    looks = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        """A person has a day once."""

        constraints = [models.UniqueConstraint(fields=["user", "day"], name="exposure_day")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"exposure {self.pk}"

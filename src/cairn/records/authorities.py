"""Authorities: who knows something, and whom to ask."""

from __future__ import annotations

from django.db import models

NAME_LENGTH = HOURS_LENGTH = CHANNEL_LENGTH = 200
CONTACT_LENGTH = 500


class AuthorityKind(models.TextChoices):
    """What an authority is; police units and the hub work series, the others report."""

    UNIT = "unit", "specialised police unit"
    HUB = "hub", "international hub"
    HOTLINE = "hotline", "hotline"
    COMPANY = "company", "company"
    OVERSIGHT = "oversight", "oversight body"


class AllianceCountry(models.Model):
    """A country of the alliance, whether it has a unit or not: the directory shows where one is missing."""

    code = models.CharField(max_length=2, unique=True, help_text="ISO 3166-1 alpha-2, upper case")
    joined_on = models.DateField(null=True)

    def __str__(self) -> str:
        """Answer the code."""
        return self.code


class Authority(models.Model):
    """A country's unit, a hotline, a company, or the hub. It owns what it submits."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    kind = models.CharField(max_length=16, choices=AuthorityKind.choices)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2, upper case")
    languages = models.JSONField(default=list, help_text="BCP 47, the preferred one first")
    contact = models.CharField(max_length=CONTACT_LENGTH)
    contact_hours = models.CharField(max_length=HOURS_LENGTH, blank=True)
    contact_channel = models.CharField(max_length=CHANNEL_LENGTH, blank=True)
    connected_since = models.DateField(null=True, help_text="since when it takes part through a node")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer the code, which is what people type."""
        return self.code

    @property
    def is_police(self) -> bool:
        """True for those who may see series of the whole alliance."""
        return self.kind in {AuthorityKind.UNIT, AuthorityKind.HUB}

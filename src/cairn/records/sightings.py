"""Sightings: this content, held by this authority, in this exhibit, at this address."""

from __future__ import annotations

import hashlib

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Exhibit
from cairn.records.media import Media


class SightingSource(models.TextChoices):
    """How content came to the authority that has it."""

    SEIZURE = "seizure", "seizure"
    HOTLINE_REPORT = "hotline-report", "report of a hotline"
    COMPANY_REPORT = "company-report", "report of a company"
    EXCHANGE = "exchange", "exchange with another authority"


class Sighting(models.Model):
    """Counted over time and countries, sightings show that an image keeps being shared."""

    media = models.ForeignKey(
        Media, on_delete=models.PROTECT, db_index=False
    )  # The index below begins with it.
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT)
    address = models.TextField()
    address_digest = models.BinaryField(max_length=16)
    file_changed_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=16, choices=SightingSource.choices, default=SightingSource.SEIZURE)
    found_at = models.DateTimeField(null=True, help_text="when it was met, where that is known")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The same content at the same address of the same exhibit is one sighting."""

        constraints = [
            models.UniqueConstraint(fields=["exhibit", "media", "address_digest"], name="sighting_once")
        ]
        indexes = [
            # Holds all that is asked of a media's sightings, so that the rows need not be fetched for it.
            models.Index(fields=["media", "authority", "exhibit", "withdrawn_at"], name="sighting_of_media"),
            models.Index(
                fields=["withdrawn_at"],
                condition=models.Q(withdrawn_at__isnull=False),
                name="sighting_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        """Answer the id; addresses do not belong into logs."""
        return f"sighting {self.pk}"


def digest_of_address(address: str) -> bytes:
    """Answer 16 bytes that stand for an address in a unique index, which a long path would overflow."""
    return hashlib.blake2b(address.encode(), digest_size=16).digest()

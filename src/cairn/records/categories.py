"""Categories: a code of a scheme, by whom and when. A code is stored with its scheme, never alone."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.media import Media

CODE_LENGTH = 64
VERSION_LENGTH = 32


class Treatment(models.TextChoices):
    """What a check makes of a code; the code's meaning stays with the scheme."""

    MATERIAL = "material", "counts as recorded material"
    IRRELEVANT = "irrelevant", "of no interest: a known-good file"


class Scheme(models.Model):
    """A set of codes, read from a scheme file."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    version = models.CharField(max_length=VERSION_LENGTH)
    mappings = models.JSONField(default=dict, help_text="scheme: own code: its code, and what is lost")

    def __str__(self) -> str:
        """Answer the scheme's code."""
        return self.code


class Category(models.Model):
    """One code of a scheme."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT)
    code = models.CharField(max_length=CODE_LENGTH)
    treatment = models.CharField(max_length=16, choices=Treatment.choices)

    class Meta:
        """A scheme has a code once."""

        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="category_code")]

    def __str__(self) -> str:
        """Answer scheme and code, as people type them."""
        return f"{self.scheme.code}:{self.code}"


class Categorisation(models.Model):
    """An authority's word on a media, said in a case; authorities may disagree, and every word is kept."""

    media = models.ForeignKey(Media, on_delete=models.PROTECT)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    made_in = models.ForeignKey(Case, on_delete=models.PROTECT, null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """One authority says the same once."""

        constraints = [
            models.UniqueConstraint(fields=["media", "category", "authority"], name="categorisation_once")
        ]

    def __str__(self) -> str:
        """Answer the ids."""
        return f"category {self.category_id} of media {self.media_id}"

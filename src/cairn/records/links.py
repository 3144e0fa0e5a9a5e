"""Links between two media: what a method suggested, and what people said of it."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.media import Media
from cairn.records.users import User

REASON_LENGTH = 500


class Link(models.Model):
    """A machine's suggestion. A newer version of a method adds a row, and takes no word of a person away."""

    first = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="+", help_text="the lower id")
    second = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    method = models.CharField(max_length=64, help_text="name and version of the policy")
    score = models.FloatField(help_text="its meaning is the method's")
    evidence = models.JSONField(default=dict)
    suggested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A method suggests a link of a kind once; the lower id stands first."""

        constraints = [
            models.UniqueConstraint(fields=["first", "second", "kind", "method"], name="link_once"),
            models.CheckConstraint(
                condition=models.Q(first_id__lt=models.F("second_id")), name="link_in_order"
            ),
        ]
        indexes = [models.Index(fields=["-score", "id"], name="link_strongest")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"link {self.pk}"


class PendingSuggestion(models.Model):
    """A recorded media that no method has been asked about yet.

    Written in the transaction that records it and deleted in the one that writes its links, so that a crash
    between the two is mended by whoever asks next.
    """

    media = models.OneToOneField(Media, on_delete=models.CASCADE, primary_key=True)

    def __str__(self) -> str:
        """Answer which media waits."""
        return f"media {self.pk} waits for its links"


class Judgement(models.Model):
    """A person's word on two media: it stands on the pair, so that no re-run of a method can touch it.

    A later word of the same authority on the same pair and kind stands over the earlier one; every word is
    kept. Countries may disagree, and both words stay.
    """

    first = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+", help_text="the lower id")
    second = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=REASON_LENGTH)
    link = models.ForeignKey(Link, on_delete=models.SET_NULL, null=True, related_name="judgements")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True)
    judged_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The lower id stands first."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_id__lt=models.F("second_id")), name="judgement_in_order"
            )
        ]
        indexes = [models.Index(fields=["first", "second", "kind"], name="judgement_pair")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"judgement {self.pk}"

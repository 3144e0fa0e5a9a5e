"""Joint investigations: what several authorities work on together, and what they ask each other."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.series import Series
from cairn.records.users import User

NAME_LENGTH = 200
TITLE_LENGTH = REASON_LENGTH = 500
TEXT_LENGTH = 4_000
"""Characters of a message, a question or an answer; what is longer is a document."""


class JointInvestigation(models.Model):
    """A workspace that its members share, and nobody else sees."""

    name = models.CharField(max_length=NAME_LENGTH)
    lead = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="led_investigations")
    members = models.ManyToManyField(Authority, through="JointMember", related_name="investigations")
    series = models.ManyToManyField(Series, blank=True, related_name="investigations")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """A lead uses a name once."""

        constraints = [models.UniqueConstraint(fields=["lead", "name"], name="investigation_name")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"investigation {self.pk}"


class JointMember(models.Model):
    """An authority that was invited; it is a member once it has accepted, until it leaves."""

    investigation = models.ForeignKey(JointInvestigation, on_delete=models.CASCADE)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    invited_at = models.DateTimeField(auto_now_add=True)
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        """One row an authority."""

        constraints = [
            models.UniqueConstraint(fields=["investigation", "authority"], name="joint_member_once")
        ]

    def __str__(self) -> str:
        """Answer the id."""
        return f"member {self.pk}"


class Task(models.Model):
    """Something to be done in an investigation, by a member, by a date."""

    investigation = models.ForeignKey(JointInvestigation, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=TITLE_LENGTH)
    assigned_to = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    opened_by = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        """Answer the id."""
        return f"task {self.pk}"


class Message(models.Model):
    """What a member says to the others; a decision is a message that is marked as one."""

    investigation = models.ForeignKey(JointInvestigation, on_delete=models.CASCADE, related_name="messages")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    text = models.TextField()
    is_decision = models.BooleanField(default=False)
    sent_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"message {self.pk}"


class Question(models.Model):
    """One authority asks another something about a series, with an answer expected by a date."""

    asked_by = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="questions_asked")
    asked_to = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="questions_received")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, null=True)
    investigation = models.ForeignKey(JointInvestigation, on_delete=models.CASCADE, null=True)
    text = models.TextField()
    asked_at = models.DateTimeField(auto_now_add=True)
    expected_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"question {self.pk}"


class HandOver(models.Model):
    """The lead of a series, offered to another authority; it moves when that one accepts."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="hand_overs")
    offered_by = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    offered_to = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    offered_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"hand-over {self.pk}"

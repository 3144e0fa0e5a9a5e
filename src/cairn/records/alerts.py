"""Alerts: what an authority is told, once, at the moment it becomes true."""

from __future__ import annotations

import secrets

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.series import Series
from cairn.records.users import User

NUMBER_LOWEST = 100_000_000
NUMBER_HIGHEST = 999_999_999


def random_number() -> int:
    """Answer nine digits by which people call an alert.

    Drawn, not counted: numbers that are counted over all authorities would tell everybody how many alerts
    others got in between, and so that a blind series was met.
    """
    return NUMBER_LOWEST + secrets.randbelow(NUMBER_HIGHEST - NUMBER_LOWEST + 1)


class AlertKind(models.TextChoices):
    """What happened."""

    MET = "met", "somebody met one of your series"
    BLIND_MET = "blind-met", "somebody asked for what lies in a blind series of yours"
    SAME_WORK = "same-work", "another authority works on the same series"
    OUTCOME = "outcome", "a victim was identified with your help"
    STATUS = "status", "a series that you follow has changed"
    SEARCH = "search", "something new fits a search that you saved"
    COUNTRY = "country", "something new was met in a country that you follow"
    QUESTION = "question", "somebody asks you something"
    ANSWER = "answer", "your question was answered"
    HAND_OVER = "hand-over", "the lead of a series is offered to you"
    INVITATION = "invitation", "you are invited to a joint investigation"
    JOINT = "joint", "something is new in a joint investigation"
    OVERDUE = "overdue", "an answer that was expected has not come"
    CONFIRMATION = "confirmation", "a second person's confirmation is asked for"
    REVIEW = "review", "a record is due for review"
    PERSON = "person", "somebody put a victim or an offender into a series of yours, or took one out"
    LINK = "link", "somebody calls a media the same as one in a series of yours"
    WITHDRAWAL = "withdrawal", "a record that you received was withdrawn"


class Subscription(models.Model):
    """What an authority wants to be told of."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, null=True)
    country = models.CharField(max_length=2, blank=True)
    search = models.JSONField(null=True, help_text="a saved search, as its filters")
    by_email = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"subscription {self.pk}"


class Alert(models.Model):
    """One thing that an authority is told. ``once_key`` keeps the same thing from being told twice."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="alerts")
    number = models.BigIntegerField(default=random_number, help_text="how its readers call it")
    kind = models.CharField(max_length=16, choices=AlertKind.choices)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, null=True)
    about = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict, help_text="record ids, counts and dates; no content")
    once_key = models.CharField(max_length=200)
    raised_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """The same thing is told once, and found by its key; an authority's number means one alert."""

        constraints = [
            models.UniqueConstraint(fields=["once_key", "authority"], name="alert_once"),
            models.UniqueConstraint(fields=["authority", "number"], name="alert_number"),
        ]

    def __str__(self) -> str:
        """Answer the number."""
        return f"alert {self.number}"


class OutgoingMail(models.Model):
    """An e-mail that says that there is something to read in the node, and nothing of what it is.

    Without an alert, it says that the ways in which the person signs in were changed.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, null=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        """A person is written to once of an alert."""

        constraints = [models.UniqueConstraint(fields=["alert", "user"], name="mail_once")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"mail {self.pk}"

"""Checks that somebody has asked the node for, and the answers that are kept of them.

An order is worked on by a process beside the desk, so that whoever asked may leave. What it came to is kept
file by file, as it was told at the moment of comparing: a page of it is read, not made anew.
"""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.jobs import Check
from cairn.records.users import User


class OrderKind(models.TextChoices):
    """Where what is to be checked lies."""

    UPLOAD = "upload", "sent to the node"
    SERVER = "server", "on the server"


class OrderState(models.TextChoices):
    """How far an order is; two of them last only until the worker has seen them."""

    GATHERING = "gathering", "its files are being sent"
    WAITING = "waiting", "waits for the worker"
    RUNNING = "running", "is being worked on"
    PAUSING = "pausing", "is to be paused"
    PAUSED = "paused", "paused"
    STOPPING = "stopping", "is to be given up"
    GIVEN_UP = "given-up", "given up"
    FAILED = "failed", "could not be done"
    ANSWERED = "answered", "answered"


class CheckOrder(models.Model):
    """One check that somebody asked for, with what was asked, how far it is, and the head of its answer."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True)
    check_run = models.ForeignKey(Check, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=10, choices=OrderKind.choices)
    state = models.CharField(max_length=10, choices=OrderState.choices, db_index=True)
    label = models.CharField(max_length=200, help_text="what is checked, as the person called it")
    path = models.TextField(blank=True, help_text="on the server; empty for what was sent")
    register = models.BooleanField(default=False)
    received_files = models.PositiveIntegerField(default=0)
    received_bytes = models.PositiveBigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="files found so far")
    done = models.PositiveIntegerField(default=0)
    resumed = models.PositiveIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    closer_total = models.PositiveIntegerField(default=0, help_text="steps of the detailed comparison")
    closer_done = models.PositiveIntegerField(default=0)
    files_per_s = models.FloatField(null=True, help_text="of the last moments; empty while it is not known")
    told = models.TextField(blank=True, help_text="what a person should know while it runs")
    error_code = models.CharField(max_length=64, blank=True)
    error_sentence = models.TextField(blank=True)
    lease_holder = models.CharField(max_length=200, blank=True)
    lease_ends_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    answered_at = models.DateTimeField(null=True)
    head = models.JSONField(null=True, help_text="the answer without its files")
    counts = models.JSONField(default=dict, help_text="the sums of the answer")
    series = models.JSONField(default=dict, help_text="the records' number of each series of the answer")
    lists = models.JSONField(default=dict, help_text="the same of each hash list")
    sums = models.JSONField(default=list, help_text="how many files are alike, for the filters")

    class Meta:
        """The worker asks for what waits, oldest first; people for the newest of their own."""

        indexes = [models.Index(fields=["authority", "-id"], name="order_of_authority")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"order {self.pk}"


class AnsweredFile(models.Model):
    """One file of a kept answer: what filters ask for in columns, all else as the answer's format has it."""

    order = models.ForeignKey(CheckOrder, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField(help_text="from 1, in the order of the input list")
    verdict = models.CharField(max_length=20)
    media_type = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=20, blank=True, help_text="why it is not comparable")
    series = models.CharField(max_length=1000, blank=True, help_text="the answer's numbers, as ',1,4,'")
    is_copy = models.BooleanField(default=False)
    look = models.PositiveIntegerField(null=True, help_text="its place among what to look at first")
    why = models.TextField(blank=True, help_text="why it is to be looked at")
    content = models.JSONField()

    class Meta:
        """A file has one place; filters are answered from an index that holds all they ask for."""

        constraints = [models.UniqueConstraint(fields=["order", "position"], name="answered_file_once")]
        indexes = [
            models.Index(
                fields=["order", "verdict", "position", "media_type", "reason", "series", "is_copy"],
                name="answered_file_filters",
            ),
            models.Index(fields=["order", "look"], name="answered_file_looks"),
        ]

    def __str__(self) -> str:
        """Answer the id; addresses do not belong into logs."""
        return f"answered file {self.pk}"

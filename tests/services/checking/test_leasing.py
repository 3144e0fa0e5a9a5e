"""Every file of a check has one holder at a time, and a holder that is dead holds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.errors import InputError
from cairn.intake import Item, Unreadable
from cairn.records.jobs import Check, CheckItem
from cairn.records.media import Media
from cairn.services.checking.holders import Holder, here, holder_of_this_process
from cairn.services.checking.leasing import claim

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

ELSEWHERE = "another-host 17 4711 - -"


@pytest.fixture
def run(node: Node) -> Check:
    return Check.objects.create(authority=node.authority, request_digest=b"request")


def item(name: str, *, signature: str = "1:2:3") -> Item:
    return Item(name, 1, None, signature, open=lambda: -1)


def finish(check: Check, name: str, *, media: bool = True) -> None:
    """Mark a claimed line as measured, or as one that could not be read."""
    content, _ = Media.objects.get_or_create(
        sha256=b"2" * 32, defaults={"sha1": b"1" * 20, "md5": b"5" * 16, "size_bytes": 1, "method": "m"}
    )
    check.items.filter(address=name).update(is_done=True, lease_holder="", media=content if media else None)


def test_a_free_file_is_ours_and_its_line_says_so(run: Check) -> None:
    claims = claim(run, [item("a"), item("b")], holder="me 1 1")
    assert [entry.address for entry in claims.ours] == ["a", "b"]
    assert (claims.done, claims.theirs) == ([], [])
    assert set(run.items.values_list("lease_holder", "is_done")) == {("me 1 1", False)}


def test_what_another_host_holds_is_theirs_until_the_lease_ends(run: Check) -> None:
    claim(run, [item("a")], holder=ELSEWHERE)
    assert [entry.address for entry in claim(run, [item("a")], holder="me 1 1").theirs] == ["a"]
    CheckItem.objects.update(lease_ends_at=timezone.now() - timedelta(seconds=1))
    assert [entry.address for entry in claim(run, [item("a")], holder="me 1 1").ours] == ["a"]


def test_what_a_live_process_of_this_host_holds_is_theirs(run: Check) -> None:
    claim(run, [item("a")], holder=holder_of_this_process())
    assert claim(run, [item("a")], holder="me 1 1").ours == []


def test_what_a_dead_process_of_this_host_held_is_free_at_once(run: Check) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    claim(run, [item("a")], holder=str(Holder(here(), process.pid, "4711")))
    assert [entry.address for entry in claim(run, [item("a")], holder="me 1 1").ours] == ["a"]


def test_a_process_that_got_a_dead_one_s_number_does_not_inherit_its_files(run: Check) -> None:
    claim(run, [item("a")], holder=str(Holder(here(), os.getpid(), "4711")))
    assert [entry.address for entry in claim(run, [item("a")], holder="me 1 1").ours] == ["a"]


def test_a_container_of_the_same_name_keeps_its_files(run: Check) -> None:
    """Its process has a number that here nobody has, or somebody else."""
    other = replace(here(), table="pid:[1]")
    claim(run, [item("a")], holder=str(Holder(other, os.getpid(), "4711")))
    assert [entry.address for entry in claim(run, [item("a")], holder="me 1 1").theirs] == ["a"]


def test_a_measured_file_is_done_while_it_stays_as_it_was(run: Check) -> None:
    claim(run, [item("a")], holder="me 1 1")
    finish(run, "a")
    assert [entry.address for entry in claim(run, [item("a")], holder="me 1 1").done] == ["a"]
    changed = replace(item("a"), signature="9:9:9")
    assert [entry.address for entry in claim(run, [changed], holder="me 1 1").ours] == ["a"]


def test_a_file_that_could_not_be_read_is_tried_again(run: Check) -> None:
    claim(run, [item("a")], holder="me 1 1")
    finish(run, "a", media=False)
    assert [entry.address for entry in claim(run, [item("a")], holder="me 1 1").ours] == ["a"]


def test_an_entry_that_cannot_be_read_is_never_done(run: Check) -> None:
    unreadable = Unreadable("a", InputError("It is a link."))
    for _ in range(2):
        assert claim(run, [unreadable], holder="me 1 1").ours == [unreadable]
        finish(run, "a")

"""The rules of the job table, whatever two processes, their deaths, the clock and the files do.

Hypothesis plays two holders against a model of what must be true, and ends each play by finishing the check.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cairn.intake import Item
from cairn.records.jobs import Check, CheckItem
from cairn.records.media import Media
from cairn.records.sightings import digest_of_address
from cairn.services.checking import leasing
from cairn.services.checking.leasing import LEASE, claim, settle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.services.node.opening import Node

NAMES = st.sets(st.sampled_from("abcd"), min_size=1)
WHO = st.integers(0, 1)


class Play(RuleBasedStateMachine):
    """Two holders at one check; ``hands`` is what each measures, ``recorded`` what the table must know."""

    def __init__(self, node: Node, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.run = Check.objects.create(authority=node.authority, request_digest=b"request")
        self.media, _ = Media.objects.get_or_create(
            sha256=b"2" * 32, defaults={"sha1": b"1" * 20, "md5": b"5" * 16, "size_bytes": 1, "method": "m"}
        )
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.holders = ["first 0", "second 0"]
        self.dead: set[str] = set()
        self.signatures = dict.fromkeys("abcd", 0)
        self.hands: dict[str, dict[str, int]] = {name: {} for name in self.holders}
        self.lines: dict[str, tuple[str, datetime]] = {}
        self.recorded: dict[str, tuple[int, bool]] = {}
        patch.setattr(leasing, "timezone", SimpleNamespace(now=lambda: self.now))
        patch.setattr(leasing, "is_dead", lambda text, **_: text in self.dead)

    def _item(self, name: str) -> Item:
        return Item(name, 1, None, f"signature {self.signatures[name]}", open=lambda: -1)

    def _is_held_by_another(self, name: str, holder: str) -> bool:
        owner, ends_at = self.lines.get(name, ("", self.now))
        return owner not in {"", holder} and owner not in self.dead and ends_at >= self.now

    @rule(who=WHO, names=NAMES)
    def claims(self, who: int, names: set[str]) -> None:
        holder = self.holders[who]
        found = claim(self.run, [self._item(name) for name in sorted(names)], holder=holder)
        ours, done, theirs = (
            [entry.address for entry in entries] for entries in (found.ours, found.done, found.theirs)
        )
        assert sorted([*ours, *done, *theirs]) == sorted(names), "each file is told once"
        for name in names:
            is_done = self.recorded.get(name) == (self.signatures[name], True)
            assert (name in done) == is_done, "done is what is recorded of the file as it is now"
            assert (name in theirs) == (not is_done and self._is_held_by_another(name, holder))
        for name in ours:
            self.recorded.pop(name, None)
            self.lines[name] = (holder, self.now + LEASE)
            self.hands[holder][name] = self.signatures[name]

    @rule(who=WHO, names=NAMES, is_readable=st.booleans())
    def finishes(self, who: int, names: set[str], is_readable: bool) -> None:
        holder = self.holders[who]
        self._settle(holder, sorted(names & self.hands[holder].keys()), is_readable=is_readable)

    def _settle(self, holder: str, names: Iterable[str], *, is_readable: bool) -> None:
        hand = self.hands[holder]
        rows = [
            CheckItem(
                check_run=self.run,
                address=name,
                address_digest=digest_of_address(name),
                signature=f"signature {hand[name]}",
                is_done=True,
                media=self.media if is_readable else None,
            )
            for name in names
        ]
        with transaction.atomic():
            taken = settle(self.run, rows, holder=holder)
        for name in names:
            is_ours = self.lines.get(name, ("",))[0] == holder
            assert (digest_of_address(name) in taken) != is_ours, "only who holds a line writes into it"
            if is_ours:
                self.recorded[name] = (hand[name], is_readable)
                del self.lines[name]
            del hand[name]

    @rule(who=WHO)
    def dies(self, who: int) -> None:
        name, number = self.holders[who].split(" ")
        self.dead.add(self.holders[who])
        self.holders[who] = f"{name} {int(number) + 1}"
        self.hands[self.holders[who]] = {}

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(name=st.sampled_from("abcd"))
    def file_changes(self, name: str) -> None:
        self.signatures[name] += 1

    @invariant()
    def the_table_knows_what_was_recorded(self) -> None:
        lines = self.run.items.filter(is_done=True).values_list("address", "signature", "media")
        assert {address: (signature, media) for address, signature, media in lines} == {
            name: (f"signature {number}", self.media.pk if is_readable else None)
            for name, (number, is_readable) in self.recorded.items()
        }

    @invariant()
    def every_line_has_one_holder(self) -> None:
        lines = self.run.items.filter(is_done=False).values_list("address", "lease_holder")
        assert dict(lines) == {name: owner for name, (owner, _) in self.lines.items()}

    def teardown(self) -> None:
        """Whatever came before: once the leases have run out, one process finishes the check."""
        self.now += LEASE + timedelta(seconds=1)
        everything = [self._item(name) for name in "abcd"]
        found = claim(self.run, everything, holder="last")
        assert found.theirs == []
        self.hands["last"] = {}
        for entry in found.ours:
            self.hands["last"][entry.address] = self.signatures[entry.address]
            self.lines[entry.address] = ("last", self.now + LEASE)
        self._settle("last", [entry.address for entry in found.ours], is_readable=True)
        assert len(claim(self.run, everything, holder="late").done) == len(everything)
        self.run.delete()


@pytest.mark.timeout(300)
def test_nothing_is_lost_and_nothing_has_two_holders(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    run_state_machine_as_test(
        lambda: Play(node, monkeypatch),  # type: ignore[arg-type]  # what makes one, as its documentation says
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

"""Every use case runs under the second lock, without its author thinking of it."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import cairn.services
from cairn.records.lock import under_lock


def test_every_use_case_that_is_told_who_acts_runs_with_the_eyes_of_that_actor() -> None:
    found, without = 0, []
    for module in pkgutil.walk_packages(cairn.services.__path__, "cairn.services."):
        for name, each in inspect.getmembers(import_module(module.name), inspect.isfunction):
            if each.__module__ != module.name or name.startswith("_"):
                continue
            if "actor" in inspect.signature(each).parameters:
                found += 1
                if getattr(each, "__code__", None) is not under_lock(lambda actor: actor).__code__:
                    without.append(f"{module.name}.{name}: put @under_lock above it")
    assert found > 15
    assert without == []

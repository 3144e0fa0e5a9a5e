"""What a check is asked to do, with its names looked up before any work is done."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.evidence import printable
from cairn.intake import STANDARD_RULES, ContainerRules
from cairn.records.access import Act, require
from cairn.records.cases import LABEL_LENGTH, REFERENCE_LENGTH, Exhibit
from cairn.records.jobs import Check
from cairn.records.sightings import SightingSource
from cairn.services.answering.coverage import BY_DIGESTS
from cairn.services.cases import case_of_check
from cairn.services.categories import find_category
from cairn.services.checking.content import method_name
from cairn.services.checking.register import Registration
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.footage.video_pass import VideosFor
from cairn.services.series.names import workable_series
from cairn.services.typed_text import require_text
from cairn.services.visible import visible
from cairn.types import PdqMode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cairn.records.cases import Case
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What is to be checked, for whom, and whether it is to be recorded.

    Attributes:
        paths: Files and folders.
        actor: Who asks; ``None`` for the operator of the node.
        case: The asker's own reference; needed to register.
        exhibit: The label of the seized thing; ``None`` for the name of the first path.
        register: Record the sightings.
        series: Put what is registered into this series, which the asker's authority owns or leads.
        category: Say this of what is registered, as ``scheme:code``.
        source: How what is registered came to the authority.
        found_at: When it was met, where that is known.
        mode: How pictures are decoded.
        workers: Decoder processes; ``None`` for one a core.
        containers: How far to look into archives, mail and documents; ``None`` for not at all.
        by_digests: The paths are case files of another program, and only the digests in them are compared.
        features: Which files are compared in detail; a program that does not ask for it gets none of that.
        model: The description of a learnt model; ``None`` for the one that the node's file names, if any. It
            is used for what is compared in detail.
        videos: How videos are looked at; a program that does not ask for it gets none of that.
        root: Addresses are told from below this folder on: where the node keeps what was sent to it is of no
            concern to a court. ``None`` for whole addresses.
        told_as: What is checked, in the person's own words; empty for the paths.
    """

    paths: tuple[Path, ...]
    actor: Actor | None = None
    case: str | None = None
    exhibit: str | None = None
    register: bool = False
    series: str | None = None
    category: str | None = None
    source: SightingSource = SightingSource.SEIZURE
    found_at: datetime | None = None
    mode: PdqMode = PdqMode.FAST
    workers: int | None = None
    containers: ContainerRules | None = STANDARD_RULES
    by_digests: bool = False
    features: FeaturesFor = FeaturesFor.NEVER
    videos: VideosFor = VideosFor.NEVER
    model: Path | None = None
    root: Path | None = None
    told_as: tuple[str, ...] = ()

    @property
    def printable_paths(self) -> tuple[str, ...]:
        """The paths, absolute and sorted, as text."""
        return tuple(sorted(printable(path.absolute()) for path in self.paths))

    def digest(self, asker: Actor) -> bytes:
        """Answer 32 bytes that are equal for commands that continue each other.

        What is looked into and what is registered may differ: both are read from the command that goes on.
        """
        method = BY_DIGESTS if self.by_digests else method_name(self.mode)
        parts = [asker.authority.code, self.case, self.exhibit, method, *self.printable_paths]
        return hashlib.sha256(json.dumps(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class Plan:
    """A request with its names looked up.

    Attributes:
        asker: Who asks.
        paths: What is to be checked, printable.
        case: The case, where one was named.
        exhibit: The label of the exhibit, where a case was named.
        run: The row that keeps the progress: an unfinished one of the same command, or a new one.
        registration: Where to record, where that was asked for.
        mode: How pictures are decoded.
    """

    asker: Actor
    paths: tuple[str, ...]
    case: Case | None
    exhibit: str | None
    run: Check
    registration: Registration | None
    mode: PdqMode


def plan(request: CheckRequest, asker: Actor) -> Plan:
    """Look up everything that the request names.

    Raises:
        AccessError: The actor may not check, not register, not work on cases, or not change series.
        InputError: The request does not hold together, or names something that is not there.
    """
    _require_sense(request)
    require(asker, Act.CHECK_RUN)
    if request.case is not None:
        require(asker, Act.SIGHTING_REPORT if request.register else Act.CASE_WORK)
    series = workable_series(request.series, actor=asker) if request.series else None
    if series is not None:
        require(asker, Act.SERIES_CHANGE, series)
    category = find_category(request.category) if request.category else None
    label = _label(request)
    case = _case(asker, request.case)
    with transaction.atomic():
        registration = None
        if request.register and case is not None:
            exhibit, _ = Exhibit.objects.get_or_create(case=case, label=label)
            registration = Registration(
                asker, exhibit, series, category, source=request.source, found_at=request.found_at
            )
        run = _run(request, asker, case)
    return Plan(
        asker,
        request.told_as or request.printable_paths,
        case,
        None if case is None else label,
        run,
        registration,
        request.mode,
    )


def _require_sense(request: CheckRequest) -> None:
    if not request.paths:
        raise InputError("Name at least one file or folder.", code="check.paths")
    if request.case is None and (request.register or request.exhibit is not None):
        raise InputError("Name the case with --case, so that what is found has a place.", code="check.case")
    if not request.register and (request.series or request.category):
        raise InputError(
            "A series or a category is said of what is registered: add --register.", code="check.register"
        )


def _label(request: CheckRequest) -> str:
    """Answer the exhibit's label as it was typed, else the name of the first path, cut where it must be."""
    if request.exhibit is not None:
        require_text(request.exhibit, what="An exhibit", longest=LABEL_LENGTH, code="check.exhibit")
        return request.exhibit
    return visible(printable(request.paths[0].resolve().name) or "root")[:LABEL_LENGTH]


def _case(asker: Actor, reference: str | None) -> Case | None:
    if reference is None:
        return None
    require_text(reference, what="A case reference", longest=REFERENCE_LENGTH, code="check.case")
    return case_of_check(reference, actor=asker)


def _run(request: CheckRequest, asker: Actor, case: Case | None) -> Check:
    digest = request.digest(asker)
    unfinished = Check.objects.filter(request_digest=digest, finished_at=None).order_by("pk").first()
    return unfinished or Check.objects.create(authority=asker.authority, case=case, request_digest=digest)

"""Taking a hash list in: recognised by its content, kept batch by batch, seen once all of it is there.

Every batch is a transaction that says how far the import is, so that the same command goes on after a kill.
The version that stood before stands until the new one is complete, and leaves in the same transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.evidence import opened, printable
from cairn.intake.lists import NotRecognised, read_list, recognise_file
from cairn.intake.vics.values import SPAN_FACT
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lists import Audience, HashList, ListChunk, ListKind, ListVersion
from cairn.records.lock import under_lock
from cairn.sentences import Sentence, as_text
from cairn.services.hash_lists.counting import Seen
from cairn.services.hash_lists.indexing import catch_up_lists
from cairn.services.hash_lists.noticing import keep_removed
from cairn.services.hash_lists.packing import columns_of, pack, pack_said, standing, unpack
from cairn.services.hash_lists.signatures import signer_of
from cairn.services.hash_lists.unchanged import keep_unchanged
from cairn.services.hash_lists.versions import begun_version
from cairn.services.inspecting.lists import profile_at
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cairn.intake.lists import Batch, Hash, Recognised, Remark
    from cairn.records.users import Actor
    from cairn.services.hash_lists.signatures import TrustedKey
    from cairn.services.node.opening import Node

NAME_LENGTH = 200
DIGESTED_BYTES = 1 << 20
MOST_KEPT_REMARKS = 1_000
"""Rejected lines that a version keeps with their reasons; all are counted, and all are told while it runs."""


@dataclass(frozen=True, slots=True)
class NewList:
    """What is said of a file that is imported; what an existing list has already said stays where ``None``.

    Attributes:
        name: The list's name; one that the authority has already gets a new version.
        kind: What a hit means; ``None`` for what the file is recognised as.
        audience: Who meets the entries.
        named: The codes of the authorities of the audience *named*.
        is_given_out: Whether programs of those who meet it may fetch its entries whole.
        handling_code: What a receiver may do with what the list tells.
        handling_words: The restrictions of code H3.
        tlp: How far it may be passed on.
        label: What the source calls this version.
        source: Who made the list.
        signature: Of the source over the file, kept as given.
        trusted: By one of these keys the signature has to hold; empty where it is not verified.
        profile: A file that says what the columns hold.
        bare_64: What hashes of 64 digits are.
    """

    name: str
    kind: ListKind | None = None
    audience: Audience | None = None
    named: tuple[str, ...] = ()
    is_given_out: bool | None = None
    handling_code: str | None = None
    handling_words: str | None = None
    tlp: str | None = None
    label: str = ""
    source: str = ""
    signature: str = ""
    trusted: tuple[TrustedKey, ...] = ()
    profile: Path | None = None
    bare_64: Hash | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it.

    Attributes:
        version: As it stands.
        recognised: What was found.
        resumed_lines: How much an earlier run had done.
        with_stretches: Entries that tell which stretches of them are a series'.
    """

    version: ListVersion
    recognised: Recognised
    resumed_lines: int
    with_stretches: int = 0


@under_lock
def import_list(
    node: Node,
    path: Path,
    new: NewList,
    *,
    actor: Actor,
    found: Callable[[Recognised], object] = lambda _: None,
    watch: Callable[[int], object] = lambda _: None,
    on_remark: Callable[[Remark], object] = lambda _: None,
) -> Imported:
    """Take a file in as the version of a list that stands from now on.

    Args:
        node: The open node.
        path: The file.
        new: What is said of it.
        actor: Who imports.
        found: Is told what the file is, before anything is kept.
        watch: Is told how many lines are done.
        on_remark: Is told of every line that is no entry.

    Raises:
        AccessError: The actor may not import lists.
        InputError: The file is not recognised or breaks off, it stands already, or a value does not fit
            (``list.unknown``, ``list.stands``, ``list.empty``, ``list.invalid``, ``list.kind``,
            ``list.named``), or it is not signed by a trusted key (``list.signature``).
    """
    require(actor, Act.LIST_IMPORT)
    _require_sense(new)
    profile = profile_at(new.profile) if new.profile else None
    recognised = recognise_file(path, profile=profile, bare_64=new.bare_64)
    if isinstance(recognised, NotRecognised):
        raise InputError(
            Sentence("%(path)s: %(sentence)s", path=printable(path), sentence=recognised.sentence),
            code="list.unknown",
        )
    signer = signer_of(path, new.signature, new.trusted) if new.trusted else ""
    found(recognised)
    digest = _digest(path)
    with database_errors_in_words():
        version = begun_version(new, recognised, digest, (repr(profile), signer), actor)
        resumed = version.lines
        with_stretches = _take_in(version, path, recognised, watch, on_remark)
        _complete(version, actor)
        catch_up_lists(node)
    return Imported(version, recognised, resumed, with_stretches)


def _require_sense(new: NewList) -> None:
    require_text(new.name, what="A list's name", longest=NAME_LENGTH, code="list.invalid")
    for text, what in ((new.label, "A version"), (new.source, "A source")):
        if text:
            require_text(text, what=what, longest=NAME_LENGTH, code="list.invalid")


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    with opened(path) as stream:
        while piece := stream.read(DIGESTED_BYTES):
            digest.update(piece)
    return digest.digest()


def _take_in(
    version: ListVersion,
    path: Path,
    recognised: Recognised,
    watch: Callable[[int], object],
    on_remark: Callable[[Remark], object],
) -> int:
    """Keep every batch that is not kept yet, and answer how many entries of the file tell stretches."""
    seen = _seen_before(version)
    done = version.batches
    with_stretches = 0
    for number, batch in enumerate(read_list(path, recognised), start=1):
        if number > done:
            for remark in batch.set_aside:
                on_remark(remark)
            _keep(version, number, batch, seen)
            watch(version.lines)
        with_stretches += sum(map(bool, batch.facts.get(SPAN_FACT, ())))
    return with_stretches


def _keep(version: ListVersion, number: int, batch: Batch, seen: Seen) -> None:
    keep = standing(batch)
    columns = columns_of(batch, keep)
    fresh = seen.add(columns.keys())
    version.batches = number
    version.lines += batch.line_count
    version.entries += len(batch)
    version.fresh += fresh
    version.repeated += columns.entries - fresh
    version.retracted += len(batch) - columns.entries
    version.rejected += sum(each.lines for each in batch.set_aside)
    version.passed_over += batch.passed_over
    room = MOST_KEPT_REMARKS - len(version.lines_rejected)
    version.lines_rejected += [_as_kept(each) for each in batch.set_aside[:room]]
    with transaction.atomic():
        if columns.entries:
            said = b"" if version.hash_list.kind == ListKind.IRRELEVANT else pack_said(batch, keep)
            ListChunk.objects.create(
                version=version, number=number, entries=columns.entries, columns=pack(columns), said=said
            )
        version.save()


def _seen_before(version: ListVersion) -> Seen:
    """Answer the entries that the list had: those of the version that stands, and of this one so far."""
    seen = Seen()
    stands = ListVersion.objects.filter(hash_list=version.hash_list_id, superseded_at=None)
    versions = stands.exclude(completed_at=None, pk__gt=version.pk)
    chunks = ListChunk.objects.filter(version__in=versions).order_by("pk").only("columns")
    for chunk in chunks.iterator(chunk_size=20):
        seen.add(unpack(chunk.columns).keys())
    return seen


def _complete(version: ListVersion, actor: Actor) -> None:
    if version.entries == version.retracted:
        version.delete()
        raise InputError(Sentence("The file has no entry, so the list stays as it was."), code="list.empty")
    now = timezone.now()
    before = ListVersion.objects.filter(hash_list=version.hash_list_id, superseded_at=None)
    before = before.exclude(pk=version.pk)
    compared = list(before)
    for each in compared:
        keep_unchanged(each, version)  # Of millions of entries it takes a while: nobody waits for it.
    with transaction.atomic():
        HashList.objects.select_for_update().get(pk=version.hash_list_id)
        for each in before:
            if each not in compared:  # Another import was faster.
                keep_unchanged(each, version)
            keep_removed(each, version)
        ListChunk.objects.filter(version__in=before).delete()
        before.update(superseded_at=now)
        version.completed_at = now
        version.save(update_fields=["completed_at"])
        audit.append(
            audit.AuditTag.LIST_IMPORTED,
            actor=actor,
            record_ids=[version.hash_list_id],
            counts={
                "entries": version.entries,
                "fresh": version.fresh,
                "repeated": version.repeated,
                "retracted": version.retracted,
                "rejected": version.rejected,
            },
        )


def _as_kept(remark: Remark) -> list[int | str]:
    return [remark.line, remark.last_line, as_text(remark.why)]

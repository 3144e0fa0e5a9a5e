"""The indexes of hash lists: derived from the chunks, level with them before every look-up.

A small file says which folder holds them, and which versions are in it, each with a random token. So an index
that was deleted or put back from an older copy lacks versions, and gets them again; one that holds a version
that the records do not know by that token is made anew. What is superseded stays until there is a lot of it:
a look-up asks the records which versions stand.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Q

from cairn.errors import ConfigurationError
from cairn.index import (
    Algorithm,
    DigestIndex,
    Index,
    PhotoDnaIndex,
    open_digests,
    open_index,
    open_photodna,
)
from cairn.index.lock import WriterLock
from cairn.intake.lists import Hash
from cairn.records.asked_often import asked_often
from cairn.records.lists import ListChunk, ListVersion
from cairn.records.lock import node_work
from cairn.services.checking.whole_file import written_whole
from cairn.services.hash_lists.packing import ENTRY_BITS, Columns, unpack
from cairn.services.node.kept_open import kept_open

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from django.db.models import QuerySet

    from cairn.services.node.opening import Node

STATE_FILE, LOCK_FILE = "state.json", "writer.lock"
ADDED_TOGETHER = 500_000
"""Entries that the indexes are given at once: some 40 MB."""
MOST_STALE_VERSIONS = 8
WAIT_SECONDS = 600.0
"""How long to wait for another process that is building them; ten million entries take some seconds."""

_KINDS = ["md5", "sha1", "sha256", "pdq", "photodna"]
"""What is in the indexes."""
_DIGESTS = {Hash.MD5: Algorithm.MD5, Hash.SHA1: Algorithm.SHA1, Hash.SHA256: Algorithm.SHA256}


@dataclass(frozen=True, slots=True)
class OpenLists:
    """The indexes, open for reading: of each digest, of PDQ hashes, and of PhotoDNA values."""

    digests: Mapping[Hash, DigestIndex]
    pdq: Index
    photodna: PhotoDnaIndex

    @classmethod
    def of(cls, place: Path) -> OpenLists:
        """Open the indexes in a folder."""
        digests = {kind: open_digests(place / kind, each) for kind, each in _DIGESTS.items()}
        return cls(digests, open_index(place / Hash.PDQ), open_photodna(place / Hash.PHOTODNA))

    def close(self) -> None:
        """Release every file."""
        for each in self.digests.values():
            each.close()
        self.pdq.close()
        self.photodna.close()


@dataclass(frozen=True, slots=True)
class _State:
    """Which folder holds the indexes, and for each version in it its token and how many of its stretches."""

    folder: str
    versions: Mapping[int, str]


@contextmanager
def current_lists(node: Node) -> Iterator[OpenLists]:
    """Open the indexes for reading, after every version that is complete has been put into them."""
    catch_up_lists(node)
    state = _state(node)
    while True:
        place = node.config.lists_folder / state.folder
        with kept_open(node, place, partial(OpenLists.of, place)) as opened:
            now = _state(node)
            if now.folder == state.folder:  # Else they were made anew in this moment.
                yield opened
                return
        state = now


@node_work("the indexes hold everybody's lists")
def catch_up_lists(node: Node) -> int:
    """Put every complete version into the indexes, and answer how many entries that were.

    Killed at any point it can be called again: an entry that is there already is not added twice.
    """
    if not _lacking(_state(node)):
        return 0
    folder = node.config.lists_folder
    folder.mkdir(exist_ok=True, mode=0o700)
    lock = _locked(folder)
    try:
        state = _state(node)
        if _must_be_made_anew(state):
            return _make_anew(node, state)
        return _add(node, state, _lacking(state))
    finally:
        lock.release()


def _standing() -> dict[int, str]:
    rows = asked_often("lists that stand", (), lambda _: _standing_versions())
    return {number: f"{bytes(token).hex()}/{batches}" for number, token, batches in rows}


def _standing_versions() -> QuerySet[ListVersion, Any]:
    rows = ListVersion.objects.exclude(completed_at=None).filter(superseded_at=None)
    return rows.order_by("pk").values_list("pk", "token", "batches")


def _token(word: str) -> str:
    return word.partition("/")[0]


def _stretches(word: str) -> int:
    """Answer how many stretches of a version are there; -1 where it was written before they were counted."""
    number = word.partition("/")[2]
    return int(number) if number.isdecimal() else -1


def _lacking(state: _State) -> list[int]:
    return [number for number, token in _standing().items() if state.versions.get(number) != token]


def _must_be_made_anew(state: _State) -> bool:
    standing = _standing()
    is_strange = any(
        _token(standing.get(number, word)) != _token(word) or _stretches(word) < 0
        for number, word in state.versions.items()
    )
    return is_strange or len(state.versions.keys() - standing.keys()) > MOST_STALE_VERSIONS


def _make_anew(node: Node, before: _State) -> int:
    fresh = _State(uuid.uuid4().hex, {})
    added = _add(node, fresh, list(_standing()))
    shutil.rmtree(node.config.lists_folder / before.folder, ignore_errors=True)
    return added


def _add(node: Node, state: _State, versions: list[int]) -> int:
    """Put what is lacking of versions into the indexes of a state; once all is there, write that it is."""
    tokens, added = _standing(), 0
    place = node.config.lists_folder / state.folder
    place.mkdir(exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        add: dict[Hash, Callable[..., None]] = {
            kind: stack.enter_context(open_digests(place / kind, each, writable=True)).add
            for kind, each in _DIGESTS.items()
        }
        add[Hash.PDQ] = stack.enter_context(open_index(place / Hash.PDQ, writable=True)).add
        photodna = open_photodna(place / Hash.PHOTODNA, writable=True)
        add[Hash.PHOTODNA] = stack.enter_context(photodna).add
        rows = ListChunk.objects.filter(_lacking_chunks(state, versions)).order_by("pk").only("pk", "columns")
        waiting: list[tuple[int, Columns]] = []
        for chunk in rows.iterator(chunk_size=20):
            waiting.append((chunk.pk, unpack(chunk.columns)))
            if sum(columns.entries for _, columns in waiting) >= ADDED_TOGETHER:
                added += _flush(waiting, add)
        added += _flush(waiting, add)
    _write(node, _State(state.folder, {**state.versions, **{number: tokens[number] for number in versions}}))
    return added


def _lacking_chunks(state: _State, versions: list[int]) -> Q:
    """Answer the condition on the stretches that the indexes lack: of a version that has grown, the later."""
    grown = [number for number in versions if number in state.versions]
    found = Q(version__in=[number for number in versions if number not in state.versions])
    for number in grown:
        found |= Q(version=number, number__gt=_stretches(state.versions[number]))
    return found


def _flush(waiting: list[tuple[int, Columns]], add: Mapping[Hash, Callable[..., None]]) -> int:
    for kind, add_rows in add.items():
        parts = [
            (
                (np.uint64(chunk << ENTRY_BITS) + np.flatnonzero(columns.present[kind])).astype(np.uint64),
                columns.values[kind][columns.present[kind]],
            )
            for chunk, columns in waiting
            if kind in columns.values
        ]
        if parts:
            add_rows(np.concatenate([ids for ids, _ in parts]), np.concatenate([each for _, each in parts]))
    count = sum(columns.entries for _, columns in waiting)
    waiting.clear()
    return count


def _state(node: Node) -> _State:
    """Answer what is there; nothing where there is no state, or none that can be read."""
    try:
        raw: Any = json.loads((node.config.lists_folder / STATE_FILE).read_text(encoding="utf-8"))
        kept = raw["versions"].items()
        if raw.get("kinds") != _KINDS:  # Written before some kind of hash was in it: it is made anew.
            kept = [(key, _token(str(word))) for key, word in kept]
        found = _State(str(raw["folder"]), {int(key): str(word) for key, word in kept})
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return _State("first", {})
    return found if found.folder.isalnum() else _State("first", {})


def _write(node: Node, state: _State) -> None:
    versions = {str(number): token for number, token in state.versions.items()}
    with written_whole(node.config.lists_folder / STATE_FILE) as stream:
        json.dump({"folder": state.folder, "kinds": _KINDS, "versions": versions}, stream)


def _locked(folder: Path) -> WriterLock:
    patience = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return WriterLock(folder / LOCK_FILE)
        except ConfigurationError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.1)

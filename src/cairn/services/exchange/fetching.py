"""A list that is fetched from a service of others: what has changed comes, and becomes a version of the list.

What was fetched is kept beside the records, a page at a time. From it the whole list is written anew and
imported like any file, so that checks, provenance, counts and withdrawal are those of every list.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.db import transaction

from cairn.errors import ConfigurationError, InputError
from cairn.exchange import ncmec, stopncii
from cairn.exchange.connection import Service
from cairn.exchange.kept import kept_at
from cairn.exchange.source import SourceKind
from cairn.index.lock import WriterLock
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.lists import Audience, HashList
from cairn.records.lock import under_lock
from cairn.services.checking.whole_file import written_whole
from cairn.services.exchange.markings import strictest
from cairn.services.hash_lists.importing import NewList, import_list
from cairn.services.hash_lists.withdrawing import withdraw_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from cairn.exchange.kept import Kept
    from cairn.exchange.source import Source
    from cairn.records.authorities import Authority
    from cairn.records.users import Actor
    from cairn.services.hash_lists.importing import Imported
    from cairn.services.node.opening import Node

ALL_GONE: Final = "its source has taken back every entry"
_TAKEN: Final = "is_taken"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of it.

    Attributes:
        came: Entries and tombstones that the service gave.
        standing: Entries that stand now.
        imported: The list's new version; ``None`` where the list is as it was.
        is_withdrawn: Whether the version that stood was withdrawn, since nothing stands.
    """

    came: int
    standing: int
    imported: Imported | None = None
    is_withdrawn: bool = False


@under_lock
def fetch(
    node: Node,
    source: Source,
    *,
    actor: Actor,
    now: datetime,
    watch: Callable[[int], object] = lambda _: None,
) -> Fetched:
    """Fetch what has changed at a source, and make it the version of its list that stands.

    Stopped at any point, the next run goes on where it was. Every run is audited, also one that fails.

    Args:
        node: The open node.
        source: Where to fetch, and what the list is called here.
        actor: Whose list it is.
        now: The time.
        watch: Is told how many entries and tombstones came so far.

    Raises:
        AccessError: The actor may not import lists.
        ConfigurationError: The source's file does not hold, or another run is fetching from it.
        PeerError: The service does not answer as agreed; what came before is kept for the next run.
    """
    require(actor, Act.LIST_IMPORT)
    new = _new_list(source, now)
    path = place_of(node, source, actor.authority)
    with alone(path), kept_at(path) as kept:
        was_taken = kept.place(_TAKEN) is not None
        kept.take([], {_TAKEN: None})
        came = _pull(source, kept, actor, now, watch)
        fetched = Fetched(came, kept.standing())
        if came or not was_taken:
            fetched = _take_in(node, source, kept, path, new, fetched, actor)
        kept.take([], {_TAKEN: "yes"})
    return fetched


def _pull(source: Source, kept: Kept, actor: Actor, now: datetime, watch: Callable[[int], object]) -> int:
    came = 0

    def seen(number: int) -> None:
        nonlocal came
        came = number
        watch(number)

    protocol = _PROTOCOLS[source.kind]
    try:
        with closing(Service(source, headers=headers_of(source))) as service:
            protocol.pull(service, kept, now=now, watch=seen)
    finally:
        with database_errors_in_words(), transaction.atomic():
            held = HashList.objects.filter(owner=actor.authority, name=source.list_name)
            audit.append(
                audit.AuditTag.LIST_FETCHED,
                actor=actor,
                record_ids=list(held.values_list("pk", flat=True)),
                counts={"came": came},
            )
    return came


_PROTOCOLS: Final = {SourceKind.NCMEC: ncmec, SourceKind.STOPNCII: stopncii}


def headers_of(source: Source) -> dict[str, str]:
    """Answer the headers by which a source knows who asks."""
    secret = source.secret.read()
    if source.subscription is None:
        return ncmec.credentials(source.user, secret)
    return stopncii.credentials(secret, source.subscription.read())


def _take_in(
    node: Node, source: Source, kept: Kept, path: Path, new: NewList, fetched: Fetched, actor: Actor
) -> Fetched:
    if not fetched.standing:
        return Fetched(fetched.came, 0, is_withdrawn=_withdrawn(source, actor))
    whole = path.with_suffix(".list")
    with written_whole(whole) as stream:
        for part in _PROTOCOLS[source.kind].combined(kept):
            stream.write(part)
    try:
        imported = import_list(node, whole, strictest(new, kept.markings()), actor=actor)
    except InputError as error:
        if error.code != "list.stands":
            raise
        return fetched
    finally:
        whole.unlink(missing_ok=True)
    return Fetched(fetched.came, fetched.standing, imported)


def _withdrawn(source: Source, actor: Actor) -> bool:
    held = HashList.objects.filter(owner=actor.authority, name=source.list_name).first()
    if held is None:
        return False
    try:
        withdraw_version(held, reason=ALL_GONE, actor=actor)
    except InputError as error:
        if error.code != "list.stands-not":
            raise
        return False
    return True


def _new_list(source: Source, now: datetime) -> NewList:
    wishes = source.wishes
    for name, values in (("audience", Audience), ("tlp", Tlp), ("handling_code", HandlingCode)):
        if name in wishes and wishes[name] not in values.values:
            raise ConfigurationError(
                f"The file of the source does not hold: {name} is one of {', '.join(values.values)}.",
                code="source.invalid",
            )
    return NewList(
        name=source.list_name,
        audience=Audience(wishes["audience"]) if "audience" in wishes else None,
        named=tuple(wishes.get("named", ())),
        handling_code=wishes.get("handling_code"),
        handling_words=wishes.get("handling_words"),
        tlp=wishes.get("tlp"),
        label=f"{now:%Y-%m-%d}",
        source=urlsplit(source.address).hostname or "",
    )


def place_of(node: Node, source: Source, owner: Authority) -> Path:
    """Answer where what was fetched from a source is kept."""
    folder = node.config.fetched_folder
    folder.mkdir(mode=0o700, exist_ok=True)
    words = [owner.code, source.kind, source.address, source.user, source.list_name]
    return folder / f"{hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]}.sqlite"


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let nobody else be at what was fetched within the block.

    Raises:
        ConfigurationError: Somebody is (``source.locked``).
    """
    try:
        lock = WriterLock(path.with_suffix(".lock"))
    except ConfigurationError:
        raise ConfigurationError(
            "Another run is fetching from this source. Wait until it is done.", code="source.locked"
        ) from None
    try:
        yield
    finally:
        lock.release()

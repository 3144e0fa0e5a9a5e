"""What a check registers is kept in the vault, where the node has one; never in the clear on its disk."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import CairnError
from cairn.intake import Item
from cairn.records import audit
from cairn.records.access import visible_sightings
from cairn.records.categories import Treatment
from cairn.records.connection import database_errors_in_words
from cairn.records.jobs import CheckItem
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.sightings import digest_of_address
from cairn.records.vault.files import place_of, put
from cairn.records.vault.keys import VaultKey
from cairn.records.vault.node_key import vault_key
from cairn.sentences import Sentence
from cairn.services.vault.shredding import held_among

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cairn.intake import Unreadable
    from cairn.records.jobs import Check
    from cairn.records.node import NodeConfig
    from cairn.services.checking.register import Registration

KEPT_KINDS = ("image/", "video/")
"""What somebody may ever look at; a document or a program is of no use in the vault."""
CLAIMED = 400
"""Files a question: below the number of values that SQLite takes at once."""
_WHY = "one content is kept once, whoever registers it"


@dataclass(slots=True)
class Tally:
    """What became of the files of a check: kept, there already, or not kept and why (code: files)."""

    kept: int = 0
    there: int = 0
    not_kept: dict[str, int] = field(default_factory=dict)


def keep_registered(
    config: NodeConfig,
    run: Check,
    registration: Registration,
    entries: Iterable[Item | Unreadable],
    *,
    told: Callable[[str], None],
) -> Tally:
    """Keep the pictures and videos that a check has registered; killed, the same command does the rest.

    What only others have recorded is written anew: how long it takes must not tell that it was there.

    Args:
        config: The node.
        run: The check.
        registration: Where it was registered; what is of no interest is not kept.
        entries: The same walk again.
        told: Is told what could not be kept.
    """
    tally = Tally()
    category = registration.category
    if not config.keeps_pictures or (category and category.treatment == Treatment.IRRELEVANT):
        return tally
    under = vault_key(config, may_make=True)
    done: set[int] = set()
    with database_errors_in_words():
        for some in _in_parts(entries):
            wanted = _wanted(run, registration, some, tally)
            for item in some:
                media = wanted.get(digest_of_address(item.address))
                if media is not None and media.pk not in done:
                    done.add(media.pk)
                    _keep(config, item, media, under, tally)
        with transaction.atomic():
            audit.append(
                audit.AuditTag.VAULT_KEPT,
                actor=registration.actor,
                case_reference=registration.exhibit.case.reference,
                counts={"kept": tally.kept, "not_kept": sum(tally.not_kept.values())},
            )
    if tally.not_kept:
        left = sum(tally.not_kept.values())
        told(Sentence("%(files)s files were registered but not kept in the vault.", files=left))
    return tally


def _in_parts(entries: Iterable[Item | Unreadable]) -> Iterator[list[Item]]:
    some: list[Item] = []
    for entry in entries:
        if isinstance(entry, Item):
            some.append(entry)
        if len(some) == CLAIMED:
            yield some
            some = []
    yield some


def _wanted(run: Check, registration: Registration, some: list[Item], tally: Tally) -> Mapping[bytes, Media]:
    """Answer which of these files are to be written, by the digest of their address."""
    digests = [digest_of_address(item.address) for item in some]
    rows = CheckItem.objects.filter(check_run=run, address_digest__in=digests, media__isnull=False)
    found = {bytes(row.address_digest): row.media for row in rows.select_related("media")}
    media = {
        digest: each
        for digest, each in found.items()
        if each is not None and each.sha256 and (each.media_type or "").startswith(KEPT_KINDS)
    }
    numbers = [each.pk for each in media.values()]
    before = visible_sightings(registration.actor).filter(media__in=numbers, recorded_at__lt=run.started_at)
    known = set(before.values_list("media", flat=True))
    with as_the_node(_WHY):
        there = set(VaultKey.objects.filter(media__in=known).values_list("media", flat=True))
    tally.there += len(there)
    return {digest: each for digest, each in media.items() if each.pk not in there}


def _keep(config: NodeConfig, item: Item, media: Media, under: bytes, tally: Tally) -> None:
    """Seal one file into the vault; one that cannot be read now is counted, and the check goes on."""
    try:
        descriptor = item.open()
        try:
            sealed = put(config.vault_folder, descriptor, sha256=bytes(media.sha256 or b""), under=under)
        finally:
            os.close(descriptor)
    except (CairnError, OSError) as error:
        code = error.code if isinstance(error, CairnError) else "input.unreadable"
        tally.not_kept[code] = tally.not_kept.get(code, 0) + 1
        return
    with as_the_node(_WHY), transaction.atomic():
        # Held, so that a withdrawal that runs at the same time either sees the key or is seen here.
        Media.objects.select_for_update().get(pk=media.pk)
        before = VaultKey.objects.filter(media=media).first()
        if not held_among([media.pk]):
            return  # Withdrawn meanwhile; the file without a key is noise, and is swept away later.
        VaultKey.objects.update_or_create(
            media=media, defaults={"name": sealed.name, "wrapped": sealed.wrapped}
        )
    if before is not None:
        place_of(config.vault_folder, before.name).unlink(missing_ok=True)
    tally.kept += 1

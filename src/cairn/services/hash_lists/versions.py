"""Which list and which version of it an import goes into: one that it continues, or a new one."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records.access import Act, require
from cairn.records.lists import Audience, HashList, ListKind, ListVersion
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.hash_lists.audience import audience_fields

if TYPE_CHECKING:
    from cairn.intake.lists import Recognised
    from cairn.records.users import Actor
    from cairn.services.hash_lists.importing import NewList


@under_lock
def begun_version(
    new: NewList, recognised: Recognised, digest: bytes, said: tuple[str, str], actor: Actor
) -> ListVersion:
    """Answer the version that this command continues, or a new one.

    Args:
        new: What is said of the file.
        recognised: What the file is.
        digest: Of the file.
        said: Its profile, and who has signed it.
        actor: Who imports.

    Raises:
        AccessError: The list is not the actor's to import.
        InputError: The file is the version that stands, or the list is withdrawn or of another kind
            (``list.stands``, ``record.withdrawn``, ``list.kind``).
    """
    profile, signer = said
    parts = [digest.hex(), recognised.format, recognised.bare_64, profile]
    request = hashlib.sha256(json.dumps(parts).encode()).digest()
    with transaction.atomic():
        held = _list_of(new, recognised, actor)
        require(actor, Act.LIST_IMPORT, held)
        versions = ListVersion.objects.filter(hash_list=held)
        if versions.filter(
            request_digest=request, superseded_at=None, withdrawn_at=None, completed_at__isnull=False
        ).exists():
            raise InputError(
                Sentence("This file is the version of %(name)s that stands.", name=new.name),
                code="list.stands",
            )
        unfinished = versions.filter(completed_at=None)
        unfinished.exclude(request_digest=request, signed_by=signer).delete()
        return unfinished.first() or ListVersion.objects.create(
            hash_list=held,
            label=new.label,
            source=new.source,
            signature=new.signature,
            signed_by=signer,
            source_format=recognised.format,
            file_digest=digest,
            request_digest=request,
            markings=json.dumps([held.tlp, held.handling_code, held.handling_words]),
            token=secrets.token_bytes(16),
            imported_by=actor.user,
        )


def _list_of(new: NewList, recognised: Recognised, actor: Actor) -> HashList:
    kind = new.kind or (ListKind.IRRELEVANT if recognised.is_known_good else ListKind.KNOWN)
    said = {
        **audience_fields(new.audience, new.named),
        "is_given_out": new.is_given_out,
        "handling_code": new.handling_code,
        "handling_words": new.handling_words,
        "tlp": new.tlp,
    }
    said = {name: value for name, value in said.items() if value is not None}
    held, is_new = HashList.objects.select_for_update().get_or_create(
        owner=actor.authority,
        name=new.name,
        defaults={"kind": kind, "audience": Audience.OWN, **said},
    )
    if held.withdrawn_at is not None:
        raise InputError(
            Sentence("The list %(name)s is withdrawn. Take that back first.", name=new.name),
            code="record.withdrawn",
        )
    if held.kind != kind:
        raise InputError(
            Sentence(
                "The list %(name)s is of the kind %(kind)s, and this file is %(kind_too)s. Say "
                "--kind, or take another name.",
                name=new.name,
                kind=held.kind,
                kind_too=kind,
            ),
            code="list.kind",
        )
    if not is_new and said:
        for name, value in said.items():
            setattr(held, name, value)
        held.save(update_fields=list(said))
    return held

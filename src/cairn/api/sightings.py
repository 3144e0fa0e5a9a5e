"""``/sightings``: registering what was found, by digests or by a file, in a case of the caller's own."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import partial
from typing import Annotated

from ninja import File, Form, Header, Router, UploadedFile
from pydantic import AwareDatetime, Field, StringConstraints

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.refusals import ONCE
from cairn.api.shapes import Shape
from cairn.api.uploads import UploadBearer, measured
from cairn.records.cases import LABEL_LENGTH, REFERENCE_LENGTH
from cairn.records.keys import Scope
from cairn.records.sightings import SightingSource
from cairn.services.keys.once import Once, done_once
from cairn.services.node.this_process import this_node
from cairn.services.registering.sightings import (
    ADDRESS_LENGTH,
    MOST_SIGHTINGS,
    Found,
    Place,
    Registered,
    register_file,
    register_stated,
)
from cairn.types import StatedDigests

router = Router(tags=["sightings"])
CaseName = Annotated[str, StringConstraints(min_length=1, max_length=REFERENCE_LENGTH)]
ExhibitLabel = Annotated[str, StringConstraints(min_length=1, max_length=LABEL_LENGTH)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=ADDRESS_LENGTH)]
Md5 = Annotated[str, StringConstraints(pattern="^[0-9A-Fa-f]{32}$")]
Sha1 = Annotated[str, StringConstraints(pattern="^[0-9A-Fa-f]{40}$")]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9A-Fa-f]{64}$")]
CallName = Annotated[str, Header(alias="Idempotency-Key", max_length=128)]


class SightingIn(Shape):
    """One content, by its MD5, its SHA-1, or both; and where it was found, such as a path."""

    address: Address
    md5: Md5 | None = None
    sha1: Sha1 | None = None
    sha256: Sha256 | None = None

    def found(self) -> Found:
        """Answer it as bytes."""
        md5, sha1, sha256 = (
            None if each is None else bytes.fromhex(each) for each in (self.md5, self.sha1, self.sha256)
        )
        return Found(StatedDigests(md5, sha1, sha256), self.address)


class SightingsIn(Shape):
    """Sightings of one exhibit of a case; the case is opened where the authority has none of that name."""

    case: CaseName
    exhibit: ExhibitLabel
    source: SightingSource | None = None
    found_at: AwareDatetime | None = None
    sightings: list[SightingIn] = Field(min_length=1, max_length=MOST_SIGHTINGS)


class RegisteredOut(Shape):
    """How many sightings were handed in, and how many of them the case did not have before."""

    asked: int
    added: int

    @classmethod
    def of(cls, done: Registered) -> RegisteredOut:
        """Answer it as it is written."""
        return cls(asked=done.asked, added=done.added)


@router.post(
    "/sightings",
    auth=Bearer(Scope.REGISTER),
    response={200: RegisteredOut, **ONCE},
    summary="Register hashes",
)
def register(request: Call, body: SightingsIn, idempotency_key: CallName = "") -> RegisteredOut:
    """Record sightings of contents that are not at hand; what the case has already is not added twice."""
    caller = asked(request, len(body.sightings))
    place = Place(body.case, body.exhibit, body.source, body.found_at)
    found = [each.found() for each in body.sightings]
    digest = hashlib.sha256(body.model_dump_json().encode()).digest()

    def work() -> str:
        done = register_stated(this_node(), found, place, actor=caller.actor)
        return RegisteredOut.of(done).model_dump_json()

    answer = done_once(Once(caller.key, idempotency_key, digest), work)
    return RegisteredOut.model_validate_json(answer)


@router.post(
    "/sightings/file",
    auth=UploadBearer(Scope.REGISTER),
    response={200: RegisteredOut, **ONCE},
    summary="Register a file",
)
def register_upload(
    request: Call,
    case: Annotated[str, Form(min_length=1, max_length=REFERENCE_LENGTH)],
    exhibit: Annotated[str, Form(min_length=1, max_length=LABEL_LENGTH)],
    address: Annotated[str, Form(min_length=1, max_length=ADDRESS_LENGTH)],
    file: UploadedFile = File(...),  # type: ignore[type-arg]  # noqa: B008 - ninja's own way
    source: Annotated[SightingSource | None, Form()] = None,
    found_at: Annotated[datetime | None, Form()] = None,
    idempotency_key: CallName = "",
) -> RegisteredOut:
    """Record a sighting of a file of up to 64 MiB: its digests, and its picture, which near copies then meet.

    It is decoded in the sandbox, and forgotten when the call ends.
    """
    caller = asked(request)
    found = measured(file)
    place = Place(case, exhibit, source, found_at)
    said = "\0".join(map(str, (found.digests.sha256.hex(), case, exhibit, address, source, found_at)))
    once = Once(caller.key, idempotency_key, hashlib.sha256(said.encode()).digest())
    register_it = partial(register_file, this_node(), found, address, place, actor=caller.actor)
    answer = done_once(once, lambda: RegisteredOut.of(register_it()).model_dump_json())
    return RegisteredOut.model_validate_json(answer)

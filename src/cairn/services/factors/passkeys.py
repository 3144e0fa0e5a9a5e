"""Passkeys (WebAuthn Level 3): added by their person, and proven; every look at them is Yubico's ``fido2``.

A passkey here always verifies its person, by a fingerprint or a PIN, and is found without a login. So it is
both factors at once, and may stand alone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from cryptography.exceptions import UnsupportedAlgorithm
from django.db import transaction
from django.utils import timezone
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import missing
from cairn.records.connection import database_errors_in_words
from cairn.records.factors import PASSKEY_NAME_LENGTH, Passkey
from cairn.records.lock import as_the_node, node_work, under_lock
from cairn.records.users import Actor
from cairn.sentences import Sentence
from cairn.services.directory.acting import count_refusal, let_in
from cairn.services.directory.sign_in_mail import tell_of_sign_in
from cairn.services.factors.attempts import TRIED, locked, refused, write_down_use
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.records.users import User
    from cairn.services.node.opening import Node

LONGEST_ANSWER = 20_000
"""Letters of what a browser answers: an identifier, a key, a signature and little else."""
MOST_PASSKEYS = 20
_REQUIRED = UserVerificationRequirement.REQUIRED
_HOSTILE = (
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, AssertionError),
    *(NotImplementedError, UnsupportedAlgorithm),
)
"""What reading an answer that no browser would give ends in."""
_ALGORITHM = 3
"""Where a COSE key names it. Source: RFC 9052, 7.1."""
_NO_ID = b"\0" * 16


@dataclass(frozen=True, slots=True)
class Party:
    """The desk as browsers know it: a passkey is of one host, and answers at one origin alone.

    Attributes:
        host: The name, such as ``desk.unit.example``.
        origin: Scheme, name and port, such as ``https://desk.unit.example``.
    """

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser is asked.

    Attributes:
        options: As JSON, for the browser.
        state: What the answer is checked with; it is kept, not shown, and serves once.
    """

    options: str
    state: dict[str, Any]


@under_lock
def ask_for_new_passkey(node: Node, party: Party, *, actor: Actor) -> Question:
    """Answer what makes the browser offer a new passkey; devices that have one already decline.

    Raises:
        AccessError: The operator acts, and no person.
    """
    user = _person(actor)
    options, state = _server(party).register_begin(
        PublicKeyCredentialUserEntity(id=_handle(node, user), name=user.login, display_name=user.name),
        _descriptors(user),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
    )
    return Question(json.dumps(dict(options)["publicKey"]), dict(state))


@under_lock
def add_passkey(party: Party, state: dict[str, Any], answer: str, name: str, *, actor: Actor) -> None:
    """Add the passkey that a browser made.

    Raises:
        AccessError: The operator acts, and no person.
        InputError: The name does not hold, there are too many (``factor.invalid``), or it is no passkey, or
            not for this desk (``factor.passkey``).
    """
    user = _person(actor)
    require_text(name, what="A passkey's name", longest=PASSKEY_NAME_LENGTH, code="factor.invalid")
    try:
        made = _server(party).register_complete(state, _parsed(answer))
        data = made.credential_data
    except _HOSTILE:
        data, made = None, None
    if data is None or made is None or data.public_key.get(_ALGORITHM) not in CoseKey.supported_algorithms():
        raise InputError(
            Sentence("That passkey was not added. Try once more, or another device."), code="factor.passkey"
        )
    credential = data.credential_id.hex()
    with database_errors_in_words(), transaction.atomic(), as_the_node("a person adds a factor"):
        locked(user.pk)
        if Passkey.objects.filter(credential=credential).exists():
            raise InputError(Sentence("That passkey was added before."), code="factor.passkey")
        if Passkey.objects.filter(user=user).count() >= MOST_PASSKEYS:
            raise InputError(
                Sentence("Nobody has more than %(most_passkeys)s passkeys.", most_passkeys=MOST_PASSKEYS),
                code="factor.invalid",
            )
        Passkey.objects.create(
            user=user,
            credential=credential,
            public_key=cbor.encode(data.public_key),
            sign_count=made.counter,
            name=name,
        )
        tell_of_sign_in(user)
        audit.append(audit.AuditTag.FACTOR_ADDED, actor=actor, record_ids=[user.pk], counts={"passkey": 1})


@under_lock
def rename_passkey(number: int, name: str, *, actor: Actor) -> None:
    """Call a passkey of the actor's something else.

    Raises:
        AccessError: There is no such passkey of the actor's.
        InputError: The name does not hold (``factor.invalid``).
    """
    user = _person(actor)
    require_text(name, what="A passkey's name", longest=PASSKEY_NAME_LENGTH, code="factor.invalid")
    with database_errors_in_words(), transaction.atomic(), as_the_node("a person names a factor"):
        if not Passkey.objects.filter(user=user, pk=number).update(name=name):
            raise missing()
        audit.append(audit.AuditTag.FACTOR_RENAMED, actor=actor, record_ids=[user.pk])


@under_lock
def remove_passkey(number: int, *, actor: Actor) -> None:
    """Remove a passkey of the actor's.

    Raises:
        AccessError: There is no such passkey of the actor's.
    """
    user = _person(actor)
    with database_errors_in_words(), transaction.atomic(), as_the_node("a person removes a factor"):
        if not Passkey.objects.filter(user=user, pk=number).delete()[0]:
            raise missing()
        tell_of_sign_in(user)
        audit.append(audit.AuditTag.FACTOR_REMOVED, actor=actor, record_ids=[user.pk], counts={"passkey": 1})


@node_work("the passkeys of a person who proves who they are are looked up")
def ask_for_passkey(party: Party, user: User | None = None) -> Question:
    """Answer what makes the browser ask for a passkey: of the person, or of anybody where none is named."""
    credentials = None if user is None else _descriptors(user)
    options, state = _server(party).authenticate_begin(credentials, user_verification=_REQUIRED)
    return Question(json.dumps(dict(options)["publicKey"]), dict(state))


def prove_by_passkey(
    node: Node, party: Party, state: dict[str, Any], answer: str, *, user: User | None = None
) -> User:
    """Answer whose passkey it was that answered; without ``user`` the person signs in with it alone.

    A login that waits does not hold it up: unlike a code it cannot be guessed.

    Raises:
        InputError: It does not hold, or is not the person's (``factor.refused``).
    """
    with database_errors_in_words(), transaction.atomic(), as_the_node(TRIED):
        passkey = _claimed(answer)
        person = locked(user.pk) if user is not None else locked(passkey.user_id) if passkey else None
        if person is not None and passkey is not None and passkey.user_id == person.pk:
            passkey.refresh_from_db()  # What it was before the person was locked may be old.
            if _holds(node, party, state, answer, passkey):
                if user is None:
                    let_in(person, is_whole=True)
                write_down_use(person, "passkey")
                return person
        if person is None:
            audit.append(audit.AuditTag.FACTOR_REFUSED, actor=Actor.operator(node.authority))
        else:
            count_refusal(person, audit.AuditTag.FACTOR_REFUSED)
    raise refused()


def _holds(node: Node, party: Party, state: dict[str, Any], answer: str, passkey: Passkey) -> bool:
    """Answer whether the answer is the passkey's; then its count is kept."""
    key = CoseKey.parse(cast("Mapping[int, Any]", cbor.decode(bytes(passkey.public_key))))
    known = AttestedCredentialData.create(_NO_ID, bytes.fromhex(passkey.credential), key)
    try:
        response = AuthenticationResponse.from_dict(_parsed(answer))
        _server(party).authenticate_complete(state, [known], response)
        handle, count = response.response.user_handle, response.response.authenticator_data.counter
    except _HOSTILE:
        return False
    if handle and bytes(handle) != _handle(node, passkey.user):
        return False
    # WebAuthn Level 3, 7.2, step 22: a count that does not grow is a sign of a copied key.
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        return False
    passkey.sign_count, passkey.used_at = count, timezone.now()
    passkey.save(update_fields=["sign_count", "used_at"])
    return True


def _claimed(answer: str) -> Passkey | None:
    try:
        number = AuthenticationResponse.from_dict(_parsed(answer)).raw_id.hex()
    except _HOSTILE:
        return None
    return Passkey.objects.filter(credential=number).select_related("user").first()


def _parsed(answer: str) -> dict[str, Any]:
    parsed = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    if not isinstance(parsed, dict):
        raise TypeError("An answer of a browser is an object.")
    return parsed


def _server(party: Party) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=party.host, name="Cairn")
    return Fido2Server(entity, verify_origin=lambda origin: origin == party.origin)


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    with as_the_node("a person's own passkeys are looked up"):
        known = list(Passkey.objects.filter(user=user).values_list("credential", flat=True))
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=bytes.fromhex(each)) for each in known]


def _handle(node: Node, user: User) -> bytes:
    """Answer what devices keep of the person: it says nothing of them. Source: WebAuthn Level 3, 14.6.1."""
    return hashlib.sha256(f"{node.config.identity} user {user.pk}".encode()).digest()


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise missing()
    return actor.user

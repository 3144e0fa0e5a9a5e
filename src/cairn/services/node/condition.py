"""How a node and its machine are: what the doctor finds, each finding a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from cairn.errors import CairnError
from cairn.fingerprints.sandbox import DecoderPool
from cairn.index import open_index
from cairn.readers import NEVER_WITH_A_PROGRAM, BsdTar, find_bsdtar, find_disk_reader
from cairn.records.alerts import OutgoingMail
from cairn.records.connection import database_errors_in_words
from cairn.records.guards import lock_is_bypassed
from cairn.records.jobs import Check
from cairn.records.lock import as_the_node
from cairn.records.media import PendingIndexEntry
from cairn.services.alerting.mail_server import mail_server
from cairn.services.auditing.signing import signed_entries
from cairn.services.node.indexing import fits
from cairn.services.node.opening import open_node
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cairn.fingerprints.sandbox import Protection, ProtectionState
    from cairn.services.node.opening import Node

LOCK_BYPASSED = (
    "The role that connects to PostgreSQL is a superuser, or bypasses row-level security: the second lock "
    "does not bind it. Connect as an ordinary role that owns the database."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: What.
        words: What was found, and what to do.
        is_well: True where nothing has to be done.
    """

    subject: str
    words: str
    is_well: bool = True


def examine_machine() -> Iterator[Finding]:
    """Start a real decoder process, and yield how each of its protections is."""
    try:
        with DecoderPool(workers=1, mode=PdqMode.FAST) as pool:
            states = pool.protections
    except CairnError as error:
        yield Finding("decoder", error.sentence, is_well=False)
        return
    for state in states:
        yield Finding(f"protection {state.protection}", state.detail, is_well=state.active)


def examine_readers() -> Iterator[Finding]:
    """Yield what reads forensic images and RAR archives here, how it is held, and what runs learnt models."""
    images = find_disk_reader()
    if images is None:
        yield Finding("forensic images", "named, not read: the extra cairn[forensic] is not installed")
    else:
        yield _held("forensic images", images.protections)
    program = find_bsdtar()
    if program is None:
        yield Finding("bsdtar", "not installed: RAR, CAB and LHA archives are named, not read")
    else:
        yield _held("bsdtar", BsdTar(program).protections, never=NEVER_WITH_A_PROGRAM)
    yield examine_engine()


def examine_engine() -> Finding:
    """Answer whether learnt models that an operator supplies can be run here."""
    try:
        return Finding("learnt models", f"onnxruntime {version('onnxruntime')} runs those that you supply")
    except PackageNotFoundError:
        return Finding("learnt models", "not used: the extra cairn[onnx] is not installed")


def _held(
    subject: str,
    protections: Callable[[], tuple[ProtectionState, ...]],
    never: frozenset[Protection] = frozenset(),
) -> Finding:
    """Say which protections a reader's process has; well where only those are off that it never has."""
    try:
        off = [state for state in protections() if not state.active]
    except CairnError as error:
        return Finding(subject, error.sentence, is_well=False)
    if not off:
        return Finding(subject, "read in a process with every protection")
    words = "; ".join(f"{state.protection} ({state.detail})" for state in off)
    is_well = never.issuperset(state.protection for state in off)
    return Finding(subject, f"read in a process without {words}", is_well=is_well)


def examine_node(folder: Path) -> Iterator[Finding]:
    """Yield how the node's records and its index are."""
    try:
        node = open_node(folder)
        with database_errors_in_words(), as_the_node("the doctor counts"):
            waiting = PendingIndexEntry.objects.count()
            unfinished = Check.objects.filter(finished_at=None).count()
    except CairnError as error:
        yield Finding("node", error.sentence, is_well=False)
        return
    yield Finding("node", f"{folder}, run by {node.authority.code}")
    yield Finding("records", f"reached; {waiting:,} hashes wait for the index")
    if lock_is_bypassed():
        yield Finding("second lock", LOCK_BYPASSED, is_well=False)
    yield Finding("checks", f"{unfinished:,} are running, or were stopped and go on with the same command")
    yield _examine_mail(node)
    yield _examine_log(node)
    yield from _examine_index(node)


def _examine_log(node: Node) -> Finding:
    """Say how much of the audit log is signed, and whether it could be signed now; no entry is read."""
    try:
        entries, signed = signed_entries(node.config)
    except CairnError as error:
        return Finding("audit log", error.sentence, is_well=False)
    return Finding("audit log", f"{entries:,} entries, {signed:,} of them signed; see: cairn audit verify")


def _examine_mail(node: Node) -> Finding:
    try:
        server = mail_server(node.config)
        with database_errors_in_words():
            rows = OutgoingMail.objects.filter(sent_at=None, given_up_at=None)
            waiting, asked_for = rows.count(), rows.exclude(alert=None).count()
            given_up = OutgoingMail.objects.exclude(given_up_at=None).count()
    except CairnError as error:
        return Finding("e-mail", error.sentence, is_well=False)
    if server is None:
        # That somebody's sign-in was changed is told where it can be; alerts were asked for.
        return Finding("e-mail", f"off: no server is named; {waiting:,} wait", is_well=not asked_for)
    words = f"{waiting:,} wait for: cairn alert deliver; {given_up:,} could not be delivered"
    return Finding("e-mail", words, is_well=not given_up)


def _examine_index(node: Node) -> Iterator[Finding]:
    try:
        with open_index(node.config.index_folder) as index:
            found = index.verify()
        is_fitting = fits(node)
    except CairnError as error:
        yield Finding("index", error.sentence, is_well=False)
        return
    if found.damaged:
        names = ", ".join(found.damaged)
        yield Finding("index", f"damaged: {names}. Make it anew with: cairn index rebuild", is_well=False)
    elif not is_fitting:
        words = "does not fit the records; the next check makes it anew, or: cairn index rebuild"
        yield Finding("index", words, is_well=False)
    else:
        yield Finding("index", "every checksum holds, and it fits the records")

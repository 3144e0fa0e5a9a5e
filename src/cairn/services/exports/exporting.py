"""Exporting a series or a case: asked at the door, audited before a byte is written, sealed at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.cases import Exhibit
from cairn.records.categories import Scheme
from cairn.records.connection import database_errors_in_words
from cairn.records.counterfoil import Counterfoil
from cairn.records.lock import node_work, under_lock
from cairn.services.auditing.signing import node_signer
from cairn.services.cases import own_case, require_occasion
from cairn.services.exports.folder import open_folder, require_place
from cairn.services.exports.manifest import Manifest
from cairn.services.exports.progress import counted, unwatched
from cairn.services.exports.rows import found_in, holdings_of, members_of, rows_of, series_met
from cairn.services.exports.subject import Subject
from cairn.services.exports.wish import handling_of, require_permission, require_wish
from cairn.services.exports.writers import require_format, write_files
from cairn.services.series.looking import audit_look
from cairn.services.status.changing import require_standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.node import NodeConfig
    from cairn.records.series import Series
    from cairn.records.users import Actor
    from cairn.services.exports.progress import Watch
    from cairn.services.exports.wish import ExportWish
    from cairn.services.node.opening import Node
    from cairn.transparency import Signer


@under_lock
def export_series(
    node: Node, series: Series, wish: ExportWish, *, actor: Actor, case: str = "", watch: Watch = unwatched
) -> Manifest:
    """Export the media of a series, for its owner or its lead; the owner learns of it.

    Args:
        node: That exports, and signs.
        series: Which.
        wish: How, where to, for whom.
        actor: Who exports.
        case: The actor's own case in which it is exported.
        watch: Is told how many media are read.

    Raises:
        AccessError: The actor may not, or it takes the owner's word (``access.missing``,
            ``export.permission``).
        InputError: It was withdrawn or merged, cannot be written so, the folder is not empty, or there is no
            such case (``record.withdrawn``, ``series.merged``, ``export.format``, ``export.folder``,
            ``export.invalid``, ``case.missing``).
        ConfigurationError: The disk is full, or the node's key is missing.
    """
    with database_errors_in_words():
        with transaction.atomic():
            require(actor, Act.SERIES_EXPORT, series)
            require_standing(series)
            require_occasion(case, actor=actor)
            _require(wish, "series", [series], actor)
            media, left_out = members_of(series, actor)
            counts = {"media": len(media), "left-out": left_out}
            audit.append(
                audit.AuditTag.SERIES_EXPORTED,
                actor=actor,
                case_reference=case,
                purpose=wish.in_audit,
                record_ids=[series.pk],
                counts=counts,
            )
        return _write(
            Subject(
                node=node,
                actor=actor,
                wish=wish,
                name=series.name,
                case=None,
                exhibits=(),
                held=handling_of(wish, [series]),
                media=media,
                counts=counts,
                made_at=timezone.now(),
                rows=lambda _: counted(rows_of(media, series=[series], actor=actor), watch),
            )
        )


@under_lock
def export_case(
    node: Node, reference: str, wish: ExportWish, *, actor: Actor, watch: Watch = unwatched
) -> Manifest:
    """Export what was found in a case of the actor's own authority, with its own series and categories.

    Raises:
        AccessError: As ``export_series``.
        InputError: As ``export_series``; there is no such case (``case.missing``).
        ConfigurationError: As ``export_series``.
    """
    with database_errors_in_words():
        with transaction.atomic():
            case = own_case(reference, actor=actor)
            require(actor, Act.CASE_EXPORT, case)
            media, sightings, left_out = found_in(case)
            series = series_met(media, actor)
            _require(wish, "case", series, actor)
            exhibits = list(Exhibit.objects.filter(case=case).order_by("label").values_list("pk", "label"))
            counts = {"media": len(media), "sightings": sightings, "left-out": left_out}
            audit_look((each.pk for each in series), actor=actor, case=reference)
            audit.append(
                audit.AuditTag.CASE_EXPORTED,
                actor=actor,
                case_reference=reference,
                purpose=wish.in_audit,
                record_ids=[case.pk],
                counts=counts,
            )
        return _write(
            Subject(
                node=node,
                actor=actor,
                wish=wish,
                name=case.reference,
                case=case,
                exhibits=exhibits,
                held=handling_of(wish, series),
                media=media,
                counts=counts,
                made_at=timezone.now(),
                rows=lambda exhibit: counted(
                    rows_of(media, series=series, actor=actor, case=case, exhibit=exhibit), watch
                ),
            )
        )


@under_lock
def export_holdings(node: Node, wish: ExportWish, *, actor: Actor) -> Manifest:
    """Export all media that the authority has found, and categorised in the scheme that is wished for.

    Raises:
        AccessError: As ``export_series``.
        InputError: As ``export_series``; there is no such scheme (``export.scheme``).
        ConfigurationError: As ``export_series``.
    """
    with database_errors_in_words():
        with transaction.atomic():
            require(actor, Act.HOLDINGS_EXPORT)
            if not Scheme.objects.filter(code=wish.scheme).exists():
                raise InputError(
                    "Say of which scheme the categories are: one that is installed here, with --scheme.",
                    code="export.scheme",
                )
            media, left_out = holdings_of(actor, wish.scheme)
            series = series_met(media, actor)
            _require(wish, "holdings", series, actor)
            counts = {"media": len(media), "left-out": left_out}
            audit_look((each.pk for each in series), actor=actor, case="")
            audit.append(audit.AuditTag.HOLDINGS_EXPORTED, actor=actor, purpose=wish.in_audit, counts=counts)
        return _write(
            Subject(
                node=node,
                actor=actor,
                wish=wish,
                name=wish.scheme,
                case=None,
                exhibits=(),
                held=handling_of(wish, series),
                media=media,
                counts=counts,
                made_at=timezone.now(),
                rows=lambda _: rows_of(media, series=series, actor=actor),
                is_holdings=True,
            )
        )


def _require(wish: ExportWish, kind: str, series: Sequence[Series], actor: Actor) -> None:
    require_wish(wish)
    require_format(wish.file_format, kind)
    require_permission(wish, series, actor)
    require_place(wish.to)


def _write(subject: Subject) -> Manifest:
    signer = _signer(subject.node.config)
    folder = open_folder(subject.wish.to)
    write_files(folder, subject)
    manifest = Manifest(
        node=subject.node.config.identity,
        authority=subject.actor.authority.code,
        user=None if subject.actor.user is None else subject.actor.user.login,
        made_at=subject.made_at.isoformat(timespec="seconds"),
        recipient=subject.wish.recipient,
        purpose=subject.wish.purpose,
        subject=subject.kind,
        name=subject.name,
        file_format=subject.wish.file_format.value,
        handling={
            "tlp": subject.held.tlp,
            "codes": list(subject.held.codes),
            "words": list(subject.held.words),
        },
        permission=subject.wish.permission,
        counts=subject.counts,
        files=tuple(folder.files),
        key=signer.verifier.text,
    )
    folder.seal(manifest, signer)
    return manifest


@node_work("the node signs an export")
def _signer(config: NodeConfig) -> Signer:
    with Counterfoil(config.folder).locked():
        return node_signer(config)

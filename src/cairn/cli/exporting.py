"""``cairn export``: what leaves the node for others, and whether it is still what left."""

from __future__ import annotations

from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from cairn.cli.audit_files import keys_option
from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.errors import IntegrityError
from cairn.records.exports import HandlingCode, Tlp
from cairn.services.answering.answer_words import amount
from cairn.services.answering.restrictions import Restrictions, Stated, in_words
from cairn.services.exports.exporting import export_case, export_holdings, export_series
from cairn.services.exports.verifying import verify_export
from cairn.services.exports.wish import ExportFormat, ExportWish
from cairn.services.series.names import find_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.records.users import Actor
    from cairn.services.exports.manifest import Manifest
    from cairn.services.exports.verifying import Verified
    from cairn.services.node.opening import Node
    from cairn.transparency import VerifierKey

P = ParamSpec("P")
R = TypeVar("R")

EXIT_UNKNOWN_KEY = 1
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def export() -> None:
    """Write a series, a case or your holdings for others, signed, and verify what was written."""


def _with_wish(tlp: Tlp) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Give the command the wish; where no TLP is typed, it is this one at the least."""

    def decorate(command: Callable[..., R]) -> Callable[..., R]:
        @click.option("--to", type=_FOLDER, required=True, help="An empty folder, or a new one.")
        @click.option(
            "--format",
            "file_format",
            type=click.Choice([each.value for each in ExportFormat]),
            required=True,
            help="What is written.",
        )
        @click.option("--for", "recipient", required=True, metavar="WHOM", help="For whom; signed, audited.")
        @click.option("--purpose", default="", metavar="TEXT", help="Why; signed, audited.")
        @click.option("--tlp", type=click.Choice([each.value for each in Tlp]), default=tlp.value, help=_TLP)
        @click.option(
            "--code",
            type=click.Choice([each.value for each in HandlingCode]),
            default=HandlingCode.H0.value,
            help="A handling code beside those of the records.",
        )
        @click.option("--words", default="", metavar="TEXT", help="What H3 means, with --code H3.")
        @click.option(
            "--permission",
            default="",
            metavar="TEXT",
            help="Whose word it is that a series of another owner is passed on, for H2 and TLP:RED.",
        )
        @click.option("--scheme", default="", metavar="SCHEME", help="The scheme of the codes in VICS files.")
        @wraps(command)
        def wished(
            *args: object,
            to: Path,
            file_format: str,
            recipient: str,
            purpose: str,
            tlp: str,
            code: str,
            words: str,
            permission: str,
            scheme: str,
            **rest: object,
        ) -> R:
            wish = ExportWish(
                file_format=ExportFormat(file_format),
                to=to,
                recipient=recipient,
                purpose=purpose,
                stated=Stated(code, words, tlp),
                permission=permission,
                scheme=scheme,
            )
            return command(*args, wish=wish, **rest)

        return wished

    return decorate


_TLP = "The TLP at the least; a stricter one of the records counts."


@export.command(name="series")
@click.argument("name")
@with_actor
@_with_wish(Tlp.CLEAR)
@click.option("--case", default="", metavar="REF", help="Your own case in which it is exported.")
@json_flag
def series_(node: Node, actor: Actor, name: str, wish: ExportWish, case: str, as_json: bool) -> None:
    """Export the media of the series NAME, which your authority owns or leads."""
    found = find_series(name, actor=actor)
    _say(export_series(node, found, wish, actor=actor, case=case), wish.to, as_json=as_json)


@export.command(name="case")
@click.argument("reference")
@with_actor
@_with_wish(Tlp.AMBER)
@json_flag
def case_(node: Node, actor: Actor, reference: str, wish: ExportWish, as_json: bool) -> None:
    """Export what was found in the case REFERENCE of your authority."""
    _say(export_case(node, reference, wish, actor=actor), wish.to, as_json=as_json)


@export.command()
@with_actor
@_with_wish(Tlp.AMBER)
@json_flag
def holdings(node: Node, actor: Actor, wish: ExportWish, as_json: bool) -> None:
    """Export all media that your authority has found and categorised in the scheme of --scheme."""
    _say(export_holdings(node, wish, actor=actor), wish.to, as_json=as_json)


@export.command()
@click.argument("folder", type=_FOLDER)
@keys_option("The node's public key, as `cairn audit key` prints it; more than once for several.")
@json_flag
def verify(folder: Path, keys: tuple[VerifierKey, ...], as_json: bool) -> None:
    """Say whether the export in FOLDER is what was signed; needs no node."""
    found = verify_export(folder, keys=keys)
    tell(_verified(found), _verdict(found), as_json=as_json)
    if not found.holds:
        raise IntegrityError("The export is not what was signed.", code="export.changed")
    if not found.is_trusted:
        raise click.exceptions.Exit(EXIT_UNKNOWN_KEY)


def _say(manifest: Manifest, to: Path, *, as_json: bool) -> None:
    held = manifest.handling
    sentences = [
        f"{amount(len(manifest.files), 'file')} of the {manifest.subject} {manifest.name} written to {to}.",
        f"For {manifest.recipient}: {_counts(manifest)}.",
        in_words(Restrictions(tuple(held["codes"]), tuple(held["words"]), held["tlp"])),
    ]
    tell(asdict(manifest), sentences, as_json=as_json)


def _counts(manifest: Manifest) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in manifest.counts.items())


def _verified(found: Verified) -> dict[str, object]:
    return {
        "holds": found.holds,
        "key": None if found.key is None else found.key.text,
        "is_trusted": found.is_trusted,
        "signed_at": found.signed_at,
        "findings": [asdict(each) for each in found.findings],
        "manifest": asdict(found.manifest),
    }


def _verdict(found: Verified) -> Iterator[str]:
    manifest = found.manifest
    for each in found.findings:
        yield f"{each.wrong.upper():<10} {each.name}"
    if not found.holds:
        return
    held = manifest.handling
    yield f"The {manifest.subject} {manifest.name}, by {manifest.authority} for {manifest.recipient}."
    yield in_words(Restrictions(tuple(held["codes"]), tuple(held["words"]), held["tlp"]))
    yield f"{_counts(manifest)}, in {amount(len(manifest.files), 'file')}, as they were signed."
    if found.key is not None and found.signed_at is not None:
        yield f"Signed on {found.signed_at:%Y-%m-%d %H:%M} UTC by {found.key.text}"
    if not found.is_trusted:
        yield "Whose key that is, was not verified: ask its node for the key, and give it with --key."

"""``cairn import``: hash lists of others become known to checks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cairn.cli.options import EvidencePath, with_actor
from cairn.cli.progress import file_progress
from cairn.intake.lists import Hash
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.lists import Audience, ListKind
from cairn.services.hash_lists.importing import NewList, import_list
from cairn.services.hash_lists.signatures import read_signature, read_trusted_key
from cairn.services.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.intake.lists import Remark
    from cairn.records.users import Actor
    from cairn.services.hash_lists.importing import Imported
    from cairn.services.node.opening import Node

EXIT_SOME_REJECTED = 1
MEETS = {
    Audience.OWN: "your authority alone",
    Audience.ALLIANCE: "every police authority",
    Audience.NAMED: "you and the authorities that you name",
    Audience.HOTLINES: "every police authority, and by match or no match by hotlines",
    Audience.COMPANIES: "every police authority, and by match or no match by hotlines and companies",
}
FIRST_LINES = 20


def choice(values: type[ListKind | Audience | HandlingCode | Tlp]) -> click.Choice[str]:
    """Answer an option's values."""
    return click.Choice([str(each) for each in values.values])


named_option = click.option(
    "--named", multiple=True, metavar="CODE", help="An authority of the audience named; can be repeated."
)
give_out_option = click.option(
    "--give-out/--keep-in",
    default=None,
    help="Whether programs of those who meet it may fetch its entries whole (else not).",
)


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=EvidencePath())
@with_actor
@click.option("--list", "name", metavar="NAME", help="The list's name (else the name of the file).")
@click.option("--kind", type=choice(ListKind), help="What a hit means (else what the file says).")
@click.option("--audience", type=choice(Audience), help="Who meets it: you alone, unless you say so.")
@named_option
@give_out_option
@click.option("--handling-code", type=choice(HandlingCode), help="What a receiver may do with it.")
@click.option("--handling-words", metavar="TEXT", help="The restrictions of code H3.")
@click.option("--tlp", type=choice(Tlp), help="How far it may be passed on.")
@click.option("--label", default="", metavar="TEXT", help="What the source calls this version.")
@click.option("--source", default="", metavar="TEXT", help="Who made the list.")
@click.option(
    "--signature", "signature_file", type=EvidencePath(), help="The source's signature over the file."
)
@click.option(
    "--trusted-key",
    "trusted_keys",
    multiple=True,
    type=EvidencePath(),
    help="A public Ed25519 key by which the signature has to hold; can be repeated.",
)
@click.option("--profile", type=EvidencePath(), help="A TOML file that says what the columns hold.")
@click.option(
    "--digits-64",
    type=click.Choice([Hash.SHA256.value, Hash.PDQ.value]),
    help="What hashes of 64 digits are, where the list does not tell.",
)
def import_(
    node: Node,
    actor: Actor,
    /,
    files: tuple[Path, ...],
    name: str | None,
    signature_file: Path | None,
    trusted_keys: tuple[Path, ...],
    profile: Path | None,
    digits_64: str | None,
    named: tuple[str, ...],
    give_out: bool | None,
    **said: str | None,
) -> None:
    """Take FILES in, each as the version of a list that stands from now on.

    Stopped, the same command goes on where it was. It ends with 1 when some lines are no entry; each is
    counted, and the first are shown.
    """
    if name is not None and len(files) > 1:
        raise click.UsageError(
            "Several files are several lists: leave --list out, or import them one by one."
        )
    if signature_file is not None and len(files) > 1:
        raise click.UsageError("A signature is over one file: import them one by one.")
    if trusted_keys and signature_file is None:
        raise click.UsageError("Say with --signature where the signature is.")
    trusted = tuple(map(read_trusted_key, trusted_keys))
    rejected = False
    for file in files:
        new = NewList(
            name=name or file.name,
            kind=ListKind(said["kind"]) if said["kind"] else None,
            audience=Audience(said["audience"]) if said["audience"] else None,
            named=named,
            is_given_out=give_out,
            handling_code=said["handling_code"],
            handling_words=said["handling_words"],
            tlp=said["tlp"],
            label=said["label"] or "",
            source=said["source"] or "",
            signature="" if signature_file is None else read_signature(signature_file),
            trusted=trusted,
            profile=profile,
            bare_64=Hash(digits_64) if digits_64 else None,
        )
        rejected |= _take_in(node, actor, file, new)
    if rejected:
        sys.exit(EXIT_SOME_REJECTED)


def _take_in(node: Node, actor: Actor, file: Path, new: NewList) -> bool:
    """Import one file, say what came of it, and answer whether some of its lines were rejected."""
    listed: list[Remark] = []
    with file_progress("Importing", unit="lines") as (advance, say):
        imported = import_list(
            node,
            file,
            new,
            actor=actor,
            found=lambda found: say(visible(found.sentence)),
            watch=lambda lines: advance(lines, lines),
            on_remark=lambda remark: listed.append(remark) if len(listed) < FIRST_LINES else None,
        )
    click.echo("\n".join(_in_words(imported, listed)))
    return imported.version.rejected > 0


def _in_words(imported: Imported, listed: list[Remark]) -> list[str]:
    version, held = imported.version, imported.version.hash_list
    meant = "of no interest" if held.kind == ListKind.IRRELEVANT else "known"
    who = MEETS[Audience(held.audience)]
    lines = [
        visible(f"{held.name}: {meant}, met by {who}, {held.tlp}, {held.handling_code}."),
        (
            f"  {version.lines:,} lines: {version.entries:,} entries, {version.rejected:,} rejected, "
            f"{version.passed_over:,} blank, comments or headers"
        ),
        (
            f"  {version.entries:,} entries: {version.fresh:,} new, {version.repeated:,} there already, "
            f"{version.retracted:,} taken back by their source"
        ),
    ]
    if version.signed_by:
        lines.append(visible(f"  Signed by {version.signed_by}."))
    if imported.resumed_lines:
        lines.append(f"  {imported.resumed_lines:,} lines had been taken in by an earlier run.")
    if imported.with_stretches:
        lines.append(
            f"  {imported.with_stretches:,} entries say which stretches of a video are a series': "
            "the list keeps that, and meets the whole file."
        )
    lines += [f"  line {each.line:,}: {each.why}" for each in listed]
    left_out = version.rejected - sum(each.lines for each in listed)
    if left_out > 0:
        lines.append(f"  … and {left_out:,} more")
    return lines

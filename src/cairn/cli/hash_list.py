"""``cairn list``: what a hash list holds, and the lists that checks meet."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.importing import MEETS, choice, give_out_option, named_option
from cairn.cli.options import EvidencePath, json_flag, with_actor
from cairn.cli.progress import file_progress
from cairn.intake.lists import Hash
from cairn.records.lists import Audience
from cairn.services.hash_lists.audience import share_list
from cairn.services.hash_lists.reading import find_list, list_lists, show_list
from cairn.services.hash_lists.withdrawing import withdraw_version
from cairn.services.inspecting.lists import Inspection, inspect_list
from cairn.services.keeping import withdrawing
from cairn.services.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.intake.lists import Remark
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

EXIT_SOME_SET_ASIDE = 1
FIRST_LINES = 20
"""How many lines are listed unless all are asked for."""


@click.group(name="list")
def hash_list() -> None:
    """Say what a hash list holds, and which lists checks meet."""


@hash_list.command()
@click.argument("file", type=EvidencePath())
@click.option("--profile", type=EvidencePath(), help="A TOML file that says what the columns hold.")
@click.option(
    "--digits-64",
    type=click.Choice([Hash.SHA256.value, Hash.PDQ.value]),
    help="What hashes of 64 digits are, where the list does not tell.",
)
@click.option(
    "--all", "list_all", is_flag=True, help=f"List every line in question, not the first {FIRST_LINES}."
)
@json_flag
def inspect(file: Path, profile: Path | None, digits_64: str | None, list_all: bool, as_json: bool) -> None:
    """Say what kind of list FILE is, count its entries, and list the lines that are none.

    Nothing is recorded. It ends with 1 when some lines are no entry, or the list is broken.
    """
    listed: list[Remark] = []

    def keep(remark: Remark) -> None:
        if list_all or len(listed) < FIRST_LINES:
            listed.append(remark)

    with file_progress("Reading") as (advance, _):
        found = inspect_list(
            file,
            profile_path=profile,
            bare_64=Hash(digits_64) if digits_64 else None,
            on_remark=keep,
            on_lines=lambda lines: advance(lines, lines),
        )
    click.echo(_as_json(found, listed) if as_json else _in_words(found, listed))
    if found.reckoning.set_aside or found.broken:
        sys.exit(EXIT_SOME_SET_ASIDE)


@hash_list.command(name="list")
@with_actor
@json_flag
def list_(_: Node, actor: Actor, as_json: bool) -> None:
    """List the hash lists that your checks meet, and those of yours that are withdrawn."""
    rows = list_lists(actor=actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=1))
        return
    for row in rows:
        state = "withdrawn" if row.is_withdrawn else f"{row.entries:,} entries"
        click.echo(visible(f"{row.owner}  {row.name}  {row.kind}, {row.audience}, {row.tlp}: {state}"))


@hash_list.command()
@click.argument("name")
@with_actor
@click.option("--owner", metavar="CODE", help="Whose list (else your authority's).")
@json_flag
def show(_: Node, actor: Actor, name: str, owner: str | None, as_json: bool) -> None:
    """Show the list NAME: its versions, how their lines add up, and lines that are no entry."""
    page = show_list(name, owner=owner, actor=actor)
    if as_json:
        click.echo(json.dumps(asdict(page), default=str, indent=1))
        return
    row = page.row
    lines = [f"{row.name} of {row.owner} ({row.country}): {row.kind}, {row.audience}, {row.tlp}"]
    lines += [f"  named: {', '.join(row.named)}"] if row.named else []
    lines += ["  its entries are given out"] if row.is_given_out else []
    if page.fits or page.fits_not:
        lines.append(f"  others say that hashes fit {page.fits:,} times, and do not {page.fits_not:,} times")
    lines += [f"  {row.handling_code} {row.handling_words}".rstrip(), f"  ask {row.contact}"]
    lines += ["  withdrawn"] if row.is_withdrawn else []
    for each in page.versions:
        lines.append(
            f"  {each.began_at:%Y-%m-%d} {each.label or 'no label'} ({each.source_format}), {each.state}: "
            f"{each.lines:,} lines, {each.entries:,} entries ({each.fresh:,} new, {each.repeated:,} there, "
            f"{each.retracted:,} taken back), {each.rejected:,} rejected; SHA-256 {each.file_sha256}"
        )
        lines += [f"    signed by {each.signed_by}"] if each.signed_by else []
    lines += [f"  line {first:,}: {why}" for first, _, why in page.rejected[:FIRST_LINES]]
    click.echo("\n".join(map(visible, lines)))


@hash_list.command()
@click.argument("name")
@with_actor
@click.option("--audience", type=choice(Audience), help="Who meets it.")
@named_option
@give_out_option
def share(
    _: Node, actor: Actor, name: str, audience: str | None, named: tuple[str, ...], give_out: bool | None
) -> None:
    """Say who meets your list NAME from now on, and whether its entries are given out."""
    if audience is None and give_out is None:
        raise click.UsageError("Say --audience, --give-out or --keep-in.")
    held = share_list(
        find_list(name, actor=actor),
        audience=None if audience is None else Audience(audience),
        named=named,
        is_given_out=give_out,
        actor=actor,
    )
    given = "given out" if held.is_given_out else "not given out"
    click.echo(visible(f"{name}: met by {MEETS[Audience(held.audience)]}; its entries are {given}."))


@hash_list.command()
@click.argument("name")
@with_actor
@click.option("--reason", required=True, metavar="TEXT", help="Why; the audit log keeps it.")
@click.option("--version", "only_version", is_flag=True, help="Only the version that stands.")
@click.option("--take-back", is_flag=True, help="Let the list be met again.")
def withdraw(_: Node, actor: Actor, name: str, reason: str, only_version: bool, take_back: bool) -> None:
    """Hide your list NAME from every check at once; who was told of it is told."""
    held = find_list(name, actor=actor)
    if take_back:
        withdrawing.take_back(held, reason=reason, actor=actor)
        click.echo(visible(f"The list {name} is met again."))
    elif only_version:
        withdraw_version(held, reason=reason, actor=actor)
        click.echo(visible(f"The version of {name} that stood is withdrawn. Import another one."))
    else:
        withdrawing.withdraw(held, reason=reason, actor=actor)
        click.echo(visible(f"The list {name} is met by nobody from now on."))


def _in_words(found: Inspection, listed: list[Remark]) -> str:
    counts = found.reckoning
    lines = [
        visible(found.recognised.sentence),
        (
            f"  {counts.lines:,} lines: {counts.entries:,} entries, {counts.set_aside:,} set aside, "
            f"{counts.passed_over:,} blank, comments or headers"
        ),
        *(f"  {count:,} with {name}" for name, count in found.hashes.items()),
        *(f"  {count:,} with {name.replace('_', ' ')}" for name, count in found.said.items() if count),
    ]
    if found.recognised.is_known_good:
        lines.append("  Its files are known and of no interest.")
    lines += [f"  {_place(each)}: {each.why}" for each in listed]
    left_out = counts.set_aside + counts.doubtful - len(listed)
    if left_out > 0:
        lines.append(f"  … and {left_out:,} more; --all lists them")
    if found.broken:
        lines.append(f"  The list could not be read to its end: {visible(found.broken.sentence)}")
    return "\n".join(lines)


def _place(remark: Remark) -> str:
    return f"line {remark.line:,}" if remark.lines == 1 else f"lines {remark.line:,} to {remark.last_line:,}"


def _as_json(found: Inspection, listed: list[Remark]) -> str:
    counts = found.reckoning
    return json.dumps(
        {
            "format": found.recognised.format,
            "name": found.recognised.name,
            "known_good": found.recognised.is_known_good,
            "lines": counts.lines,
            "entries": counts.entries,
            "set_aside": counts.set_aside,
            "passed_over": counts.passed_over,
            "doubtful": counts.doubtful,
            "hashes": found.hashes,
            "said": found.said,
            "listed": [{"line": each.line, "last_line": each.last_line, "why": each.why} for each in listed],
            "broken": found.broken.code if found.broken else None,
        },
        indent=1,
    )

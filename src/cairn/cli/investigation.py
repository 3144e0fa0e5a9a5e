"""``cairn investigation``: what several authorities work on together."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import day_option, json_flag, with_actor
from cairn.cli.question import question_lines
from cairn.cli.told import tell
from cairn.services.joint import investigations, workspace
from cairn.services.joint.reading import list_investigations, show_investigation
from cairn.services.joint.shared_series import add_series as bring_series
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cairn.records.users import Actor
    from cairn.services.joint.reading import TaskRow, Workspace
    from cairn.services.node.opening import Node


@click.group()
def investigation() -> None:
    """Work with other authorities in a space that only its members see."""


@investigation.command(name="open")
@click.argument("name")
@with_actor
@click.option("--invite", "invited", multiple=True, metavar="CODE", help="Invite this authority.")
@json_flag
def open_(_: Node, actor: Actor, name: str, invited: tuple[str, ...], as_json: bool) -> None:
    """Open the joint investigation NAME, which your authority leads."""
    made = investigations.open_investigation(name, invited=invited, actor=actor)
    tell(
        {"investigation": made.name, "lead": actor.authority.code, "invited": list(invited)},
        [f"{actor.authority.code} has opened the investigation {made.name}."],
        as_json=as_json,
    )


@investigation.command()
@click.argument("name")
@click.argument("code")
@with_actor
@json_flag
def invite(_: Node, actor: Actor, name: str, code: str, as_json: bool) -> None:
    """Invite the authority CODE into the investigation NAME; only its lead can."""
    investigations.invite(name, code, actor=actor)
    tell({"investigation": name, "invited": code}, [f"{code} is invited to {name}."], as_json=as_json)


@investigation.command()
@click.argument("name")
@with_actor
@json_flag
def accept(_: Node, actor: Actor, name: str, as_json: bool) -> None:
    """Join the investigation NAME, to which your authority was invited."""
    investigations.accept(name, actor=actor)
    tell(
        {"investigation": name, "authority": actor.authority.code, "is_member": True},
        [f"{actor.authority.code} is a member of {name}."],
        as_json=as_json,
    )


@investigation.command()
@click.argument("name")
@with_actor
@json_flag
def leave(_: Node, actor: Actor, name: str, as_json: bool) -> None:
    """Leave the investigation NAME, or decline the invitation to it."""
    investigations.leave(name, actor=actor)
    tell(
        {"investigation": name, "authority": actor.authority.code, "is_member": False},
        [f"{actor.authority.code} is no member of {name}."],
        as_json=as_json,
    )


@investigation.command(name="add-series")
@click.argument("name")
@click.argument("series")
@with_actor
@click.option(
    "--show-to-members",
    is_flag=True,
    help="As its owner: let all present members see it from now on, whatever its handling was.",
)
@json_flag
def add_series(_: Node, actor: Actor, name: str, series: str, show_to_members: bool, as_json: bool) -> None:
    """Bring SERIES into the investigation NAME."""
    bring_series(name, series, show_to_members=show_to_members, actor=actor)
    tell({"investigation": name, "series": series}, [f"{series} is part of {name}."], as_json=as_json)


@investigation.command()
@click.argument("name")
@click.argument("title")
@with_actor
@click.option("--to", metavar="CODE", help="The member that is to do it.")
@day_option("--due", help="Until when.")
@json_flag
def task(
    _: Node, actor: Actor, name: str, title: str, to: str | None, due: date | None, as_json: bool
) -> None:
    """Say in the investigation NAME that TITLE is to be done."""
    workspace.add_task(name, title, to=to, due_on=due, actor=actor)
    tell(
        {"investigation": name, "title": title, "to": to, "due": due},
        [f"The task stands in {name}."],
        as_json=as_json,
    )


@investigation.command()
@click.argument("name")
@click.argument("number", type=int)
@with_actor
@json_flag
def done(_: Node, actor: Actor, name: str, number: int, as_json: bool) -> None:
    """Say that task NUMBER of the investigation NAME is done."""
    workspace.finish_task(name, number, actor=actor)
    tell(
        {"investigation": name, "task": number, "is_done": True},
        [f"Task {number} of {name} is done."],
        as_json=as_json,
    )


@investigation.command()
@click.argument("name")
@click.argument("text")
@with_actor
@json_flag
def say(_: Node, actor: Actor, name: str, text: str, as_json: bool) -> None:
    """Say TEXT to the other members of the investigation NAME."""
    workspace.say(name, text, actor=actor)
    tell({"investigation": name, "authority": actor.authority.code}, ["It is said."], as_json=as_json)


@investigation.command()
@click.argument("name")
@click.argument("text")
@with_actor
@json_flag
def decide(_: Node, actor: Actor, name: str, text: str, as_json: bool) -> None:
    """Record the decision TEXT of the members of the investigation NAME."""
    workspace.say(name, text, is_decision=True, actor=actor)
    tell(
        {"investigation": name, "authority": actor.authority.code},
        ["The decision is recorded."],
        as_json=as_json,
    )


@investigation.command()
@click.argument("name")
@with_actor
@json_flag
def close(_: Node, actor: Actor, name: str, as_json: bool) -> None:
    """Close the investigation NAME: it can still be read; only its lead can."""
    investigations.close(name, actor=actor)
    tell({"investigation": name, "is_closed": True}, [f"{name} is closed."], as_json=as_json)


@investigation.command(name="list")
@with_actor
@json_flag
def list_(_: Node, actor: Actor, as_json: bool) -> None:
    """List the investigations that your authority is in, or invited to."""
    rows = list_investigations(actor=actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=1))
        return
    for row in rows:
        click.echo(visible(f"{row.lead:<16} {row.name:<32} {row.state:<8} {row.open_tasks} open tasks"))


@investigation.command()
@click.argument("name")
@with_actor
@json_flag
def show(_: Node, actor: Actor, name: str, as_json: bool) -> None:
    """Show the investigation NAME: members, series, tasks, messages, decisions and questions."""
    found = show_investigation(name, actor=actor)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str, indent=1))
        return
    for line in _lines(found):
        click.echo(visible(line))


def _lines(found: Workspace) -> Iterator[str]:
    closed = f", closed {found.closed_at:%Y-%m-%d}" if found.closed_at else ""
    yield f"{found.name}, led by {found.lead}, opened {found.opened_at:%Y-%m-%d}{closed}"
    for member in found.members:
        yield f"  member   {member.code:<16} {member.country}  {member.contact}"
    for code in found.invited:
        yield f"  invited  {code}"
    for series in found.series:
        yield f"  series   {series.name}, {series.status}, owned by {series.owner}, led by {series.lead}"
    for row in found.tasks:
        yield f"  task {row.number:>3} {_task(row)}"
    for message in found.messages:
        kind = "DECIDED" if message.is_decision else "said"
        yield f"  {message.at:%Y-%m-%d %H:%M}  {message.authority} {kind}: {message.text}"
    for question in found.questions:
        yield from question_lines(question)


def _task(row: TaskRow) -> str:
    to = f" for {row.to}" if row.to else ""
    if row.done_on:
        return f"[done {row.done_on}] {row.title}{to}"
    due = f", {'OVERDUE since' if row.is_overdue else 'due'} {row.due_on}" if row.due_on else ""
    return f"[open] {row.title}{to}{due}"

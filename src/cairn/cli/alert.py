"""``cairn alert``: what an authority is told, what it follows, and how it is delivered."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor, with_node
from cairn.cli.told import tell
from cairn.records.alerts import AlertKind
from cairn.records.series import Marker
from cairn.services.alerting.delivering import deliver as deliver_mail
from cairn.services.alerting.letters import write_letter
from cairn.services.alerting.reading import LISTED, Choice, list_alerts, mark_read, show_alert
from cairn.services.alerting.searches import Search
from cairn.services.alerting.subscribing import (
    Wanted,
    list_subscriptions,
    set_address,
)
from cairn.services.alerting.subscribing import (
    subscribe as follow,
)
from cairn.services.alerting.subscribing import (
    unsubscribe as end,
)
from cairn.services.checking.whole_file import written_whole
from cairn.services.visible import visible
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.alerting.reading import AlertRow
    from cairn.services.alerting.subscribing import SubscriptionRow
    from cairn.services.node.opening import Node


@click.group()
def alert() -> None:
    """Read what your authority is told, and say what it follows."""


@alert.command(name="list")
@with_actor
@click.option(
    "--kind", type=click.Choice([each.value for each in AlertKind]), help="Only alerts of this kind."
)
@click.option("--all", "with_read", is_flag=True, help="Those that were marked as read, too.")
@click.option(
    "--most", type=click.IntRange(min=1), default=LISTED, show_default=True, help="List so many at most."
)
@json_flag
def list_(_: Node, actor: Actor, kind: str | None, with_read: bool, most: int, as_json: bool) -> None:
    """List the alerts to your authority, the newest first."""
    rows = list_alerts(Choice(None if kind is None else AlertKind(kind), with_read, most), actor=actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        mark = " " if row.read_at else "*"
        click.echo(visible(f"{mark} {row.number}  {row.at:%Y-%m-%d %H:%M}  {row.kind:<12} {row.words}"))


@alert.command()
@click.argument("number", type=int)
@with_actor
@json_flag
def show(_: Node, actor: Actor, number: int, as_json: bool) -> None:
    """Show the alert NUMBER, with whom to ask."""
    row = show_alert(number, actor=actor)
    if as_json:
        click.echo(json.dumps(asdict(row), default=str, indent=1))
        return
    for line in _lines(row):
        click.echo(visible(line))


@alert.command()
@click.argument("number", type=int)
@with_actor
@json_flag
def read(_: Node, actor: Actor, number: int, as_json: bool) -> None:
    """Mark the alert NUMBER as read, for your whole authority."""
    mark_read(number, actor=actor)
    tell({"number": number, "is_read": True}, [f"Alert {number} is read."], as_json=as_json)


@alert.command()
@click.argument("number", type=int)
@with_actor
@click.option("--html", is_flag=True, help="As a page to print, instead of plain text.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file."
)
def letter(_: Node, actor: Actor, number: int, html: bool, output: Path | None) -> None:
    """Write the letter of the outcome alert NUMBER: that a victim was identified with your help."""
    written = write_letter(number, actor=actor)
    text = written.html if html else written.text
    if output is None:
        click.echo(text, nl=False)
        return
    with written_whole(output) as stream:
        stream.write(text)
    click.echo(f"The letter is in {visible(str(output))}.", err=True)


@alert.command()
@with_actor
@click.option("--series", metavar="NAME", help="Follow this series.")
@click.option("--country", metavar="XX", help="Follow what authorities of this country register.")
@click.option("--search", is_flag=True, help="Follow what fits the filters below.")
@click.option(
    "--status",
    multiple=True,
    type=click.Choice([each.value for each in SeriesStatus]),
    help="Filter: the series has this status; may be given again.",
)
@click.option(
    "--marker",
    multiple=True,
    type=click.Choice([each.value for each in Marker]),
    help="Filter: this marker is set on it; may be given again.",
)
@click.option("--owner-country", metavar="XX", default="", help="Filter: its owner is of this country.")
@click.option("--owner", metavar="CODE", default="", help="Filter: its owner.")
@click.option(
    "--handling",
    multiple=True,
    type=click.Choice([each.value for each in Handling]),
    help="Filter: it is handled so; may be given again.",
)
@click.option(
    "--min-new",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Filter: at least so many media of it are registered at once.",
)
@click.option("--by-email", is_flag=True, help="Write to you, too; alone: of every alert to your authority.")
@json_flag
def subscribe(
    _: Node,
    actor: Actor,
    series: str | None,
    country: str | None,
    search: bool,
    status: tuple[str, ...],
    marker: tuple[str, ...],
    owner_country: str,
    owner: str,
    handling: tuple[str, ...],
    min_new: int,
    by_email: bool,
    as_json: bool,
) -> None:
    """Follow a series, a country, or what fits a search."""
    filters = Search(
        status=tuple(SeriesStatus(each) for each in status),
        marker=tuple(Marker(each) for each in marker),
        country=owner_country,
        owner=owner,
        handling=tuple(Handling(each) for each in handling),
        min_new=min_new,
    )
    if not search and filters != Search():
        raise click.UsageError("Filters belong to a search: add --search.")
    made = follow(Wanted(series, country, filters if search else None, by_email), actor=actor)
    tell({"number": made.pk}, [f"Subscription {made.pk} is made."], as_json=as_json)


@alert.command()
@click.argument("number", type=int)
@with_actor
@json_flag
def unsubscribe(_: Node, actor: Actor, number: int, as_json: bool) -> None:
    """End the subscription NUMBER."""
    end(number, actor=actor)
    tell({"number": number, "has_ended": True}, [f"Subscription {number} has ended."], as_json=as_json)


@alert.command()
@with_actor
@json_flag
def subscriptions(_: Node, actor: Actor, as_json: bool) -> None:
    """List what your authority follows."""
    rows = list_subscriptions(actor=actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        click.echo(visible(f"{row.number:>6}  {row.since:%Y-%m-%d}  {_followed(row)}"))


@alert.command()
@click.argument("address")
@with_actor
@json_flag
def address(_: Node, actor: Actor, address: str, as_json: bool) -> None:
    """Say that you can be written to at ADDRESS; an empty one ends that."""
    set_address(address, actor=actor)
    tell(
        {"address": address},
        [f"E-mail goes to {address}." if address else "No e-mail is sent to you."],
        as_json=as_json,
    )


@alert.command()
@with_node
def deliver(node: Node) -> None:
    """Send the e-mails that are due, and tell of answers that are overdue."""
    from cairn.web.tongues import tongue_of  # noqa: PLC0415 - the desk's catalogues, where they are needed

    done = deliver_mail(node, tongue_of=tongue_of)
    click.echo(f"{done.sent} sent, {done.later} to be tried again, {done.given_up} given up.")


def _lines(row: AlertRow) -> list[str]:
    lines = [f"Alert {row.number}, {row.at:%Y-%m-%d %H:%M} UTC, {row.kind}", row.words]
    if row.contact is not None:
        lines.append(f"Ask {row.about}: {row.contact}")
    if row.read_at is not None:
        lines.append(f"Read {row.read_at:%Y-%m-%d %H:%M} UTC by {row.read_by or 'the operator'}")
    return lines


def _followed(row: SubscriptionRow) -> str:
    what = "all alerts"
    if row.search is not None:
        filters = {name: value for name, value in row.search.items() if value}
        what = f"search {json.dumps(filters)}"
    elif row.country:
        what = f"country {row.country}"
    elif row.series is not None:
        what = f"series {row.series or 'that you see no more'}"
    mail = f", by e-mail to {row.person}" if row.by_email else ""
    return f"{what}{mail}"

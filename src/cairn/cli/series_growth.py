"""``cairn series grow``: what follows from judgements for a series."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.linking.judgement import LinkKind
from cairn.services.answering.answer_words import amount
from cairn.services.series.growing import grow as grow_series
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.services.series.growing import Growth


@click.command()
@click.argument("name")
@with_actor
@click.option("--apply", is_flag=True, help="Add what follows; without it, it is only shown.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([each.value for each in LinkKind]),
    default=(LinkKind.DUPLICATE.value,),
    show_default=True,
    help="In which ways media must be the same; may be given several times.",
)
@click.option("--with-others", is_flag=True, help="Let the words of other authorities count like yours.")
@click.option("--case", metavar="REF", help="The case of yours in which the media are added.")
@json_flag
def grow(
    _: Node,
    actor: Actor,
    name: str,
    apply: bool,
    kinds: tuple[str, ...],
    with_others: bool,
    case: str | None,
    as_json: bool,
) -> None:
    """Show what belongs to your series NAME because people say that it is the same, and add it."""
    growth = grow_series(
        name,
        actor=actor,
        apply=apply,
        kinds=[LinkKind(kind) for kind in kinds],
        with_others=with_others,
        case=case,
    )
    if as_json:
        click.echo(json.dumps(asdict(growth), indent=1))
        return
    for line in _lines(growth):
        click.echo(visible(line))


def _lines(growth: Growth) -> list[str]:
    lines = [f"{row.media}  by {', '.join(row.said_by)}: {' = '.join(row.chain)}" for row in growth.additions]
    lines += [
        f"contradiction: {found.pair[0]} and {found.pair[1]} are not the same, "
        f"says {', '.join(found.rejected_by)}; yet {' = '.join(found.chain)}. Nothing follows from it."
        for found in growth.contradictions
    ]
    done = "added to" if growth.applied else "would be added to"
    lines.append(f"{amount(len(growth.additions), 'media', 'media')} {done} {growth.series}.")
    if growth.of_others:
        more = amount(growth.of_others, "more media", "more media")
        lines.append(f"{more} by the word of other authorities: see --with-others.")
    return lines

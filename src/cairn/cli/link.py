"""``cairn link``: what may be the same, and what people say of it. No picture is ever shown."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor, with_node
from cairn.cli.progress import file_progress
from cairn.cli.told import tell
from cairn.errors import InputError
from cairn.linking import PDQ_31
from cairn.linking.drawing import as_svg
from cairn.linking.judgement import LinkKind, Outcome
from cairn.services.answering.answer_words import amount, said_in_words, spoken
from cairn.services.checking.suggesting import suggest as write_links
from cairn.services.checking.suggesting import suggest_again
from cairn.services.checking.whole_file import written_whole
from cairn.services.judgements.judge import Named, judge
from cairn.services.judgements.judge import withdraw as take_back
from cairn.services.judgements.links import SHOWN_LINKS, list_links, show_link
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.judgements.link_facts import LinkFacts, LinkRow
    from cairn.services.node.opening import Node

kind_option = click.option(
    "--kind",
    type=click.Choice([each.value for each in LinkKind]),
    default=LinkKind.DUPLICATE.value,
    show_default=True,
    help="In which way the two may be the same.",
)


@click.group()
def link() -> None:
    """Judge which media are the same, and read what is said of them."""


@link.command(name="list")
@with_actor
@click.option("--series", metavar="NAME", help="Only links of media in this series.")
@click.option("--open", "only_open", is_flag=True, help="Only links that your authority has not decided.")
@click.option(
    "--most", type=click.IntRange(1, 100_000), default=SHOWN_LINKS, show_default=True, help="How many."
)
@json_flag
def list_(_: Node, actor: Actor, series: str | None, only_open: bool, most: int, as_json: bool) -> None:
    """List the links that the authority may see, the strongest first."""
    rows, are_more = list_links(actor, series=series, only_open=only_open, most=most)
    if as_json:
        click.echo(json.dumps({"more": are_more, "links": [asdict(row) for row in rows]}, indent=1))
        return
    for row in rows:
        click.echo(visible(_line(row)))
    if are_more:
        click.echo("There are more: raise --most.", err=True)


@link.command()
@click.argument("first")
@click.argument("second")
@kind_option
@with_actor
@click.option(
    "--drawing",
    type=click.Path(path_type=Path),
    help="Write the points that agree as a drawing without a picture (SVG).",
)
@json_flag
def show(
    _: Node, actor: Actor, first: str, second: str, kind: str, drawing: Path | None, as_json: bool
) -> None:
    """Show what methods and people say of the media FIRST and SECOND, named by their SHA-256."""
    facts = show_link(Named(first, second, LinkKind(kind)), actor=actor)
    if drawing is not None:
        _draw(facts, drawing)
    if as_json:
        click.echo(json.dumps(_row(facts), default=str, indent=1))
        return
    for line in _lines(facts):
        click.echo(visible(line))


def _row(facts: LinkFacts) -> dict[str, object]:
    """Answer the facts as programs read them: what agrees is a drawing, as it always was."""
    drawn = [None if each.points is None else as_svg(each.points) for each in facts.suggestions]
    suggestions = [
        {"method": each.method, "score": each.score, "evidence": each.evidence, "drawing": drawing}
        for each, drawing in zip(facts.suggestions, drawn, strict=True)
    ]
    return {**asdict(facts), "suggestions": suggestions}


def _draw(facts: LinkFacts, place: Path) -> None:
    """Write the drawing of the newest suggestion that has one."""
    points = next((each.points for each in facts.suggestions if each.points), None)
    if points is None:
        raise InputError(
            "No method has compared these two in detail, so there is nothing to draw.", code="link.no-drawing"
        )
    with written_whole(place) as stream:
        stream.write(as_svg(points))


def _judging(name: str, outcome: Outcome, help_text: str) -> None:
    """Add the command that says this outcome."""

    @link.command(name=name, help=help_text)
    @click.argument("first")
    @click.argument("second")
    @kind_option
    @with_actor
    @click.option("--reason", required=True, help="Why, for those who read it later.")
    @click.option("--case", metavar="REF", help="The case of yours in which you say so.")
    @json_flag
    def judging(
        _: Node,
        actor: Actor,
        first: str,
        second: str,
        kind: str,
        reason: str,
        case: str | None,
        as_json: bool,
    ) -> None:
        named = Named(first, second, LinkKind(kind))
        series = judge(named, outcome, reason=reason, actor=actor, case=case)
        in_way = "" if kind == LinkKind.DUPLICATE else f" --kind {kind}"
        follows = [
            f"Your series {each.name} holds one of the two. See what follows: cairn series grow NAME{in_way}"
            for each in series
        ]
        values = {
            "authority": actor.authority.code,
            "outcome": outcome.value,
            "kind": kind,
            "series": [each.name for each in series],
        }
        sentence = f"{actor.authority.code}: {outcome.value}, as {kind}."
        tell(values, [sentence, *follows], as_json=as_json)


_judging("confirm", Outcome.CONFIRMED, "Say that FIRST and SECOND are the same, in the way of --kind.")
_judging("reject", Outcome.REJECTED, "Say that FIRST and SECOND are not the same, in the way of --kind.")
_judging("unsure", Outcome.UNSURE, "Say that you have looked at FIRST and SECOND, and cannot tell.")


@link.command()
@click.argument("first")
@click.argument("second")
@kind_option
@with_actor
@json_flag
def withdraw(_: Node, actor: Actor, first: str, second: str, kind: str, as_json: bool) -> None:
    """Take back what your authority has said of FIRST and SECOND; the words are kept as history."""
    words = take_back(Named(first, second, LinkKind(kind)), actor=actor)
    tell(
        {"authority": actor.authority.code, "words": words},
        [f"{actor.authority.code} has taken {amount(words, 'word')} back."],
        as_json=as_json,
    )


@link.command()
@with_node
@click.option("--again", is_flag=True, help="Ask about everything that is recorded, not only what waits.")
def suggest(node: Node, again: bool) -> None:
    """Compute suggested links for what waits; stopped, the same command without --again goes on."""
    if again:
        suggest_again(node)
    with file_progress("Linking") as (advance, _):
        media = write_links(node, policy=PDQ_31, watch=lambda done: advance(done, done))
    click.echo(f"{amount(media, 'media', 'media')} compared with all others ({PDQ_31.name}).")
    from cairn.linking.detailed import DetailPolicies  # noqa: PLC0415 - computer vision, where it is needed
    from cairn.services.features.suggesting import suggest_by_details  # noqa: PLC0415 - as above

    policies = DetailPolicies()
    with file_progress("Comparing") as (advance, _):
        media = suggest_by_details(node, policies=policies, watch=lambda done: advance(done, done))
    names = f"{policies.altered.name}, {policies.scene.name}"
    click.echo(f"{amount(media, 'media', 'media')} compared in detail ({names}).")
    _suggest_by_sound(node, again=again)
    if node.config.model is not None:
        _suggest_by_model(node, node.config.model, again=again)


def _suggest_by_sound(node: Node, *, again: bool) -> None:
    """Compare what is heard in recorded media."""
    from cairn.linking.policy import SOUND_2  # noqa: PLC0415 - as above
    from cairn.services.sounds.suggesting import (  # noqa: PLC0415 - as above
        suggest_by_sound,
        suggest_by_sound_again,
    )

    if again:
        suggest_by_sound_again()
    with file_progress("By sound") as (advance, _):
        media = suggest_by_sound(node, policy=SOUND_2, watch=lambda done: advance(done, done))
    click.echo(f"{amount(media, 'media', 'media')} compared by sound ({SOUND_2.name}).")


def _suggest_by_model(node: Node, place: Path, *, again: bool) -> None:
    """Compare what the node's learnt model has described."""
    from cairn.fingerprints.learnt.description import read_description  # noqa: PLC0415 - as above
    from cairn.services.learnt.suggesting import (  # noqa: PLC0415 - as above
        suggest_by_model,
        suggest_by_model_again,
    )

    description = read_description(place)
    if again:
        suggest_by_model_again(description)
    with file_progress("By the model") as (advance, _):
        media = suggest_by_model(node, description, watch=lambda done: advance(done, done))
    click.echo(f"{amount(media, 'media', 'media')} compared by the learnt model {description.policy}.")


def _line(row: LinkRow) -> str:
    said = said_in_words(row.said) or "nobody has judged it"
    parts = [row.kind.value, row.evidence or "suggested by no method", said, *row.series]
    return f"{row.first}  {row.second}  {' · '.join(parts)}"


def _lines(facts: LinkFacts) -> list[str]:
    lines = [f"first     {facts.first}", *[f"          in {name}" for name in facts.first_series]]
    lines += [f"second    {facts.second}", *[f"          in {name}" for name in facts.second_series]]
    lines.append(f"{facts.kind.value:<9} {spoken(facts.said.agreement)}")
    for each in facts.suggestions:
        lines.append(f"  {each.method}: {each.evidence} (score {each.score:.3f})")
    for word in facts.words:
        taken = f" (taken back {word.withdrawn_at:%Y-%m-%d})" if word.withdrawn_at else ""
        lines.append(f"  {word.judged_at:%Y-%m-%d}  {word.authority}: {word.outcome}{taken}, {word.reason}")
    return lines

"""``cairn question``: one authority asks another, with an answer expected by a date."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import day_option, json_flag, with_actor
from cairn.cli.told import tell
from cairn.services.joint.questions import NewQuestion, list_questions
from cairn.services.joint.questions import answer as give_answer
from cairn.services.joint.questions import ask as put_question
from cairn.services.visible import visible

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.users import Actor
    from cairn.services.joint.questions import QuestionRow
    from cairn.services.node.opening import Node


@click.group()
def question() -> None:
    """Ask another authority, and answer what it asks."""


@question.command()
@click.argument("code")
@click.argument("text")
@with_actor
@click.option("--series", metavar="NAME", help="The series that it is about; the other one must see it.")
@click.option("--investigation", metavar="NAME", help="The joint investigation that it belongs to.")
@day_option("--by", help="By when an answer is expected.")
@json_flag
def ask(
    _: Node,
    actor: Actor,
    code: str,
    text: str,
    series: str | None,
    investigation: str | None,
    by: date | None,
    as_json: bool,
) -> None:
    """Ask the authority CODE the question TEXT."""
    asked = put_question(NewQuestion(code, text, series, investigation, by), actor=actor)
    tell(
        {"number": asked.pk, "asked_to": code, "expected_on": by},
        [f"{code} is asked: question {asked.pk}."],
        as_json=as_json,
    )


@question.command()
@click.argument("number", type=int)
@click.argument("text")
@with_actor
@json_flag
def answer(_: Node, actor: Actor, number: int, text: str, as_json: bool) -> None:
    """Answer the question NUMBER with TEXT."""
    answered = give_answer(number, text, actor=actor)
    tell(
        {"number": number, "asked_by": answered.asked_by.code},
        [f"{answered.asked_by.code} has the answer to question {number}."],
        as_json=as_json,
    )


@question.command(name="list")
@with_actor
@click.option("--waiting", is_flag=True, help="Only those without an answer.")
@json_flag
def list_(_: Node, actor: Actor, waiting: bool, as_json: bool) -> None:
    """List what your authority has asked and was asked, those that wait first."""
    rows = list_questions(waiting_only=waiting, actor=actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        for line in question_lines(row):
            click.echo(visible(line))


def question_lines(row: QuestionRow) -> list[str]:
    """Answer a question, and its answer where there is one, as lines."""
    about = f", about {row.series}" if row.series else ""
    state = "answered" if row.answered_at else "waits"
    if row.expected_on and not row.answered_at:
        state = f"{'OVERDUE since' if row.is_overdue else 'expected by'} {row.expected_on}"
    lines = [f"{row.number:>6}  {row.asked_by} asks {row.asked_to}{about} ({state}): {row.text}"]
    return [*lines, f"        {row.asked_to}: {row.answer}"] if row.answered_at else lines

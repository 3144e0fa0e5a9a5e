"""``cairn demo``: a node of a small alliance, a seizure, and the real check of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.answer_view import as_svg
from cairn.errors import InputError
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.demonstration import differences, fill_node
from cairn.synthetic import save_truth, write_story
from cairn.synthetic.films import write_films

if TYPE_CHECKING:
    from cairn.synthetic import Story

SEED = 2026
CASE = "DEMO-1"
EXIT_UNTRUE = 1


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to build it (else a temporary folder)."
)
@click.option(
    "--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Another seed is another story."
)
@click.option("--picture", type=click.Path(path_type=Path), help="Draw the answer as a picture too (SVG).")
def demo(folder: Path | None, seed: int, picture: Path | None) -> None:
    """Build a demonstration node, check a seizure against it, and say what to type next.

    All pictures are drawn on this machine. It ends with 1 where the answer is not what the generator of the
    pictures knows to be true.
    """
    started = time.monotonic()

    def tell(words: str) -> None:
        click.echo(f"{time.monotonic() - started:5.1f} s  {words}")

    place = folder or Path(tempfile.mkdtemp(prefix="cairn-demo-"))
    click.echo(f"The demonstration lies in {place}; every picture in it is drawn by this program.")
    try:
        story = write_films(place, write_story(place, seed=seed))
    except FileExistsError:
        raise InputError(
            f"{place} holds a demonstration already. Choose another folder, or remove it: rm -r {place}",
            code="demo.exists",
        ) from None
    save_truth(story, place / "truth.json")
    tell(
        f"Drawn: what three authorities hold, and a seizure of {len(story.expected)} files, films among them."
    )
    node = fill_node(place / "node", story, workers=os.cpu_count() or 1, told=tell)
    tell(f"{story.asker} checks the seizure:\n")
    answered = _run_check(place, story)
    _judge(story, answered)
    if picture is not None:
        answer = check(node, CheckRequest((story.seizure,), case=CASE))
        picture.write_text(as_svg(answer, "cairn check seizure"), encoding="utf-8")
    _say_next(place, story)


def _command(place: Path, story: Story) -> list[str]:
    """Answer the command that a person would type, without the name of the program."""
    node, report = str(place / "node"), str(place / "answer.html")
    return ["check", str(story.seizure), "--node", node, "--case", CASE, "--report", report]


def _run_check(place: Path, story: Story) -> dict[str, str]:
    """Run the real command as a process of its own, and answer its verdicts by name."""
    answer = place / "answer.json"
    command = [sys.executable, "-m", "cairn.cli.main", *_command(place, story), "--json", str(answer)]
    finished = subprocess.run(command, check=False)  # noqa: S603 - our own program, our own words
    if finished.returncode != 0:
        click.echo(f"cairn: the check ended with {finished.returncode}.", err=True)
        sys.exit(finished.returncode)
    files = json.loads(answer.read_text(encoding="utf-8"))["files"]
    root = story.seizure.resolve()
    return {Path(file["address"]).relative_to(root).as_posix(): file["verdict"] for file in files}


def _judge(story: Story, answered: dict[str, str]) -> None:
    wrong = differences(story, answered)
    for row in wrong:
        click.echo(f"  {row.name}: {row.answered}, and in truth {row.expected}", err=True)
    if wrong:
        click.echo(f"cairn: {len(wrong)} of {len(story.expected)} verdicts are not true.", err=True)
        sys.exit(EXIT_UNTRUE)
    click.echo(
        f"\nAll {len(story.expected)} verdicts are what the generator of the pictures knows to be true."
    )


def _say_next(place: Path, story: Story) -> None:
    cairn = Path(sys.argv[0]).name if Path(sys.argv[0]).name == "cairn" else "cairn"
    words = " ".join(_command(place, story)[:6])
    click.echo(f"""
What to do next:
  open the report:                  {place / "answer.html"}
  register what was found:          {cairn} {words} --register
  the same seizure, seen by Japan:  {cairn} {words.replace(CASE, "JP-1")} --authority JP-DEMO
  who holds what:                   {cairn} series list --node {place / "node"}
  the desk, in a browser:           CAIRN_NEW_PASSWORD='choose-a-long-one' {cairn} user create me --name Me \\
                                      --role investigator --node {place / "node"}
                                    {cairn} serve --node {place / "node"}
  your own files:                   {cairn} node init --help
  away with all of it:              rm -r {place}""")

"""``cairn feedback``: what the authority has said of contents is said to the service that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cairn.cli.options import EvidencePath, json_flag, with_actor
from cairn.cli.told import tell
from cairn.exchange.source import read_source
from cairn.services.answering.answer_words import amount
from cairn.services.exchange.saying import POLICY, say_votes, votes_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.records.users import Actor
    from cairn.services.exchange.saying import Sent, Votes
    from cairn.services.node.opening import Node


@click.command()
@click.argument("source", type=EvidencePath())
@with_actor
@click.option("--send", is_flag=True, help="Send it; else it is only counted.")
@click.option("--reason", default="", metavar="WORDS", help="Why those do not fit that do not.")
@json_flag
def feedback(node: Node, actor: Actor, source: Path, send: bool, reason: str, as_json: bool) -> None:
    """Say which hashes fit, and which do not, to the service of SOURCE, from which a list was fetched.

    Said is what your own authority has categorised, and nothing unless you say --send.
    """
    there = read_source(source)
    if send:
        sent = say_votes(node, there, actor=actor, reason=reason)
        values: dict[str, object] = {
            "fits": sent.fits,
            "fits_not": sent.fits_not,
            "without_reason": sent.without_reason,
            "gone": sent.gone,
            "policy": POLICY,
        }
        tell(values, list(_sent(sent)), as_json=as_json)
        return
    votes = votes_on(node, there, actor=actor)
    values = {
        "fits": votes.count(fits=True),
        "fits_not": votes.count(fits=False),
        "said_before": votes.said_before,
        "reasons": list(dict.fromkeys(each.words for each in votes.reasons)),
        "policy": POLICY,
    }
    tell(values, list(_counted(votes)), as_json=as_json)


def _counted(votes: Votes) -> Iterator[str]:
    fits, fits_not = votes.count(fits=True), votes.count(fits=False)
    before = f"{votes.said_before:,} were said before"
    yield f"{amount(fits, 'hash', 'hashes')} fit, {fits_not:,} do not; {before}."
    if votes.reasons:
        yield "Why a hash may not fit, for --reason:"
        yield from (f"  {words}" for words in dict.fromkeys(each.words for each in votes.reasons))
    yield "Nothing was sent. --send sends it."


def _sent(sent: Sent) -> Iterator[str]:
    all_ = amount(sent.fits + sent.fits_not, "hash", "hashes")
    yield f"Sent of {all_}: {sent.fits:,} fit, {sent.fits_not:,} do not."
    if sent.without_reason:
        yield f"Not said of {sent.without_reason:,} that they do not fit: choose a --reason."
    if sent.gone:
        yield f"{sent.gone:,} are there no more."

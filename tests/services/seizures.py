"""Small seizures and holdings for the tests of the services."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cairn.records.authorities import Authority, AuthorityKind
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.directory.acting import operator_of
from cairn.services.directory.authorities import NewAuthority, add_authority
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.node.opening import Node


def run(node: Node, *paths: Path, authority: str | None = None, **request: object) -> Answer:
    """Check the paths with the stand-in for the decoder pool, as the operator for an authority."""
    actor = operator_of(node, str(authority)) if authority else None
    return check(node, CheckRequest(paths, actor=actor, **request), open_pool=InProcessPool)  # type: ignore[arg-type]  # a test's words


def hold(node: Node, *paths: Path, authority: str, **request: object) -> Answer:
    """Register the paths as what the authority holds in its case K1."""
    return run(node, *paths, authority=authority, case="K1", register=True, **request)


def unit(
    node: Node, code: str, *, country: str = "BR", kind: AuthorityKind = AuthorityKind.UNIT
) -> Authority:
    """Record another authority on the node."""
    new = NewAuthority(code, f"Demonstration unit {code}", kind, country, f"desk@{code.lower()}.example")
    return add_authority(new, actor=node.operator)


def by_name(answer: Answer) -> dict[str, FileAnswer]:
    """Answer the files of an answer by their names."""
    return {Path(file.address).name: file for file in answer.files}


def verdicts(answer: Answer) -> dict[str, str]:
    """Answer the verdict of every file by its name."""
    return {name: str(file.verdict) for name, file in by_name(answer).items()}

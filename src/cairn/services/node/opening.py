"""Making a node and opening one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import ConfigurationError
from cairn.records import audit
from cairn.records.authorities import Authority
from cairn.records.connection import (
    connect,
    database_errors_in_words,
    migrate,
    require_current_tables,
    require_records,
)
from cairn.records.node import NodeConfig, new_config, read_config, write_config
from cairn.records.users import Actor
from cairn.services.auditing.signing import sign_head
from cairn.services.categories import install_scheme, standard_scheme
from cairn.services.directory.authorities import NewAuthority, find_or_record

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Node:
    """An open node: what it is, and the authority that runs it."""

    config: NodeConfig
    authority: Authority

    @property
    def operator(self) -> Actor:
        """Whoever works at the node's own command line, acting for its authority."""
        return Actor.operator(self.authority)


def create_node(folder: Path, *, authority: NewAuthority, database: str) -> Node:
    """Make the folder a node of this authority; half-way through nothing counts, and it can be run again.

    Raises:
        ConfigurationError: It is a node already, or cannot be written or reached.
        InputError: The authority's values do not hold.
    """
    config = new_config(folder, authority=authority.code, database=database)
    connect(config)
    migrate()
    with database_errors_in_words(), transaction.atomic():
        recorded = find_or_record(authority)
        install_scheme(standard_scheme(), actor=Actor.operator(recorded))
        audit.append(audit.AuditTag.NODE_CREATED, actor=Actor.operator(recorded))
    write_config(config)
    sign_head(config)
    return Node(config, recorded)


def open_node(folder: Path) -> Node:
    """Open the node in ``folder``.

    Raises:
        ConfigurationError: There is none, it is damaged, newer or older than this version, or its records
            cannot be reached.
    """
    config = read_config(folder)
    require_records(config)
    connect(config)
    require_current_tables()
    with database_errors_in_words():
        authority = Authority.objects.filter(code=config.authority).first()
    if authority is None:
        raise ConfigurationError(
            f"The node's file names the authority {config.authority}, which its records do not know.",
            code="node.authority",
        )
    return Node(config, authority)


def upgrade_node(folder: Path) -> None:
    """Bring the node's tables up to this version of Cairn; what is recorded stays.

    Raises:
        ConfigurationError: There is no node, a newer version made it, or it cannot be reached.
    """
    config = read_config(folder)
    require_records(config)
    connect(config)
    migrate()
    sign_head(config)

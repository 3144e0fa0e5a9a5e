"""A typed code: of the authenticator app, or a recovery code; which it is, its form tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.services.factors.apps import try_app
from cairn.services.factors.attempts import attempt
from cairn.services.factors.recovery import try_code

if TYPE_CHECKING:
    from cairn.records.node import NodeConfig
    from cairn.records.users import User


def prove_by_code(config: NodeConfig, user: User, typed: str) -> None:
    """Make sure that the code is the person's; it is used up by that.

    Raises:
        InputError: It is not, or the login waits (``factor.refused``).
    """

    def try_it(person: User) -> str | None:
        if try_app(config, person, typed):
            return "app"
        return "recovery-code" if try_code(person, typed) else None

    attempt(user, try_it)

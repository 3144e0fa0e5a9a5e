"""Who acts: the operator of the node for one of its authorities, or a person who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password

from cairn.errors import InputError
from cairn.records.connection import database_errors_in_words
from cairn.records.users import Actor, User
from cairn.services.directory import find_authority
from cairn.services.typed_text import is_recordable

if TYPE_CHECKING:
    from cairn.services.node import Node


def operator_of(node: Node, code: str | None = None) -> Actor:
    """Answer the operator of the node, acting for the authority of that code, else for the node's own.

    Raises:
        InputError: There is no such authority (``authority.missing``).
    """
    return Actor.operator(node.authority if code is None else find_authority(code))


def sign_in(login: str, password: str) -> Actor:
    """Answer the person of that login, where the password is theirs; it takes as long where nobody is.

    Raises:
        InputError: It is not, or there is nobody, or the account is closed (``user.refused``): which of
            these is not said.
    """
    with database_errors_in_words():
        rows = User.objects.select_related("authority")
        user = rows.filter(login=login, is_active=True).first() if is_recordable(login) else None
    if user is None:
        make_password(password)
    elif check_password(password, user.password):
        return Actor.person(user)
    raise InputError("The login and the password do not fit together.", code="user.refused")

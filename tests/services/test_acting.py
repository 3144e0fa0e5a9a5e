"""Who acts: the operator, or a person who gives their password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password

from cairn.errors import InputError
from cairn.records.users import Role, User
from cairn.services.acting import operator_of, sign_in
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node import Node


@pytest.fixture
def vera(node: Node) -> User:
    return User.objects.create(
        authority=node.authority,
        login="vera",
        name="Vera",
        role=Role.INVESTIGATOR,
        password=make_password("long and hers"),
    )


def test_the_operator_acts_for_any_authority_of_the_node_and_as_no_person(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    assert operator_of(node).authority == node.authority
    actor = operator_of(node, "BR-UNIT")
    assert (actor.authority, actor.user) == (other, None)
    assert Role.ADMINISTRATOR in actor.roles


def test_a_person_acts_for_their_authority_in_their_role_alone(node: Node, vera: User) -> None:
    actor = sign_in("vera", "long and hers")
    assert (actor.authority, actor.user) == (node.authority, vera)
    assert actor.roles == {Role.INVESTIGATOR}


@pytest.mark.parametrize(
    ("login", "password"), [("vera", "wrong"), ("nobody", "long and hers"), ("vera\x00", "x"), ("vera", "")]
)
def test_who_cannot_be_told_is_refused_in_one_sentence(vera: User, login: str, password: str) -> None:
    with pytest.raises(InputError, match="do not fit together") as caught:
        sign_in(login, password)
    assert caught.value.code == "user.refused"


def test_a_closed_account_is_refused_in_the_same_sentence(vera: User) -> None:
    User.objects.filter(pk=vera.pk).update(is_active=False)
    with pytest.raises(InputError, match="do not fit together"):
        sign_in("vera", "long and hers")

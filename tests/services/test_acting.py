"""Who acts: the operator, or a person who gives their password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password

from cairn.errors import InputError
from cairn.records.access import Act, may
from cairn.records.authorities import AuthorityKind
from cairn.records.users import ROLES_OF, Actor, Role, User
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


@pytest.mark.parametrize("kind", AuthorityKind)
def test_the_operator_does_for_an_authority_what_its_people_could_and_keeps_accounts(
    sqlite_node: Node, kind: AuthorityKind
) -> None:
    made = unit(sqlite_node, "XX-1", kind=kind)
    assert operator_of(sqlite_node, "XX-1").roles == ROLES_OF[kind] | {Role.ADMINISTRATOR}
    people = [Actor.person(User(authority=made, login="x", role=role)) for role in ROLES_OF[kind]]
    assert operator_of(sqlite_node, "XX-1").sees_material is any(each.sees_material for each in people)


def test_the_operator_of_a_company_neither_opens_series_nor_reads_people(sqlite_node: Node) -> None:
    unit(sqlite_node, "XX-1", kind=AuthorityKind.COMPANY)
    actor = operator_of(sqlite_node, "XX-1")
    for act in (Act.SERIES_CREATE, Act.SERIES_READ, Act.PERSON_READ, Act.STATUS_PROPOSE):
        assert not may(actor, act).allowed


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

"""The people of an authority: recorded by an administrator, in roles that fit the authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.users import ROLES_OF, Actor, Role, User
from cairn.services.directory.acting import sign_in
from cairn.services.directory.users import (
    change_user,
    create_user,
    list_users,
    set_active,
    set_password,
    set_role,
)
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

PASSWORD = "a long password"  # noqa: S105 - a test's


@pytest.fixture
def vera(node: Node) -> User:
    return create_user("vera", name="Vera", role=Role.INVESTIGATOR, password=PASSWORD, actor=node.operator)


def test_a_person_signs_in_with_the_password_they_were_given(node: Node, vera: User) -> None:
    assert sign_in(node, "vera", PASSWORD).user == vera
    assert [user.login for user in list_users(node.operator)] == ["vera"]
    tags = [AuditTag.USER_CREATED, AuditTag.USER_SIGNED_IN, AuditTag.USER_LISTED]
    assert list(AuditEvent.objects.order_by("pk").values_list("tag", flat=True))[-3:] == tags


def test_a_closed_account_lets_nobody_in_until_it_is_open_again(node: Node, vera: User) -> None:
    set_active("vera", is_active=False, actor=node.operator)
    with pytest.raises(InputError):
        sign_in(node, "vera", PASSWORD)
    set_active("vera", is_active=True, actor=node.operator)
    assert sign_in(node, "vera", PASSWORD).user == vera


def test_a_person_changes_their_own_password_and_nobody_else_s(node: Node, vera: User) -> None:
    create_user("otto", name="Otto", role=Role.SUPERVISOR, password=PASSWORD, actor=node.operator)
    set_password("vera", "another long one", actor=Actor.person(vera))
    assert sign_in(node, "vera", "another long one").user == vera
    with pytest.raises(AccessError):
        set_password("otto", "another long one", actor=Actor.person(vera))
    with pytest.raises(AccessError):
        set_password("vera", "another long one", actor=sign_in(node, "otto", PASSWORD))


def test_an_address_is_recorded_with_the_person_and_changed_by_them_or_an_administrator(node: Node) -> None:
    words = {"name": "Vera", "role": Role.INVESTIGATOR, "password": PASSWORD}
    vera = create_user("vera", **words, email="vera@unit.example", actor=node.operator)  # type: ignore[arg-type]  # a test's words
    otto = create_user("otto", **words, actor=node.operator)  # type: ignore[arg-type]  # as above
    assert (vera.email, otto.email) == ("vera@unit.example", "")
    change_user("vera", email="v@unit.example", actor=Actor.person(vera))
    change_user("vera", name="Vera Two", actor=node.operator)
    vera.refresh_from_db()
    assert (vera.name, vera.email) == ("Vera Two", "v@unit.example")
    with pytest.raises(AccessError):
        change_user("vera", email="otto@unit.example", actor=Actor.person(otto))
    change_user("vera", email="", actor=node.operator)
    vera.refresh_from_db()
    assert vera.email == ""


@pytest.mark.parametrize(
    "email", ["vera", "vera@unit.example\nBcc: all@unit.example", "v" * 250 + "@x.example"]
)
def test_what_is_no_address_is_refused(sqlite_node: Node, email: str) -> None:
    words = {"name": "Vera", "role": Role.INVESTIGATOR, "password": PASSWORD}
    with pytest.raises(InputError, match="no e-mail address"):
        create_user("vera", **words, email=email, actor=sqlite_node.operator)  # type: ignore[arg-type]  # a test's words
    with pytest.raises(InputError, match="no e-mail address"):
        change_user("vera", email=email, actor=sqlite_node.operator)


def test_a_change_of_nothing_is_refused(sqlite_node: Node) -> None:
    with pytest.raises(InputError, match="what is to change"):
        change_user("vera", actor=sqlite_node.operator)


def test_an_administrator_gives_roles_but_not_to_themselves(node: Node, vera: User) -> None:
    chief = create_user("ada", name="Ada", role=Role.ADMINISTRATOR, password=PASSWORD, actor=node.operator)
    set_role("vera", Role.SUPERVISOR, actor=Actor.person(chief))
    assert sign_in(node, "vera", PASSWORD).roles == {Role.SUPERVISOR}
    with pytest.raises(InputError, match="own role"):
        set_role("ada", Role.SUPERVISOR, actor=Actor.person(chief))


def test_the_people_of_another_authority_do_not_exist(node: Node, vera: User) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    assert list_users(other) == ()
    for login in ("vera", "none"):
        with pytest.raises(AccessError, match="There is no such record"):
            set_role(login, Role.AUDITOR, actor=other)


def test_an_investigator_sees_their_own_account_alone(node: Node, vera: User) -> None:
    create_user("otto", name="Otto", role=Role.SUPERVISOR, password=PASSWORD, actor=node.operator)
    assert list_users(Actor.person(vera)) == (vera,)
    with pytest.raises(AccessError):
        create_user("new", name="New", role=Role.AUDITOR, password=PASSWORD, actor=Actor.person(vera))


@pytest.mark.parametrize("kind", AuthorityKind)
@pytest.mark.parametrize("role", Role)
def test_an_authority_has_people_of_its_own_roles_only(
    sqlite_node: Node, kind: AuthorityKind, role: Role
) -> None:
    actor = Actor.operator(unit(sqlite_node, "XX-1", kind=kind))
    if role in ROLES_OF[kind]:
        assert create_user("vera", name="Vera", role=role, password=PASSWORD, actor=actor).role == role
    else:
        with pytest.raises(InputError, match=f"has no {role}"):
            create_user("vera", name="Vera", role=role, password=PASSWORD, actor=actor)


@pytest.mark.parametrize(
    ("login", "name", "password", "words"),
    [
        ("Vera", "Vera", PASSWORD, "cannot be a login"),
        ("v", "Vera", PASSWORD, "cannot be a login"),
        ("vera", " ", PASSWORD, "1 to 200"),
        ("vera", "Vera\n", PASSWORD, "no line ends"),
        ("vera", "Vera", "short", "at least 12"),
    ],
)
def test_what_cannot_be_a_person_is_refused(
    sqlite_node: Node, login: str, name: str, password: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        create_user(login, name=name, role=Role.INVESTIGATOR, password=password, actor=sqlite_node.operator)
    assert not User.objects.exists()


def test_a_login_is_taken_once_over_all_authorities(node: Node, vera: User) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    with pytest.raises(InputError, match="taken"):
        create_user("vera", name="V", role=Role.INVESTIGATOR, password=PASSWORD, actor=other)

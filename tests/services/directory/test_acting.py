"""Who acts: the operator, or a person who gives their password."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from cairn.errors import InputError
from cairn.records.access import Act, may
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.users import ROLES_OF, Actor, Role, User
from cairn.services.directory.acting import FIRST_WAIT, FREE_ATTEMPTS, operator_of, sign_in, wait_after
from cairn.services.directory.users import create_user, set_password
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


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
    actor = sign_in(node, "vera", "long and hers")
    assert (actor.authority, actor.user) == (node.authority, vera)
    assert actor.roles == {Role.INVESTIGATOR}


@pytest.mark.parametrize(
    ("login", "password"), [("vera", "wrong"), ("nobody", "long and hers"), ("vera\x00", "x"), ("vera", "")]
)
def test_who_cannot_be_told_is_refused_in_one_sentence(
    node: Node, vera: User, login: str, password: str
) -> None:
    with pytest.raises(InputError, match="do not fit together") as caught:
        sign_in(node, login, password)
    assert caught.value.code == "user.refused"


def test_a_closed_account_is_refused_in_the_same_sentence(node: Node, vera: User) -> None:
    User.objects.filter(pk=vera.pk).update(is_active=False)
    with pytest.raises(InputError, match="do not fit together"):
        sign_in(node, "vera", "long and hers")


def attempts(node: Node, number: int, password: str = "wrong") -> None:  # noqa: S107 - a test's
    for _ in range(number):
        with pytest.raises(InputError, match="do not fit together"):
            sign_in(node, "vera", password)


def test_five_wrong_passwords_make_a_login_wait_even_for_the_right_one(node: Node, vera: User) -> None:
    attempts(node, FREE_ATTEMPTS)
    assert sign_in(node, "vera", "long and hers").user == vera
    attempts(node, FREE_ATTEMPTS + 1)
    attempts(node, 1, "long and hers")
    User.objects.filter(pk=vera.pk).update(waits_until=timezone.now() - timedelta(seconds=1))
    assert sign_in(node, "vera", "long and hers").user == vera
    vera.refresh_from_db()
    assert (vera.refused_sign_ins, vera.waits_until) == (0, None)


def test_each_further_wrong_password_waits_longer_and_one_during_the_wait_does_not(
    node: Node, vera: User
) -> None:
    attempts(node, FREE_ATTEMPTS + 1)
    vera.refresh_from_db()
    first = vera.waits_until
    assert first is not None
    assert timedelta(seconds=20) < first - timezone.now() <= FIRST_WAIT
    attempts(node, 3)
    vera.refresh_from_db()
    assert vera.waits_until == first
    User.objects.filter(pk=vera.pk).update(waits_until=timezone.now() - timedelta(seconds=1))
    attempts(node, 1)
    vera.refresh_from_db()
    assert vera.waits_until is not None
    assert FIRST_WAIT < vera.waits_until - timezone.now() <= 2 * FIRST_WAIT


def test_a_new_password_from_an_administrator_ends_the_wait(node: Node, vera: User) -> None:
    attempts(node, FREE_ATTEMPTS + 1)
    set_password("vera", "another long one", actor=node.operator)
    assert sign_in(node, "vera", "another long one").user == vera


def test_every_attempt_is_audited_and_a_login_that_nobody_has_is_not_written_down(
    node: Node, vera: User
) -> None:
    attempts(node, 2)
    sign_in(node, "vera", "long and hers")
    with pytest.raises(InputError):
        sign_in(node, "typed in the wrong field", "x")
    rows = AuditEvent.objects.filter(tag__startswith="records:user:").order_by("position")
    assert [(row.tag, row.user, row.record_ids, row.counts) for row in rows] == [
        (AuditTag.USER_REFUSED, None, [vera.pk], {"refused": 1}),
        (AuditTag.USER_REFUSED, None, [vera.pk], {"refused": 2}),
        (AuditTag.USER_SIGNED_IN, vera, [vera.pk], {"refused": 2}),
        (AuditTag.USER_REFUSED, None, [], {}),
    ]


@pytest.mark.parametrize(
    ("refused", "wait_s"), [(0, 0), (4, 0), (5, 30), (6, 60), (11, 1920), (12, 3600), (10_000, 3600)]
)
def test_the_wait_doubles_up_to_an_hour(refused: int, wait_s: int) -> None:
    assert wait_after(refused) == timedelta(seconds=wait_s)


def test_a_password_is_hashed_while_nothing_is_locked(
    sqlite_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[bool] = []

    def note(*_: object) -> bool:
        locked.append(connection.in_atomic_block)
        return False

    create_user(
        "vera", name="V", role=Role.INVESTIGATOR, password="long and hers", actor=sqlite_node.operator
    )
    for name in ("check_password", "make_password"):
        monkeypatch.setattr(f"cairn.services.directory.acting.{name}", note)
    for login in ("vera", "nobody"):
        with pytest.raises(InputError):
            sign_in(sqlite_node, login, "long and hers")
    assert locked == [False, False]


def test_of_attempts_that_are_made_at_once_no_more_are_tried_than_are_counted(
    node: Node, vera: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the right password is hashed, others are refused until the login waits, or it is changed."""

    def meanwhile(_: str, __: User | None) -> bool:
        monkeypatch.undo()
        for _attempt in range(FREE_ATTEMPTS + 1):
            with pytest.raises(InputError):
                sign_in(node, "vera", "wrong")
        return True

    monkeypatch.setattr("cairn.services.directory.acting.matches", meanwhile)
    with pytest.raises(InputError):
        sign_in(node, "vera", "long and hers")

    def changed(_: str, __: User | None) -> bool:
        User.objects.filter(pk=vera.pk).update(password=make_password("another one"), waits_until=None)
        return True

    monkeypatch.setattr("cairn.services.directory.acting.matches", changed)
    with pytest.raises(InputError):
        sign_in(node, "vera", "long and hers")

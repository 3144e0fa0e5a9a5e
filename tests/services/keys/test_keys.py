"""Keys: what they let through, for how long, and how often; and who may make them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import ApiKey, Scope
from cairn.records.users import Actor, Role, User
from cairn.services.keys.calling import LimitError, caller_of, spend
from cairn.services.keys.keeping import create_key, list_keys, revoke_key, rotate_key
from cairn.services.keys.terms import SCOPES_OF, Terms
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.keys.token import Token
    from cairn.services.node.opening import Node

DAY = timedelta(days=1)
CHECK = frozenset({Scope.CHECK})


def made(actor: Actor, role: Role = Role.INVESTIGATOR, **limits: int) -> Token:
    return create_key("desk", role=role, terms=Terms.usual(role, CHECK, life=DAY, **limits), actor=actor)


def refusal(text: str) -> str:
    with pytest.raises(AccessError) as caught:
        caller_of(text)
    return f"{caught.value.code} {caught.value.sentence}"


def test_a_key_acts_for_its_authority_in_its_role_as_an_account_of_its_own(node: Node) -> None:
    token = made(node.operator)
    caller = caller_of(str(token))
    assert caller.actor.authority == node.authority
    assert caller.actor.roles == {Role.INVESTIGATOR}
    assert caller.actor.user is not None
    assert (caller.actor.user.name, caller.scopes, caller.is_reporter) == ("desk", CHECK, False)
    assert token.secret.encode() not in bytes(ApiKey.objects.get().secret_digest)
    assert [event.tag for event in AuditEvent.objects.order_by("-pk")[:1]] == [AuditTag.API_KEY_CREATED]


def test_whatever_is_wrong_with_a_key_it_is_refused_in_one_sentence(sqlite_node: Node) -> None:
    actor = sqlite_node.operator
    expired, revoked, closed, good = (made(actor) for _ in range(4))
    ApiKey.objects.filter(number=expired.number).update(expires_at=timezone.now())
    revoke_key(revoked.number, actor=actor)
    User.objects.filter(api_key__number=closed.number).update(is_active=False)
    other_secret = str(good)[:-1] + ("0" if str(good)[-1] != "0" else "1")
    unknown = f"cairn_{'0' * 12}_{good.secret}"
    wrong = [str(expired), str(revoked), str(closed), other_secret, unknown, "", "cairn", f"{good}\n", "é"]
    assert {refusal(each) for each in wrong} == {"key.refused This is no key that holds."}
    assert [row.state for row in list_keys(actor)] == ["valid", "closed", "revoked", "expired"]
    assert caller_of(str(good)).key


def test_after_a_rotation_the_former_secret_holds_for_the_overlap_and_no_longer(sqlite_node: Node) -> None:
    actor = sqlite_node.operator
    first = made(actor)
    second = rotate_key(first.number, overlap=DAY, life=2 * DAY, actor=actor)
    assert caller_of(str(first)).key == caller_of(str(second)).key
    ApiKey.objects.update(former_until=timezone.now())
    assert "key.refused" in refusal(str(first))
    third = rotate_key(first.number, overlap=timedelta(0), life=DAY, actor=actor)
    assert "key.refused" in refusal(str(second))
    assert caller_of(str(third)).key


def test_an_expired_secret_does_not_come_back_with_a_rotation(sqlite_node: Node) -> None:
    old = made(sqlite_node.operator)
    ApiKey.objects.update(expires_at=timezone.now() - DAY)
    new = rotate_key(old.number, overlap=DAY, life=DAY, actor=sqlite_node.operator)
    assert "key.refused" in refusal(str(old))
    assert caller_of(str(new)).key


def test_questions_are_counted_a_minute_and_a_day_and_what_is_refused_is_not(node: Node) -> None:
    caller = caller_of(str(made(node.operator, per_minute=10, per_day=25)))
    spend(caller, 10)
    with pytest.raises(LimitError, match="10 questions a minute") as caught:
        spend(caller, 1)
    assert 0 < caught.value.wait_s <= 60
    ApiKey.objects.update(minute=0)
    spend(caller, 10)
    ApiKey.objects.update(minute=0)
    with pytest.raises(LimitError, match="25 questions a day"):
        spend(caller, 6)
    spend(caller, 5)
    ApiKey.objects.update(minute=0, day=timezone.now().date() - DAY)
    spend(caller, 10)
    key = ApiKey.objects.get()
    assert (key.asked_in_minute, key.asked_on_day) == (10, 10)
    assert key.last_used_at is not None


def test_a_reporter_has_a_limit_a_day_and_no_scope_that_shows_material(sqlite_node: Node) -> None:
    actor = Actor.operator(unit(sqlite_node, "EX-COMPANY", kind=AuthorityKind.COMPANY))
    made(actor, Role.REPORTER)
    assert ApiKey.objects.get().per_day == 100_000
    for scope in set(Scope) - SCOPES_OF[Role.REPORTER]:
        terms = Terms.usual(Role.REPORTER, frozenset({Scope.CHECK, scope}), life=DAY)
        with pytest.raises(InputError, match="check, register, report"):
            create_key("x", role=Role.REPORTER, terms=terms, actor=actor)
    with pytest.raises(InputError, match="acts as reporter"):
        made(actor, Role.INVESTIGATOR)


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.SUPERVISOR, Role.AUDITOR])
def test_only_an_administrator_of_the_authority_keeps_its_keys(sqlite_node: Node, role: Role) -> None:
    number = made(sqlite_node.operator).number
    person = Actor.person(User(authority=sqlite_node.authority, login="x", role=role))
    for act in (
        lambda: made(person),
        lambda: rotate_key(number, overlap=DAY, life=DAY, actor=person),
        lambda: revoke_key(number, actor=person),
    ):
        with pytest.raises(AccessError):
            act()


def test_the_keys_of_others_are_not_there(sqlite_node: Node) -> None:
    number = made(sqlite_node.operator).number
    other = Actor.operator(unit(sqlite_node, "BR-UNIT"))
    assert list_keys(other) == ()
    with pytest.raises(InputError, match="BR-UNIT has no key"):
        revoke_key(number, actor=other)


@pytest.mark.parametrize(("life", "overlap"), [(500, 1), (0, 1), (1, 31), (1, -1)])
def test_times_that_are_too_long_or_none_are_refused(sqlite_node: Node, life: int, overlap: int) -> None:
    token = made(sqlite_node.operator)
    with pytest.raises(InputError) as caught:
        rotate_key(token.number, overlap=overlap * DAY, life=life * DAY, actor=sqlite_node.operator)
    assert caught.value.code == "key.invalid"
    assert caller_of(str(token)).key

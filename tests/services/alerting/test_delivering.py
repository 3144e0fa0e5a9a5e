"""E-mail says that there is something to read, and nothing of what it is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils import timezone

from cairn.errors import ConfigurationError
from cairn.records.alerts import AlertKind, OutgoingMail, Subscription
from cairn.records.users import Role, User
from cairn.sentences import Sentence
from cairn.services.alerting import raise_alert
from cairn.services.alerting.delivering import MOST_ATTEMPTS, Delivery, deliver
from cairn.services.directory.users import set_password
from cairn.services.factors.taking_away import take_factors_away
from cairn.services.node.condition import examine_node
from cairn.web.tongues import tongue_of
from services.alerting.post_office import PostOffice, open_post_office
from services.alerting.records import authority, person, series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.services.node.opening import Node


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened


@pytest.fixture
def mailing(node: Node, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Node:
    """A node whose mail goes to the post office, and where Vera follows everything by e-mail."""
    monkeypatch.delenv("CAIRN_MAIL_SERVER", raising=False)
    vera = person(node.authority, "vera", email="vera@unit.example")
    Subscription.objects.create(authority=node.authority, user=vera, by_email=True)
    address = f"smtp://127.0.0.1:{office.port}"
    return replace(node, config=replace(node.config, mail_server=address, mail_sender="cairn@unit.example"))


def news(node: Node, once: str = "x") -> int:
    stone = series(node.authority, name=f"Stone {once}")
    with transaction.atomic():
        alert = raise_alert(
            AlertKind.MET, to=node.authority, once=once, series=stone, about=authority(f"BR-{once.upper()}")
        )
    assert alert is not None
    return alert.number


def wait_no_longer() -> None:
    OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def test_a_mail_names_the_node_and_the_number_and_nothing_else(mailing: Node, office: PostOffice) -> None:
    number = news(mailing)
    assert deliver(mailing) == Delivery(sent=1, later=0, given_up=0)
    (mail,) = office.received
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "cairn@unit.example",
        "vera@unit.example",
        "Something to read in Cairn",
    )
    assert mail.get_content().rstrip() == f"There is something to read in the node NL-UNIT: alert {number}."
    assert not any(word in mail.as_string() for word in ("Stone", "BR-X"))


def test_a_mail_is_in_the_language_that_its_reader_has_chosen(mailing: Node, office: PostOffice) -> None:
    User.objects.filter(login="vera").update(language="ar")
    news(mailing)
    deliver(mailing, tongue_of=tongue_of)
    (mail,) = office.received
    arabic = tongue_of("ar").say(Sentence("Something to read in Cairn"))
    assert (mail["Subject"], mail["Content-Language"]) == (arabic, "ar")
    assert "Something" not in arabic
    assert not re.search("[a-z]{3}", mail.get_content())


def test_a_changed_sign_in_is_told_once_to_the_person_whatever_their_role(
    mailing: Node, office: PostOffice
) -> None:
    person(mailing.authority, "ada", email="ada@unit.example", role=Role.ADMINISTRATOR)
    person(mailing.authority, "bo")
    for login in ("ada", "bo"):
        set_password(login, "a very long one", actor=mailing.operator)
        take_factors_away(login, actor=mailing.operator)
    assert deliver(mailing) == Delivery(sent=1, later=0, given_up=0)
    (mail,) = office.received
    assert (mail["To"], mail["Subject"]) == ("ada@unit.example", "Your sign-in to Cairn was changed")
    assert "the node NL-UNIT was changed" in mail.get_content()
    set_password("ada", "another very long one", actor=mailing.operator)
    OutgoingMail.objects.filter(sent_at=None).update(next_attempt_at=timezone.now() - timedelta(days=8))
    assert deliver(mailing) == Delivery(sent=0, later=0, given_up=0)


def test_a_mail_is_sent_once_and_many_over_one_connection(mailing: Node, office: PostOffice) -> None:
    for once in "abc":
        news(mailing, once)
    assert deliver(mailing).sent == 3
    assert deliver(mailing) == Delivery(0, 0, 0)
    assert (len(office.received), office.connections) == (3, 1)


def test_a_refusal_for_now_is_tried_again_later_each_time_later(mailing: Node, office: PostOffice) -> None:
    news(mailing)
    office.answers["vera@unit.example"] = 450
    waits = []
    for _ in range(3):
        wait_no_longer()
        assert deliver(mailing) == Delivery(0, 1, 0)
        waits.append(OutgoingMail.objects.get().next_attempt_at - timezone.now())
    assert [round(wait / timedelta(minutes=1)) for wait in waits] == [5, 10, 20]
    assert deliver(mailing) == Delivery(0, 0, 0)
    office.answers.clear()
    wait_no_longer()
    assert deliver(mailing) == Delivery(1, 0, 0)
    assert (OutgoingMail.objects.get().attempts, OutgoingMail.objects.get().last_error) == (4, "")


def test_a_refusal_for_good_is_given_up_and_holds_up_nobody_else(mailing: Node, office: PostOffice) -> None:
    other = person(mailing.authority, "ulf", email="ulf@unit.example")
    Subscription.objects.create(authority=mailing.authority, user=other, by_email=True)
    office.answers["vera@unit.example"] = 550
    news(mailing)
    assert deliver(mailing) == Delivery(1, 0, 1)
    wait_no_longer()
    assert deliver(mailing) == Delivery(0, 0, 0)
    assert [mail["To"] for mail in office.received] == ["ulf@unit.example"]
    assert OutgoingMail.objects.exclude(given_up_at=None).get().last_error == "550"


def test_a_server_that_is_away_is_asked_again_and_in_the_end_given_up(mailing: Node) -> None:
    news(mailing)
    away = replace(mailing, config=replace(mailing.config, mail_server="smtp://127.0.0.1:1"))
    outcomes = []
    for _ in range(MOST_ATTEMPTS):
        wait_no_longer()
        outcomes.append(deliver(away))
    assert outcomes == [*[Delivery(0, 1, 0)] * (MOST_ATTEMPTS - 1), Delivery(0, 0, 1)]
    assert OutgoingMail.objects.get().last_error == "ConnectionRefusedError"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.AUDITOR}, {"email": ""}])
def test_who_may_not_read_alerts_any_more_is_not_written_to(
    mailing: Node, office: PostOffice, change: dict[str, object]
) -> None:
    news(mailing)
    User.objects.filter(login="vera").update(**change)
    assert deliver(mailing) == Delivery(0, 0, 0)
    assert office.received == []


def test_a_mail_that_another_process_is_sending_is_left_alone(mailing: Node, office: PostOffice) -> None:
    news(mailing)
    OutgoingMail.objects.update(next_attempt_at=timezone.now() + timedelta(minutes=10), attempts=1)
    assert deliver(mailing) == Delivery(0, 0, 0)


def test_without_a_server_nothing_is_sent_and_it_is_said(mailing: Node) -> None:
    news(mailing)
    off = replace(mailing, config=replace(mailing.config, mail_server=""))
    with pytest.raises(ConfigurationError, match="No mail server is named"):
        deliver(off)
    assert OutgoingMail.objects.get().attempts == 0


def test_an_alert_that_is_undone_leaves_no_mail(mailing: Node) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        raise_alert(AlertKind.MET, to=mailing.authority, once="x")
        raise RuntimeError
    assert not OutgoingMail.objects.exists()


def test_the_doctor_says_what_waits_and_what_could_not_be_delivered(
    mailing: Node, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> tuple[str, bool]:
        findings = {each.subject: each for each in examine_node(mailing.config.folder)}
        return findings["e-mail"].words, findings["e-mail"].is_well

    assert said() == ("off: no server is named; 0 wait", True)
    news(mailing)
    assert said() == ("off: no server is named; 1 wait", False)
    monkeypatch.setenv("CAIRN_MAIL_SERVER", mailing.config.mail_server)
    monkeypatch.setenv("CAIRN_MAIL_SENDER", mailing.config.mail_sender)
    assert said() == ("1 wait for: cairn alert deliver; 0 could not be delivered", True)
    office.answers["vera@unit.example"] = 550
    deliver(mailing)
    assert said() == ("0 wait for: cairn alert deliver; 1 could not be delivered", False)

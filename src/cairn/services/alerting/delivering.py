"""Delivery by e-mail: that there is something to read in the node, and nothing of what it is.

Mails wait in the records, written with their alerts. Whoever sends one takes it first, for a while, so that
two who deliver at once do not send it twice; a crash between sending and noting it sends it again.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cairn.errors import ConfigurationError
from cairn.records import audit
from cairn.records.alerts import OutgoingMail
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import node_work
from cairn.records.users import MATERIAL_ROLES
from cairn.sentences import Sentence, in_english
from cairn.services.alerting.mail_server import MailServer, mail_server
from cairn.services.joint.questions import tell_overdue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cairn.records.alerts import Alert
    from cairn.sentences import Tongue, TongueOf
    from cairn.services.node.opening import Node

TAKEN_FOR = timedelta(minutes=10)
"""Longer than any server makes one wait for one mail."""
FIRST_WAIT = timedelta(minutes=5)
MOST_ATTEMPTS = 10
"""Waiting twice as long each time, the last attempt is made after about two days."""
FAILED_FOR_GOOD = 500
"""SMTP's answers from here on do not get better by asking again. Source: RFC 5321, 4.2.1."""

_SUBJECT = Sentence("Something to read in Cairn")
_SIGN_IN_SUBJECT = Sentence("Your sign-in to Cairn was changed")
STALE = timedelta(days=7)
"""After this a change of somebody's sign-in is no longer told: where no server was named, it is old news."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the mails that were due: sent, to be tried again, or given up."""

    sent: int
    later: int
    given_up: int


@node_work("mail goes to people of every authority")
def deliver(node: Node, *, tongue_of: TongueOf = in_english) -> Delivery:
    """Tell of overdue answers, and send every mail that is due.

    Args:
        node: The open node.
        tongue_of: Answers the language that a person has chosen, by its code; ``""`` where they chose none.

    Raises:
        ConfigurationError: No mail server is named, or it cannot be understood (``mail.off``,
            ``mail.server``); what was to be told in the node is told all the same.
    """
    with database_errors_in_words():
        with transaction.atomic():
            tell_overdue()
        server = mail_server(node.config)
        if server is None:
            raise ConfigurationError(
                "No mail server is named, so no e-mail is sent. Name one in node.toml or CAIRN_MAIL_SERVER.",
                code="mail.off",
            )
        _give_up_stale()
        return _send_due(node, server, tongue_of)


def _give_up_stale() -> None:
    now = timezone.now()
    old = OutgoingMail.objects.filter(alert=None, sent_at=None, given_up_at=None)
    old.filter(next_attempt_at__lt=now - STALE).update(given_up_at=now)


def _send_due(node: Node, server: MailServer, tongue_of: TongueOf) -> Delivery:
    outcome = {"sent": 0, "later": 0, "given_up": 0}
    connection: smtplib.SMTP | None = None
    try:
        for number in _due():
            mail = _take(number)
            if mail is None:
                continue
            try:
                connection = connection or server.connect()
                tongue = tongue_of(mail.user.language)
                connection.send_message(_message(mail, node, server, tongue))
            except (OSError, smtplib.SMTPException) as error:
                _forget(connection)
                connection = None
                outcome[_failed(mail, error)] += 1
            else:
                _sent(mail)
                outcome["sent"] += 1
    finally:
        _forget(connection)
    with transaction.atomic():
        audit.append(audit.AuditTag.MAIL_DELIVERED, actor=node.operator, counts=outcome)
    return Delivery(**outcome)


def _due() -> list[int]:
    """Answer the mails to send now, the oldest first; those to people who have left are not sent."""
    rows = OutgoingMail.objects.filter(
        sent_at=None,
        given_up_at=None,
        next_attempt_at__lte=timezone.now(),
        user__is_active=True,
    ).exclude(user__email="")
    rows = rows.filter(Q(alert=None) | Q(user__role__in=MATERIAL_ROLES))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _take(number: int) -> OutgoingMail | None:
    """Take a mail for a while, unless somebody else was faster."""
    now = timezone.now()
    free = OutgoingMail.objects.filter(pk=number, sent_at=None, next_attempt_at__lte=now)
    if not free.update(next_attempt_at=now + TAKEN_FOR, attempts=F("attempts") + 1):
        return None
    return OutgoingMail.objects.select_related("alert", "user").get(pk=number)


def _message(mail: OutgoingMail, node: Node, server: MailServer, tongue: Tongue) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = server.sender, mail.user.email
    alert = mail.alert
    message["Subject"] = tongue.say(_SIGN_IN_SUBJECT if alert is None else _SUBJECT)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("".join(f"{tongue.say(line)}\n" for line in _lines(alert, node.config.authority)))
    message["Content-Language"] = tongue.code
    return message


def _lines(alert: Alert | None, named: str) -> Iterator[Sentence]:
    if alert is not None:
        yield Sentence(
            "There is something to read in the node %(node)s: alert %(number)s.",
            node=named,
            number=str(alert.number),
        )
        return
    yield Sentence("A way in which you sign in to the node %(node)s was changed.", node=named)
    yield Sentence("If that was not you, tell the administrator of your authority at once.")


def _sent(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), last_error="")


def _failed(mail: OutgoingMail, error: Exception) -> str:
    """Note that a mail was not sent, and answer what becomes of it."""
    code = _code(error)
    for_good = code >= FAILED_FOR_GOOD or mail.attempts >= MOST_ATTEMPTS
    OutgoingMail.objects.filter(pk=mail.pk).update(
        last_error=str(code) if code else type(error).__name__,
        given_up_at=timezone.now() if for_good else None,
        next_attempt_at=_next(mail.attempts),
    )
    return "given_up" if for_good else "later"


def _next(attempts: int) -> datetime:
    return timezone.now() + FIRST_WAIT * (1 << (attempts - 1))


def _code(error: Exception) -> int:
    """Answer the server's code; 0 where it gave none, or where the whole session failed and not this mail."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return max((code for code, _ in error.recipients.values()), default=0)
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            return error.smtp_code
        case _:
            return 0


def _forget(connection: smtplib.SMTP | None) -> None:
    if connection is not None:
        connection.close()

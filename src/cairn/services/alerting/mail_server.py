"""The mail server that a node may use: off, until somebody names one.

It stands in ``node.toml`` as a section, ``CAIRN_MAIL_SERVER`` goes before it, and its password is in the
environment alone.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from cairn.errors import ConfigurationError

if TYPE_CHECKING:
    from cairn.records.node import NodeConfig

TIMEOUT_S = 30.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed over, and who sends it.

    Attributes:
        scheme: ``smtp`` without encryption, ``smtp+starttls``, or ``smtps``.
        host: The server's name.
        port: Its port.
        sender: The address that e-mail comes from.
        login: Who signs in, or empty.
        password: With what.
    """

    scheme: str
    host: str
    port: int
    sender: str
    login: str = ""
    password: str = ""

    def connect(self) -> smtplib.SMTP:
        """Open a connection; certificates are checked against the system's.

        Raises:
            OSError: The server cannot be reached or does not speak as it should.
        """
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        try:
            if self.scheme == "smtp+starttls":
                server.starttls(context=context)
            if self.login:
                server.login(self.login, self.password)
        except BaseException:
            server.close()
            raise
        return server


def mail_server(config: NodeConfig) -> MailServer | None:
    """Answer the node's mail server, or ``None`` where none is named.

    Raises:
        ConfigurationError: The address cannot be understood, or the sender is missing (``mail.server``).
    """
    address = os.environ.get("CAIRN_MAIL_SERVER") or config.mail_server
    sender = os.environ.get("CAIRN_MAIL_SENDER") or config.mail_sender
    if not address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _not_understood() from None
    if parts.scheme not in _PORTS or not parts.hostname or "@" not in sender:
        raise _not_understood()
    if parts.password:
        raise ConfigurationError(
            "The mail server's password belongs into CAIRN_MAIL_PASSWORD, not into its address.",
            code="mail.server",
        )
    login = unquote(parts.username or "")
    if login and parts.scheme == "smtp":
        raise ConfigurationError(
            "Nobody signs in to a mail server without encryption: use smtp+starttls or smtps.",
            code="mail.server",
        )
    password = os.environ.get("CAIRN_MAIL_PASSWORD", "")
    return MailServer(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], sender, login, password)


def _not_understood() -> ConfigurationError:
    return ConfigurationError(
        "The mail server is an address such as smtp+starttls://mail.example:587, and the sender one such as "
        "cairn@unit.example.",
        code="mail.server",
    )

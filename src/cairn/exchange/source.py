"""Where lists are fetched from: one small TOML file that the operator writes, without any secret in it.

An address is used as it stands there and nowhere else: no answer of the other side leads to another machine.
Plain HTTP is for this machine alone, since a password would show on the network.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cairn.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_SOURCE_BYTES: Final = 64 * 1024
MAX_SECRET_BYTES: Final = 4 * 1024
_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}
_NAMES: Final = {
    "kind",
    "address",
    "user",
    "secret_file",
    "secret_env",
    "subscription_file",
    "subscription_env",
    "ca_file",
    "list",
}
_LIST_NAMES: Final = {"name", "audience", "named", "tlp", "handling_code", "handling_words"}


class SourceKind(StrEnum):
    """Which manner of service it is."""

    NCMEC = "ncmec"
    STOPNCII = "stopncii"


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret lies: in a file, or in a variable of the environment; one of the two."""

    file: Path | None = None
    variable: str | None = None

    def read(self) -> str:
        """Answer the secret, without space around it.

        Raises:
            ConfigurationError: It is not there, or empty (``source.secret``).
        """
        try:
            with open(self.file, "rb") if self.file else open(os.devnull, "rb") as stream:  # noqa: PTH123 - one door for both
                found = stream.read(MAX_SECRET_BYTES).decode("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            found = ""
        if self.variable is not None:
            found = os.environ.get(self.variable, "").strip()
        if not found or not found.isprintable():
            raise ConfigurationError(
                f"The secret of the source is not there: {self.file or self.variable}.", code="source.secret"
            )
        return found


@dataclass(frozen=True, slots=True)
class Source:
    """A service of others, and the list that it becomes here.

    Attributes:
        kind: Which manner of service.
        address: Without a slash at its end.
        user: Who asks, as the service knows it.
        secret: The password, or the function key.
        subscription: The key of the subscription, where the service has one.
        ca_file: Certificates to believe instead of the system's.
        list_name: What the list is called here.
        wishes: What else is said of the list, as ``cairn import`` has it.
    """

    kind: SourceKind
    address: str
    user: str
    secret: Secret
    subscription: Secret | None
    ca_file: Path | None
    list_name: str
    wishes: Mapping[str, Any]


def read_source(path: Path) -> Source:
    """Answer the source that a file describes; paths in it begin at the file's own folder.

    Raises:
        ConfigurationError: The file cannot be read (``source.unreadable``), or something in it does not hold
            (``source.invalid``).
    """
    try:
        with path.open("rb") as stream:
            values = tomllib.loads(stream.read(MAX_SOURCE_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error.strerror}.", code="source.unreadable"
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise _invalid("it is no TOML") from None
    return _parsed(values, path.parent)


def _parsed(values: dict[str, Any], folder: Path) -> Source:
    about = values.get("list")
    if not isinstance(about, dict) or not isinstance(about.get("name"), str) or not about["name"].strip():
        raise _invalid("[list] has to say the name of the list")
    _require_known(values, _NAMES)
    _require_known(about, _LIST_NAMES)
    texts = {name: values.get(name, "") for name in _NAMES - {"list"}}
    wrong = sorted(name for name, value in texts.items() if not isinstance(value, str))
    wrong += sorted(name for name, value in about.items() if not _fits(name, value))
    if wrong:
        raise _invalid(f"{wrong[0]} is not of the form that it should be")
    if texts["kind"] not in set(SourceKind):
        raise _invalid(f"kind is one of {', '.join(SourceKind)}")
    kind = SourceKind(texts["kind"])
    subscription = _secret(texts, "subscription", folder)
    if (kind is SourceKind.STOPNCII) is (subscription is None):
        raise _invalid("a subscription is said for StopNCII, and for nothing else")
    secret = _secret(texts, "secret", folder)
    if secret is None:
        raise _invalid("secret_file or secret_env has to say where the secret lies")
    return Source(
        kind=kind,
        address=_address(texts["address"]),
        user=texts["user"],
        secret=secret,
        subscription=subscription,
        ca_file=folder / texts["ca_file"] if texts["ca_file"] else None,
        list_name=about["name"],
        wishes={name: value for name, value in about.items() if name != "name"},
    )


def _require_known(values: Mapping[str, Any], known: set[str]) -> None:
    strange = sorted(values.keys() - known)
    if strange:
        raise _invalid(f"there is no '{strange[0]}' in such a file")


def _fits(name: str, value: object) -> bool:
    if name == "named":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, str)


def _secret(texts: Mapping[str, str], name: str, folder: Path) -> Secret | None:
    file, variable = texts[f"{name}_file"], texts[f"{name}_env"]
    if file and variable:
        raise _invalid(f"the {name} lies in one place")
    if file:
        return Secret(file=folder / file)
    return Secret(variable=variable) if variable else None


def _address(text: str) -> str:
    if not text.isprintable() or " " in text:  # urlsplit would pass over some of these
        raise _invalid("the address is none")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _invalid("the address is none") from None
    is_plain = parts.scheme in {"http", "https"} and parts.hostname and port != 0
    if not is_plain or parts.query or parts.fragment or parts.username or parts.password:
        raise _invalid("an address is such as https://node.example/api/exchange")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise _invalid("plain HTTP would show the secret to others on the network; use https")
    return text.rstrip("/")


def _invalid(why: str) -> ConfigurationError:
    return ConfigurationError(f"The file of the source does not hold: {why}.", code="source.invalid")

"""Django's settings of a desk: everything that is not the same for every process of Cairn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

from cairn.errors import ConfigurationError
from cairn.records.desk_secret import desk_secret
from cairn.web.language import catalogues

if TYPE_CHECKING:
    from cairn.records.node import NodeConfig

_HERE = Path(__file__).parent
_YEAR_S = 365 * 24 * 3600
HERE_ONLY = ("127.0.0.1", "localhost", "[::1]")
MOST_FORM_BYTES = 2 * 1024 * 1024
"""Of a form without its files: more is no form of the desk."""
MOST_FORM_FILES = 2000
"""Of a form without a script; with it, files come one by one, and there is no such limit."""
MOST_FORM_FIELDS = 2000
"""Pages of the desk let some hundreds of rows be chosen at once."""

MIDDLEWARE = [
    "cairn.web.headers.Headers",
    "cairn.web.static_files.StaticFiles",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cairn.web.gate.Gate",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cairn.web.refusals.Refusals",
]


@dataclass(frozen=True, slots=True)
class Address:
    """Where browsers reach the desk.

    Attributes:
        host: The name or number that they ask for; empty for this machine alone.
        is_secure: It is reached through TLS.
    """

    host: str = ""
    is_secure: bool = False

    @classmethod
    def parse(cls, typed: str) -> Address:
        """Read an address such as ``https://desk.unit.example``; empty is this machine alone.

        Raises:
            ConfigurationError: It is none (``desk.address``).
        """
        if not typed:
            return cls()
        try:
            parts = urlsplit(typed)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host, parts = None, urlsplit("")
        if parts.scheme != "https" or not host or parts.path.strip("/") or parts.query or parts.username:
            raise ConfigurationError(
                "The desk's address is where browsers reach it through TLS, such as https://desk.unit.example",
                code="desk.address",
            )
        return cls(f"[{host}]" if ":" in host else host, is_secure=True)


def apply(config: NodeConfig, address: Address) -> None:
    """Make this process the desk of the node; again with another node, it becomes that node's.

    Raises:
        ConfigurationError: The node's secret cannot be read or made.
    """
    for name, value in _values(config, address).items():
        setattr(settings, name, value)


def _values(config: NodeConfig, address: Address) -> dict[str, Any]:
    return {
        "SECRET_KEY": desk_secret(config),
        "DEBUG": False,
        "ALLOWED_HOSTS": [*HERE_ONLY, address.host] if address.host else [*HERE_ONLY],
        "ROOT_URLCONF": "cairn.web.urls",
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": [_templates()],
        "CSRF_FAILURE_VIEW": "cairn.web.refusals.forbidden",
        **catalogues(),
        "DATA_UPLOAD_MAX_MEMORY_SIZE": MOST_FORM_BYTES,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": MOST_FORM_FIELDS,
        "DATA_UPLOAD_MAX_NUMBER_FILES": MOST_FORM_FILES,
        "FILE_UPLOAD_HANDLERS": ["cairn.web.form_files.FormFiles"],
        "FILE_UPLOAD_TEMP_DIR": str(config.uploads_folder),
        "APPEND_SLASH": False,
        **_cookies(address),
        **_behind_tls(is_secure=address.is_secure),
    }


def _cookies(address: Address) -> dict[str, Any]:
    """Answer the cookies' rules; the prefix makes browsers refuse one that another host has set."""
    prefix = "__Host-" if address.is_secure else ""
    return {
        "SESSION_ENGINE": "cairn.web.account.store",
        "SESSION_COOKIE_NAME": f"{prefix}cairn-session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": address.is_secure,
        "CSRF_COOKIE_NAME": f"{prefix}cairn-form",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "CSRF_COOKIE_SECURE": address.is_secure,
        "CSRF_COOKIE_AGE": None,
    }


def _behind_tls(*, is_secure: bool) -> dict[str, Any]:
    return {
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if is_secure else None,
        "SECURE_SSL_REDIRECT": is_secure,
        "SECURE_HSTS_SECONDS": _YEAR_S if is_secure else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": is_secure,
        "SECURE_HSTS_PRELOAD": is_secure,
    }


def _templates() -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(_HERE / "templates")],
        "OPTIONS": {
            "context_processors": ["cairn.web.context.desk"],
            "builtins": ["django.templatetags.i18n", "django.templatetags.l10n", "cairn.web.tags"],
        },
    }

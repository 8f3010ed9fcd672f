"""The mail server, or the catcher that delivers nowhere when none is given."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from settings.values import ConfigError, flag, is_address, port, whole

CATCHER_PORT = 8025
PER_MINUTE, PER_DOMAIN_PER_MINUTE = 60, 20
# How long after a worker died another takes over. Longer than a slow server takes to answer.
LEASE_SECONDS = 120
MAILBOXES = ("imap", "imaps", "maildir", "mbox")


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return Flask-Mail's settings, and whether what leaves is caught."""
    server = environ.get("MAIL_SERVER") or ""
    return {
        "MAIL_IS_CAUGHT": not server,
        "MAIL_SERVER": server or "127.0.0.1",
        "MAIL_PORT": port(environ, "MAIL_PORT", 25 if server else CATCHER_PORT),
        "MAIL_USE_TLS": flag(environ, "MAIL_USE_TLS"),
        "MAIL_USE_SSL": flag(environ, "MAIL_USE_SSL"),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": _sender(
            environ.get("MAIL_DEFAULT_SENDER") or "Recueil <recueil@recueil.example>"
        ),
        "MAIL_PER_MINUTE": whole(environ, "MAIL_PER_MINUTE", PER_MINUTE, least=0, most=100_000),
        "MAIL_PER_DOMAIN_PER_MINUTE": whole(
            environ,
            "MAIL_PER_DOMAIN_PER_MINUTE",
            PER_DOMAIN_PER_MINUTE,
            least=0,
            most=100_000,
        ),
        "MAIL_LEASE_SECONDS": whole(
            environ, "MAIL_LEASE_SECONDS", LEASE_SECONDS, least=1, most=3600
        ),
        "BOUNCE_ADDRESS": _bounce_address(environ.get("BOUNCE_ADDRESS")),
        "BOUNCE_MAILBOX": _mailbox(environ.get("BOUNCE_MAILBOX")),
    }


def _bounce_address(value: str | None) -> str | None:
    """Return where refusals come back: each message gets an address of its own under it (VERP)."""
    if value and not is_address(value):
        raise ConfigError(
            "BOUNCE_ADDRESS n’est pas comprise. Donnez une adresse entière qui accepte un suffixe, "
            "par exemple retours@exemple.fr : Recueil écrira depuis retours+…@exemple.fr."
        )
    return value or None


def _mailbox(value: str | None) -> str | None:
    if value and (urlsplit(value).scheme not in MAILBOXES or "://" not in value):
        raise ConfigError(
            "BOUNCE_MAILBOX n’est pas comprise. Formes acceptées : "
            "imaps://nom:motdepasse@serveur/INBOX, maildir:///chemin et mbox:///chemin."
        )
    return value or None


def _sender(value: str) -> str:
    if not value.isprintable() or not is_address(parseaddr(value)[1]):
        raise ConfigError(
            "MAIL_DEFAULT_SENDER n’est pas comprise. Donnez une adresse, "
            "ou un nom et une adresse : Recueil <recueil@exemple.fr>."
        )
    return value

"""The mail server, or the catcher that delivers nowhere when none is given."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from settings.values import ConfigError, flag, is_address, port

CATCHER_PORT = 8025


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
    }


def _sender(value: str) -> str:
    if not value.isprintable() or not is_address(parseaddr(value)[1]):
        raise ConfigError(
            "MAIL_DEFAULT_SENDER n’est pas comprise. Donnez une adresse, "
            "ou un nom et une adresse : Recueil <recueil@exemple.fr>."
        )
    return value

"""Accounts: Flask-Security's settings, and the first administrator's address."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from settings.values import ConfigError, is_address, whole


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return who administers, how people sign in, and when their sessions end.

    SESSION_IDLE_MINUTES: without a request. SESSION_HOURS: whatever one does.
    """
    address = environ.get("ADMIN_EMAIL") or "administration@recueil.example"
    idle = whole(environ, "SESSION_IDLE_MINUTES", 60, least=5, most=24 * 60)
    longest = whole(environ, "SESSION_HOURS", 12, least=1, most=24 * 7)
    return {
        "ADMIN_EMAIL": _admin_email(address),
        "PASSWORD_LENGTH": whole(environ, "PASSWORD_LENGTH", 12, least=10, most=64),
        "SESSION_IDLE": timedelta(minutes=idle),
        "SESSION_LONGEST": timedelta(hours=longest),
        **SIGNING_IN,
    }


def _admin_email(value: str) -> str:
    if not is_address(value):
        raise ConfigError(
            f"ADMIN_EMAIL vaut « {value} » : personne ne pourrait se connecter avec cette adresse. "
            "Donnez une adresse entière, par exemple nom@organisme.fr."
        )
    return value


SIGNING_IN: dict[str, Any] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    # argon2 alone, not over a keyed hash: a new SECRET_KEY leaves passwords as they are.
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_CONFIRM_REQUIRED": True,
    "SECURITY_URL_PREFIX": "/compte",
    "SECURITY_LOGIN_URL": "/connexion",
    "SECURITY_LOGOUT_URL": "/deconnexion",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_URL": "/mot-de-passe",
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_POST_LOGIN_VIEW": "/compte/accueil",
    "SECURITY_POST_CHANGE_VIEW": "/compte/accueil",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_UNAUTHORIZED_VIEW": None,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        "Adresse ou mot de passe inconnus. Vérifiez les deux, puis essayez à nouveau.",
        "error",
    ),
    "SECURITY_MSG_UNAUTHENTICATED": ("Connectez-vous pour ouvrir cette page.", "info"),
    "SECURITY_MSG_LOGIN": ("Connectez-vous pour ouvrir cette page.", "info"),
    "SECURITY_MSG_PASSWORD_CHANGE": ("Votre mot de passe est changé.", "success"),
    "SECURITY_MSG_PASSWORD_NOT_PROVIDED": ("Écrivez un mot de passe.", "error"),
    "SECURITY_MSG_EMAIL_NOT_PROVIDED": ("Écrivez l’adresse de votre compte.", "error"),
    "SECURITY_MSG_PASSWORD_IS_THE_SAME": (
        "C’est le mot de passe que vous avez déjà. Choisissez-en un autre.",
        "error",
    ),
    "SECURITY_MSG_INVALID_PASSWORD": ("Ce n’est pas votre mot de passe actuel.", "error"),
    "SECURITY_MSG_RETYPE_PASSWORD_MISMATCH": ("Les deux mots de passe diffèrent.", "error"),
    # Nobody confirms a password in the middle of a session, nor opens pages with a token.
    "SECURITY_FRESHNESS": timedelta(minutes=-1),
    "SECURITY_API_ENABLED_METHODS": ["session"],
}

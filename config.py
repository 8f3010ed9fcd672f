"""Recueil's settings, read from the environment and validated before anything starts.

`load` is the only door: past it, nobody reads the environment. A wrong setting raises
`ConfigError`, whose message is one French line that names the variable and says what is accepted.
"""

import os
import secrets
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from email_validator import EmailNotValidError, validate_email

ROOT = Path(__file__).resolve().parent
MEGABYTE = 1024 * 1024
DRAFT_LIFETIME_DAYS = 30
CATCHER_PORT = 8025
WANTED_IN_PRODUCTION = ("SECRET_KEY", "DATA_KEYS", "BASE_URL", "MAIL_SERVER", "MAIL_DEFAULT_SENDER")
SHORTEST_SECRET = 32
FERNET_KEYS = (
    "Donnez des clés Fernet (32 octets en base64), la plus récente d’abord, "
    "séparées par des virgules."
)


class ConfigError(ValueError):
    """A setting that cannot be used; `str()` gives one French line for the terminal."""


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Flask's configuration for this environment.

    Creates the instance folder and, in development, the missing secrets inside it.
    Raises `ConfigError` for the first setting that is wrong or, in production, missing.
    """
    is_production = _one_of(environ, "APP_ENV", ("development", "production")) == "production"
    if is_production:
        _check_production(environ)
    instance = _instance(environ)
    port = _port(environ, "PORT", 5000)
    base_url = _base_url(environ.get("BASE_URL") or f"http://127.0.0.1:{port}")
    return {
        "IS_PRODUCTION": is_production,
        "INSTANCE_PATH": instance,
        "PORT": port,
        "BASE_URL": base_url,
        "DATABASE_URL": _database_url(environ.get("DATABASE_URL"), instance),
        "QUEUE_URL": _queue_url(environ.get("QUEUE_URL"), instance),
        "SPACY_MODEL": environ.get("SPACY_MODEL") or "auto",
        "DEFINITIONS_PATH": _path(environ, "DEFINITIONS_PATH", ROOT / "forms" / "definitions"),
        "CODEBOOK_PATH": _path(environ, "CODEBOOK_PATH", ROOT / "analysis" / "codebook.yml"),
        "CONTACT_EMAIL": environ.get("CONTACT_EMAIL") or "contact@recueil.example",
        "ADMIN_EMAIL": _admin_email(environ.get("ADMIN_EMAIL") or "administration@recueil.example"),
        **_secrets(environ, instance),
        **_mail(environ),
        **_web(base_url, is_production=is_production),
        **_accounts(),
    }


def _web(base_url: str, *, is_production: bool) -> dict[str, Any]:
    # In production a foreign Host header is refused; whoever watches from this machine is not one.
    hosts = [str(urlsplit(base_url).hostname), "127.0.0.1", "localhost"]
    return {
        "TRUSTED_HOSTS": hosts if is_production else None,
        "MAX_CONTENT_LENGTH": MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": is_production,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": is_production,
        "PERMANENT_SESSION_LIFETIME": DRAFT_LIFETIME_DAYS * 24 * 3600,
        # A page left open over lunch must still be accepted: tokens live as long as the session.
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": "fr",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
    }


def _accounts() -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        # argon2 alone, not over a keyed hash: a new SECRET_KEY leaves passwords as they are.
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
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
        "SECURITY_MSG_PASSWORD_INVALID_LENGTH": (
            "Le mot de passe doit compter au moins %(length)s caractères.",
            "error",
        ),
    }


def _check_production(environ: Mapping[str, str]) -> None:
    missing = [name for name in WANTED_IN_PRODUCTION if not environ.get(name)]
    if missing:
        raise ConfigError(
            f"{missing[0]} manque : en production, donnez cette variable d’environnement "
            "(voir le README, « En production »)."
        )
    if len(environ["SECRET_KEY"]) < SHORTEST_SECRET:
        raise ConfigError(
            f"SECRET_KEY est trop courte : donnez au moins {SHORTEST_SECRET} caractères tirés au "
            "hasard (voir le README, « En production »)."
        )


def _instance(environ: Mapping[str, str]) -> Path:
    """Return the instance folder, made for its owner's eyes only when it does not exist."""
    wanted = Path(environ.get("INSTANCE_PATH") or ROOT / "instance")
    try:
        folder = wanted.resolve()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_ours = os.access(folder, os.W_OK | os.X_OK)
    except (OSError, RuntimeError):  # RuntimeError: links that turn in circles
        is_ours = False
    if not is_ours:
        raise ConfigError(
            f"INSTANCE_PATH : « {wanted} » ne convient pas. "
            "Donnez un dossier où Recueil peut écrire."
        )
    return folder


def _secrets(environ: Mapping[str, str], instance: Path) -> dict[str, Any]:
    given = {name: environ.get(name) or "" for name in ("SECRET_KEY", "DATA_KEYS")}
    secret_key = given["SECRET_KEY"] or _kept(instance / "secret_key", secrets.token_urlsafe(48))
    data_keys = given["DATA_KEYS"] or _kept(instance / "data_keys", Fernet.generate_key().decode())
    return {
        "SECRET_KEY": secret_key,
        "DATA_KEYS": _data_keys(data_keys),
    }


def _kept(path: Path, fresh: str) -> str:
    """Return the secret kept in `path`, first writing `fresh` there when there is none.

    The file is made whole under another name, then linked: of two processes that start together,
    one wins and both read the same secret.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(fresh, encoding="ascii")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # the other process won
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _data_keys(value: str) -> list[str]:
    keys = [key.strip() for key in value.split(",") if key.strip()]
    if not keys:
        raise ConfigError(f"DATA_KEYS ne contient aucune clé. {FERNET_KEYS}")
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise ConfigError(
                f"DATA_KEYS : une des clés n’est pas valable. {FERNET_KEYS}"
            ) from None
    return keys


def _mail(environ: Mapping[str, str]) -> dict[str, Any]:
    server = environ.get("MAIL_SERVER") or ""
    return {
        "MAIL_IS_CAUGHT": not server,
        "MAIL_SERVER": server or "127.0.0.1",
        "MAIL_PORT": _port(environ, "MAIL_PORT", 25 if server else CATCHER_PORT),
        "MAIL_USE_TLS": _flag(environ, "MAIL_USE_TLS"),
        "MAIL_USE_SSL": _flag(environ, "MAIL_USE_SSL"),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": _sender(
            environ.get("MAIL_DEFAULT_SENDER") or "Recueil <recueil@recueil.example>"
        ),
    }


def _sender(value: str) -> str:
    if not value.isprintable() or not _is_address(parseaddr(value)[1]):
        raise ConfigError(
            "MAIL_DEFAULT_SENDER n’est pas comprise. Donnez une adresse, "
            "ou un nom et une adresse : Recueil <recueil@exemple.fr>."
        )
    return value


def _admin_email(value: str) -> str:
    if not _is_address(value):
        raise ConfigError(
            f"ADMIN_EMAIL vaut « {value} » : personne ne pourrait se connecter avec cette adresse. "
            "Donnez une adresse entière, par exemple nom@organisme.fr."
        )
    return value


def _is_address(value: str) -> bool:
    """Say whether an address is one by the rule of the sign-in page (Flask-Security's)."""
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _database_url(value: str | None, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance / 'recueil.sqlite3'}"
    if value.startswith("sqlite:///"):
        return value
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value.removeprefix(prefix)
    raise ConfigError(
        "DATABASE_URL n’est pas comprise. Formes acceptées : sqlite:///chemin et "
        "postgresql://utilisateur:motdepasse@serveur/base."
    )


def _queue_url(value: str | None, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance / 'queue.sqlite3'}"
    if value.startswith("postgres://"):
        return "postgresql://" + value.removeprefix("postgres://")
    if value.startswith(("sqlite:///", "redis://", "rediss://", "postgresql://")):
        return value
    raise ConfigError(
        "QUEUE_URL n’est pas comprise. Formes acceptées : sqlite:///chemin, redis://serveur/0 "
        "et postgresql://utilisateur:motdepasse@serveur/base."
    )


def _base_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # brackets that hold no IPv6 address
        is_whole = False
    if not is_whole:
        raise ConfigError(
            "BASE_URL n’est pas comprise. Donnez l’adresse publique entière, "
            "par exemple https://recueil.exemple.fr."
        )
    return value.rstrip("/")


def _path(environ: Mapping[str, str], name: str, default: Path) -> Path:
    """Return where the definitions of another call are kept, or those of this one."""
    path = Path(environ.get(name) or default)
    if not path.exists():
        raise ConfigError(f"{name} : « {path} » n’existe pas.")
    return path


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ConfigError(f"{name} vaut « {value} ». Donnez un nombre de 1 à 65535.")
    return int(value)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    return _one_of(environ, name, ("false", "true")) == "true"


def _one_of(environ: Mapping[str, str], name: str, accepted: tuple[str, ...]) -> str:
    value = (environ.get(name) or accepted[0]).lower()
    if value not in accepted:
        raise ConfigError(f"{name} vaut « {value} ». Valeurs acceptées : {', '.join(accepted)}.")
    return value

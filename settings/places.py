"""Where things are: the instance folder, the database, the queue, the public address."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from settings.values import ConfigError


def instance(environ: Mapping[str, str], default: Path) -> Path:
    """Return the instance folder, made for its owner's eyes only when it does not exist."""
    wanted = Path(environ.get("INSTANCE_PATH") or default)
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


def database_url(value: str | None, folder: Path) -> str:
    """Return SQLAlchemy's address of the database: a file of the instance when none is given."""
    if not value:
        return f"sqlite:///{folder / 'recueil.sqlite3'}"
    if value.startswith("sqlite:///"):
        return value
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value.removeprefix(prefix)
    raise ConfigError(
        "DATABASE_URL n’est pas comprise. Formes acceptées : sqlite:///chemin et "
        "postgresql://utilisateur:motdepasse@serveur/base."
    )


def queue_url(value: str | None, folder: Path) -> str:
    """Return the address of the queue: a file of the instance when none is given."""
    if not value:
        return f"sqlite:///{folder / 'queue.sqlite3'}"
    if value.startswith("postgres://"):
        return "postgresql://" + value.removeprefix("postgres://")
    if value.startswith(("sqlite:///", "redis://", "rediss://", "postgresql://")):
        return value
    raise ConfigError(
        "QUEUE_URL n’est pas comprise. Formes acceptées : sqlite:///chemin, redis://serveur/0 "
        "et postgresql://utilisateur:motdepasse@serveur/base."
    )


def base_url(value: str) -> str:
    """Return the public address, without a slash at its end."""
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

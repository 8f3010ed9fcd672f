"""Recueil's settings, read from the environment and validated before anything starts.

`load` is the only door: past it, nobody reads the environment. A wrong setting raises
`ConfigError`, whose message is one French line that names the variable and says what is accepted.
Each group of settings is a module of `settings`.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from settings import (
    accounts,
    backups,
    disclosure,
    gate,
    keys,
    mail,
    organisation,
    places,
    retention,
    watching,
    web,
)
from settings.values import ConfigError, one_of, path, port

__all__ = ["ConfigError", "load"]

ROOT = Path(__file__).resolve().parent
WANTED_IN_PRODUCTION = ("SECRET_KEY", "DATA_KEYS", "BASE_URL", "MAIL_SERVER", "MAIL_DEFAULT_SENDER")
SHORTEST_SECRET = 32


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Flask's configuration for this environment.

    Creates the instance folder and, in development, the missing secrets inside it.
    Raises `ConfigError` for the first setting that is wrong or, in production, missing.
    """
    is_production = one_of(environ, "APP_ENV", ("development", "production")) == "production"
    if is_production:
        _check_production(environ)
    instance = places.instance(environ, ROOT / "instance")
    listens_on = port(environ, "PORT", 5000)
    base_url = places.base_url(environ.get("BASE_URL") or f"http://127.0.0.1:{listens_on}")
    kept = retention.read(environ)
    session_days = kept["RETENTION"].drafts.days  # a session lives as long as a draft
    return {
        "IS_PRODUCTION": is_production,
        "INSTANCE_PATH": instance,
        "PORT": listens_on,
        "BASE_URL": base_url,
        "DATABASE_URL": places.database_url(environ.get("DATABASE_URL"), instance),
        "QUEUE_URL": places.queue_url(environ.get("QUEUE_URL"), instance),
        "SPACY_MODEL": environ.get("SPACY_MODEL") or "auto",
        "DEFINITIONS_PATH": path(environ, "DEFINITIONS_PATH", ROOT / "forms" / "definitions"),
        "CODEBOOK_PATH": path(environ, "CODEBOOK_PATH", ROOT / "analysis" / "codebook.yml"),
        "GUIDES_PATH": path(environ, "GUIDES_PATH", ROOT / "guides" / "definitions"),
        "TRAINING_CONFIG": path(environ, "TRAINING_CONFIG", ROOT / "analysis" / "training.cfg"),
        **organisation.read(environ),
        **kept,
        **keys.read(environ, instance),
        **mail.read(environ),
        **web.settings(base_url, is_production=is_production, session_days=session_days),
        **accounts.read(environ),
        **gate.read(environ),
        **disclosure.read(environ),
        **watching.read(environ, is_production=is_production),
        **backups.read(environ),
    }


def _check_production(environ: Mapping[str, str]) -> None:
    missing = [name for name in WANTED_IN_PRODUCTION if not environ.get(name)]
    if missing:
        raise ConfigError(
            f"{missing[0]} manque : en production, donnez cette variable d’environnement "
            "(voir le README, « En production »)."
        )
    given = [("SECRET_KEY", environ["SECRET_KEY"])]
    given += [("SECRET_KEY_FALLBACKS", key) for key in keys.earlier(environ)]
    for name, key in given:
        if len(key) >= SHORTEST_SECRET:
            continue
        raise ConfigError(
            f"{name} est trop courte : donnez au moins {SHORTEST_SECRET} caractères tirés au "
            "hasard (voir le README, « En production »)."
        )

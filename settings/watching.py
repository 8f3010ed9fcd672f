"""What the service tells of itself: its logs, its metrics, what is slow, what room it wants."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from settings.values import ConfigError, one_of, whole

SHORTEST_TOKEN = 16
SLOW_QUERY_MILLISECONDS = 500
LEAST_FREE_MEGABYTES = 200


def read(environ: Mapping[str, str], *, is_production: bool) -> dict[str, Any]:
    """Return the settings of logs, metrics and readiness.

    METRICS_FOLDER is where the processes of one site add up what they count; prometheus_client
    reads its name, PROMETHEUS_MULTIPROC_DIR, by itself. Whoever starts the site gives it.
    """
    forms = ("json", "text") if is_production else ("text", "json")
    folder = environ.get("PROMETHEUS_MULTIPROC_DIR")
    return {
        "LOG_FORMAT": one_of(environ, "LOG_FORMAT", forms),
        "METRICS_TOKEN": _token(environ.get("METRICS_TOKEN")),
        "METRICS_FOLDER": _folder(folder) if folder else None,
        "SLOW_QUERY_MILLISECONDS": whole(
            environ, "SLOW_QUERY_MILLISECONDS", SLOW_QUERY_MILLISECONDS, least=0, most=600_000
        ),
        "LEAST_FREE_MEGABYTES": whole(
            environ, "LEAST_FREE_MEGABYTES", LEAST_FREE_MEGABYTES, least=0, most=10_000_000
        ),
    }


def _token(value: str | None) -> str | None:
    if value and (len(value) < SHORTEST_TOKEN or not value.isascii()):
        raise ConfigError(
            f"METRICS_TOKEN ne convient pas : donnez au moins {SHORTEST_TOKEN} caractères sans "
            "accent, tirés au hasard."
        )
    return value or None


def _folder(value: str) -> Path:
    folder = Path(value)
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ConfigError(
            f"PROMETHEUS_MULTIPROC_DIR : « {value} » n’est pas un dossier où écrire. "
            "Créez-le, vide, avant chaque démarrage du site."
        )
    return folder

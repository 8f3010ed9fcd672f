"""Fetching a trained French model, by spaCy's own download command."""

import importlib
import subprocess
import sys

from analysis import models

_LONGEST = 1800  # seconds for one model: the largest weighs 545 MB
_NETWORK = ("ConnectionError", "Max retries", "resolve", "Couldn't fetch", "ProxyError", "Timeout")


def install_best() -> str:
    """Installs the best French model that fits this spaCy; one French line that says what is now
    in use.

    Never raises: without a network the pipeline still has its built-in model.
    """
    reason = ""
    for name in models.PACKAGES:
        if _is_usable(name):
            return f"{name} est installé et convient."
        reason = _fetch(name)
        if not reason and _is_usable(name):
            return f"{name} vient d’être installé."
    used = models.open_model()
    why = reason or "aucun ne convient"
    return f"Aucun modèle téléchargé ({why}) ; en usage : {used.name} {used.version}."


def _is_usable(name: str) -> bool:
    importlib.invalidate_caches()
    try:
        models.open_model(name)
    except models.ModelError:
        return False
    return True


def _fetch(name: str) -> str:
    """Downloads one model; why it could not, or nothing."""
    command = [sys.executable, "-m", "spacy", "download", name]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and a name from our own list
            command, capture_output=True, text=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return "le téléchargement dure trop"
    except OSError as error:
        return f"Python ne se lance pas : {error.strerror}"
    return "" if done.returncode == 0 else _why(done.stdout + done.stderr)


def _why(said: str) -> str:
    if any(sign in said for sign in _NETWORK):
        return "le dépôt des modèles est injoignable"
    if "No module named pip" in said:
        return "pip manque dans cet environnement"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f"échec du téléchargement : {lines[-1][:120]}" if lines else "échec du téléchargement"

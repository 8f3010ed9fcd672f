"""Backups: the public key that they are sealed to when the command is given no other."""

from collections.abc import Mapping

from settings.values import ConfigError

PUBLIC = "age1"


def read(environ: Mapping[str, str]) -> dict[str, object]:
    """Return the public key, or none."""
    key = (environ.get("BACKUP_KEY") or "").strip()
    if key and not key.startswith(PUBLIC):
        raise ConfigError(
            "BACKUP_KEY n’est pas une clé publique\u00a0: donnez celle qui commence par "
            "«\u00a0age1\u00a0», jamais la clé secrète (« flask backup-keys » en fait une paire)."
        )
    return {"BACKUP_KEY": key or None}

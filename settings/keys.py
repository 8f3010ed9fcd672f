"""The two secrets: what signs, what encrypts. Made in the instance when they are not given."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from settings.values import ConfigError

FERNET_KEYS = (
    "Donnez des clés Fernet (32 octets en base64), la plus récente d’abord, "
    "séparées par des virgules."
)


def read(environ: Mapping[str, str], instance: Path) -> dict[str, Any]:
    """Return SECRET_KEY and DATA_KEYS, first written in the instance when missing.

    Beside them, the secrets that signed before this one (`earlier`).
    """
    given = {name: environ.get(name) or "" for name in ("SECRET_KEY", "DATA_KEYS")}
    secret_key = given["SECRET_KEY"] or _kept(instance / "secret_key", secrets.token_urlsafe(48))
    data_keys = given["DATA_KEYS"] or _kept(instance / "data_keys", Fernet.generate_key().decode())
    # What an earlier SECRET_KEY signed is still read; what is signed is signed with the newest.
    signing = [*reversed(earlier(environ)), secret_key]
    return {
        "SECRET_KEY": secret_key,
        "SECRET_KEY_FALLBACKS": signing[:-1],
        "SIGNING_KEYS": signing,  # as itsdangerous wants them: it signs with the last
        "WTF_CSRF_SECRET_KEY": signing,
        "DATA_KEYS": _data_keys(data_keys),
    }


def earlier(environ: Mapping[str, str]) -> list[str]:
    """Return the secrets of SECRET_KEY_FALLBACKS, newest first, whose signatures still count."""
    given = environ.get("SECRET_KEY_FALLBACKS") or ""
    return [key.strip() for key in given.split(",") if key.strip()]


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

"""How a setting is read: what is accepted, and the French sentence that says so otherwise."""

from collections.abc import Mapping
from pathlib import Path

from email_validator import EmailNotValidError, validate_email


class ConfigError(ValueError):
    """A setting that cannot be used; `str()` gives one French line for the terminal."""


def path(environ: Mapping[str, str], name: str, default: Path) -> Path:
    """Return where the definitions of another call are kept, or those of this one."""
    given = Path(environ.get(name) or default)
    if not given.exists():
        raise ConfigError(f"{name} : « {given} » n’existe pas.")
    return given


def port(environ: Mapping[str, str], name: str, default: int) -> int:
    """Return a port, from 1 to 65535."""
    return whole(environ, name, default, least=1, most=65535)


def whole(environ: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    """Return a whole number, both bounds included."""
    value = environ.get(name) or str(default)
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(most))
    if not is_number or not least <= int(value) <= most:
        raise ConfigError(f"{name} vaut « {value} ». Donnez un nombre de {least} à {most}.")
    return int(value)


def flag(environ: Mapping[str, str], name: str) -> bool:
    """Return whether a setting is « true »; « false » when it is not given."""
    return one_of(environ, name, ("false", "true")) == "true"


def one_of(environ: Mapping[str, str], name: str, accepted: tuple[str, ...]) -> str:
    """Return one of the accepted words, the first when none is given."""
    value = (environ.get(name) or accepted[0]).lower()
    if value not in accepted:
        raise ConfigError(f"{name} vaut « {value} ». Valeurs acceptées : {', '.join(accepted)}.")
    return value


def is_address(value: str) -> bool:
    """Say whether an address is one by the rule of the sign-in page (Flask-Security's)."""
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True

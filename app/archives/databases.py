"""Which of the two databases an address leads to, and how it is saved."""

from types import ModuleType

from sqlalchemy import make_url

from app.archives import postgresql, sqlite

KINDS: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def dialect_of(url: str) -> str:
    """Return « sqlite » or « postgresql »."""
    return make_url(url).get_backend_name()


def of(url: str) -> ModuleType:
    """Return what saves this database: `snapshot`, `is_empty`, `pour`, `counted`, `scratch`."""
    return KINDS[dialect_of(url)]

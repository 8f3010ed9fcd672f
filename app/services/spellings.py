"""One spelling for each tag: « Maire » and « maire » are one."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from analysis.folding import fold


class Spelling:
    """The spelling already in use for each tag of a column, read once."""

    def __init__(self, session: Session, column: InstrumentedAttribute[Any]) -> None:
        self._known: dict[str, str] = {
            fold(tag): tag for tag in session.scalars(select(column).distinct())
        }

    def of(self, tag: str) -> str:
        """Return the tag as it was first written."""
        return self._known.setdefault(fold(tag), tag)

"""What words are looked for in: each answer in free words, cut into words and stems.

Beside these rows, SQLite keeps a full-text table (FTS5, `search_index`) that triggers feed and
empty with them; PostgreSQL indexes the columns themselves (GIN). Migration 0028 makes both. Erasing
an answer erases its rows.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import Dialect, ForeignKey, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from app.models.base import Base


class Tokens(TypeDecorator[Sequence[str]]):
    """Words made of a-z, 0-9 and « _ », in their order: a text, or a tsvector with places."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        kind = TSVECTOR() if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return " ".join(f"{token}:{place}" for place, token in enumerate(value, start=1))
        return " ".join(value)


class SearchPart(Base):
    """Some hundred words of an answer, as they are written and by their stems, both folded.

    Parts are short because a tsvector forgets the places of a word past its 256th; each begins
    with the last words of the one before, so that a phrase always stands whole in one of them.
    `method` is the version of `services.stems` that cut it.
    """

    __tablename__ = "search_parts"
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("answers.id", ondelete="CASCADE"), index=True
    )
    testimony_id: Mapped[uuid.UUID] = mapped_column()  # the answer's own, so as not to join it
    start: Mapped[int] = mapped_column()  # its bounds in the answer's text, in code points
    end: Mapped[int] = mapped_column()
    method: Mapped[int] = mapped_column()
    words: Mapped[Sequence[str]] = mapped_column(Tokens)
    stems: Mapped[Sequence[str]] = mapped_column(Tokens)

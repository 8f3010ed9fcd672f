"""Alembic's entry: the tables are those of `app.models`, the engine the application's own."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator, create_engine

import config as settings
from app.database import is_described
from app.models import Base
from migrations import online


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write the plain type under a decorated one: a migration does not change with the models."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def run() -> None:
    engine = context.config.attributes.get("engine")
    if engine is None:  # the alembic command itself, when a migration is being written
        engine = create_engine(settings.load()["DATABASE_URL"])
    with engine.connect() as connection, online.giving_way(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=render_item,
            include_name=is_described,
            transaction_per_migration=True,  # an index is made outside one (migrations.online)
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()

"""testimonies that wait to be read by an index

Revision: 0039, after 0032
"""

from alembic import op

from migrations import online

revision = '0039'
down_revision = "0038"
branch_labels = None
depends_on = None

NAME = "ix_testimonies_waiting"
FORMER = "ix_testimonies_is_stale"  # with it, SQLite would sort all that waits for each few


def upgrade() -> None:
    is_stale = "is_stale" if op.get_context().dialect.name == "postgresql" else "is_stale = 1"
    online.create_index(NAME, "testimonies", ["id"], where=f"tagged_by IS NULL OR {is_stale}")
    online.drop_index(FORMER, "testimonies")


def downgrade() -> None:
    online.create_index(FORMER, "testimonies", ["is_stale"])
    online.drop_index(NAME, "testimonies")

"""find what was moved onto the same words by an index

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = '0025'
branch_labels = None
depends_on = None

MOVED = sa.text("start IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        op.f("ix_decisions_start_decisions_end"),
        "decisions",
        ["start", "end"],
        sqlite_where=MOVED,
        postgresql_where=MOVED,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_decisions_start_decisions_end"), table_name="decisions")

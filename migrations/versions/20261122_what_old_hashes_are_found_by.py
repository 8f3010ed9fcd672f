"""what old hashes are found by

Revision: 0035, after 0032
Written on 2026-11-22 22:20:00
"""

import sqlalchemy as sa
from alembic import op


revision = '0035'
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('look_up_keys',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('kept_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_look_up_keys'))
    )


def downgrade() -> None:
    op.drop_table('look_up_keys')

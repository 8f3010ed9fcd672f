"""backups that were made

Revision: 0037, after 0032
Written on 2026-11-22 22:20:00
"""

import sqlalchemy as sa
from alembic import op


revision = '0037'
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('backups',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('rows', sa.BigInteger(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backups'))
    )
    op.create_index(op.f('ix_backups_made_at'), 'backups', ['made_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_backups_made_at'), table_name='backups')
    op.drop_table('backups')

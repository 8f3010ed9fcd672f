"""signs of life of the workers

Revision: 0038, after 0037
Written on 2026-11-22 22:30:00.000000
"""

import sqlalchemy as sa
from alembic import op


revision = '0038'
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('worker_beats',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('doing', sa.String(length=60), nullable=True),
    sa.Column('doing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcomes', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_worker_beats'))
    )
    op.create_table('clock_marks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('steady_since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_marks'))
    )


def downgrade() -> None:
    op.drop_table('clock_marks')
    op.drop_table('worker_beats')

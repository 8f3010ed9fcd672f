"""links sent, calls asked for, no hour of booking

Revision: 0006, after 0003
Written on 2026-11-22 11:57:10.036257
"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Column by column: a table that SQLite copies would lose its checks.
    with op.batch_alter_table('bookings', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('is_reminded', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_column('booked_at')
        batch_op.drop_column('reminded_at')

    with op.batch_alter_table('recontacts', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('asks_call', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('has_link', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('recontacts', recreate='never') as batch_op:
        batch_op.drop_column('has_link')
        batch_op.drop_column('asks_call')

    with op.batch_alter_table('bookings', recreate='never') as batch_op:
        batch_op.drop_column('is_reminded')
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))
        # When each was booked is not known any more: the day the tables were made.
        batch_op.add_column(sa.Column('booked_at', sa.DateTime(timezone=True), server_default='2026-11-22 00:00:00', nullable=False))

"""ranges of testimonies that are all to be read again

Revision: 0046, after 0039
"""

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'ranges_due',
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_ranges_due')),
    )


def downgrade() -> None:
    op.drop_table('ranges_due')

"""messages of whom, one yes an address

Revision: 0007, after 0006
Written on 2026-11-22 13:22:40.512907
"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No foreign key: SQLite would copy the table, and lose its checks and what refers to it.
    op.add_column('notices', sa.Column('recontact_id', sa.Uuid(), nullable=True))
    op.create_index('ix_notices_recontact_id', 'notices', ['recontact_id'], unique=False)
    op.add_column('recontacts', sa.Column('email_fingerprint', sa.String(length=64), nullable=True))
    op.create_index('ix_recontacts_email_fingerprint', 'recontacts', ['email_fingerprint'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_recontacts_email_fingerprint', table_name='recontacts')
    op.drop_column('recontacts', 'email_fingerprint')
    op.drop_index('ix_notices_recontact_id', table_name='notices')
    op.drop_column('notices', 'recontact_id')

"""who did what to whose data

Revision: 0036, after 0032
Written on 2026-11-22 22:25:00
"""

import sqlalchemy as sa
from alembic import op


revision = '0036'
down_revision = "0035"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
REFUSED = 'the log of acts is only ever added to'

ON_SQLITE = (
    f"""CREATE TRIGGER audit_entries_unchanged BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries
    WHEN OLD.sequence > (SELECT coalesce(max(cut_to), 0) FROM audit_chain)
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    # INSERT OR REPLACE would erase without the trigger above hearing of it.
    f"""CREATE TRIGGER audit_entries_new BEFORE INSERT ON audit_entries
    WHEN EXISTS (SELECT 1 FROM audit_entries WHERE sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
)
ON_POSTGRESQL = (
    f"""CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.sequence <= (SELECT coalesce(max(cut_to), 0) FROM audit_chain) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION '{REFUSED}';
    END $$""",
    """CREATE TRIGGER audit_entries_unchanged BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()""",
    """CREATE TRIGGER audit_entries_kept BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()""",
)


def upgrade() -> None:
    op.create_table(
        'audit_entries',
        sa.Column('sequence', SEQUENCE, autoincrement=False, nullable=False),
        sa.Column('moment', sa.DateTime(timezone=True), nullable=False),
        sa.Column('actor', sa.String(length=20), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('act', sa.String(length=20), nullable=False),
        sa.Column('object_id', sa.String(length=36), nullable=True),
        sa.Column('count', sa.Integer(), nullable=True),
        sa.Column('detail', sa.String(length=80), server_default='', nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('key_id', sa.String(length=8), nullable=False),
        sa.Column('seal', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('sequence', name=op.f('pk_audit_entries')),
    )
    for column in ('moment', 'account_id', 'object_id'):
        op.create_index(op.f(f'ix_audit_entries_{column}'), 'audit_entries', [column])
    sitting = ['act', 'account_id', 'moment']
    op.create_index('ix_audit_entries_sitting', 'audit_entries', sitting)
    chain = op.create_table(
        'audit_chain',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('sequence', SEQUENCE, nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('cut_to', SEQUENCE, nullable=False),
        sa.Column('cut_hash', sa.String(length=64), nullable=False),
        sa.Column('cut_key_id', sa.String(length=8), nullable=False),
        sa.Column('cut_seal', sa.String(length=64), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_audit_chain_single')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_chain')),
    )
    op.bulk_insert(chain, [
        {'id': 1, 'sequence': 0, 'hash': '', 'cut_to': 0,
         'cut_hash': '', 'cut_key_id': '', 'cut_seal': ''},
    ])
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    for statement in ON_SQLITE if is_sqlite else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('audit_entries')  # with its triggers
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP FUNCTION refuse_audit_change()')
    op.drop_table('audit_chain')

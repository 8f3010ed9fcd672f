"""words looked for by their stems

Revision: 0028, after 0027
Written on 2026-11-22 19:05:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

# SQLite's index holds no text of its own: it follows the rows of search_parts, whoever erases them.
SQLITE = (
    """CREATE VIRTUAL TABLE search_index USING fts5(
        words, stems, content='search_parts', content_rowid='id', tokenize="ascii tokenchars '_'")""",
    """CREATE TRIGGER search_parts_added AFTER INSERT ON search_parts BEGIN
        INSERT INTO search_index (rowid, words, stems) VALUES (new.id, new.words, new.stems);
    END""",
    """CREATE TRIGGER search_parts_erased AFTER DELETE ON search_parts BEGIN
        INSERT INTO search_index (search_index, rowid, words, stems)
        VALUES ('delete', old.id, old.words, old.stems);
    END""",
)


def upgrade() -> None:
    tokens = sa.Text().with_variant(postgresql.TSVECTOR(), 'postgresql')
    op.create_table('search_parts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Uuid(), nullable=False),
    sa.Column('testimony_id', sa.Uuid(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('method', sa.Integer(), nullable=False),
    sa.Column('words', tokens, nullable=False),
    sa.Column('stems', tokens, nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_search_parts_answer_id_answers'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_parts'))
    )
    op.create_index(op.f('ix_search_parts_answer_id'), 'search_parts', ['answer_id'])
    op.create_index(op.f('ix_decisions_theme'), 'decisions', ['theme'])
    if op.get_bind().dialect.name == 'sqlite':
        for statement in SQLITE:
            op.execute(statement)
    else:
        op.create_index('ix_search_parts_words', 'search_parts', ['words'], postgresql_using='gin')
        op.create_index('ix_search_parts_stems', 'search_parts', ['stems'], postgresql_using='gin')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE search_index')
    op.drop_index(op.f('ix_decisions_theme'), 'decisions')
    op.drop_table('search_parts')

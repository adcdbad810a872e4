"""Reviews, coaching notes and calibrations."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('coaching_notes',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('author', sa.String(length=64), nullable=False),
    sa.Column('at_seconds', sa.Float(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_coaching_notes_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coaching_notes'))
    )
    with op.batch_alter_table('coaching_notes', schema=None) as batch_op:
        batch_op.create_index('ix_coaching_notes_agent_id', ['agent_id', 'written_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_coaching_notes_call_id'), ['call_id'], unique=False)

    op.create_table('quality_calibrations',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('scorecard', sa.String(length=64), nullable=False),
    sa.Column('site_version', sa.String(length=64), nullable=False),
    sa.Column('reviewers', sa.JSON(), nullable=False),
    sa.Column('expert', sa.String(length=64), nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_quality_calibrations_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quality_calibrations'))
    )
    with op.batch_alter_table('quality_calibrations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quality_calibrations_call_id'), ['call_id'], unique=False)

    op.create_table('quality_reviews',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('reviewer', sa.String(length=64), nullable=False),
    sa.Column('scorecard', sa.String(length=64), nullable=False),
    sa.Column('site_version', sa.String(length=64), nullable=False),
    sa.Column('calibration_id', sa.String(length=34), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('score', sa.Float(), nullable=True),
    sa.Column('passed', sa.Boolean(), nullable=True),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('begun_at', UtcDateTime(), nullable=False),
    sa.Column('submitted_at', UtcDateTime(), nullable=True),
    sa.Column('acknowledged_at', UtcDateTime(), nullable=True),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_quality_reviews_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quality_reviews'))
    )
    with op.batch_alter_table('quality_reviews', schema=None) as batch_op:
        batch_op.create_index('ix_quality_reviews_agent_id', ['agent_id', 'submitted_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_quality_reviews_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_quality_reviews_submitted_at'), ['submitted_at'], unique=False)
        batch_op.create_index('uq_quality_reviews_draft', ['call_id', 'agent_id', 'scorecard', 'reviewer', 'calibration_id'], unique=True, sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))

    op.create_table('quality_answers',
    sa.Column('review_id', sa.String(length=34), nullable=False),
    sa.Column('question', sa.String(length=64), nullable=False),
    sa.Column('answer', sa.String(length=40), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('found', sa.String(length=40), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('at_seconds', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['review_id'], ['quality_reviews.id'], name=op.f('fk_quality_answers_review_id_quality_reviews')),
    sa.PrimaryKeyConstraint('review_id', 'question', name=op.f('pk_quality_answers'))
    )


def downgrade() -> None:
    op.drop_table('quality_answers')
    with op.batch_alter_table('quality_reviews', schema=None) as batch_op:
        batch_op.drop_index('uq_quality_reviews_draft', sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))
        batch_op.drop_index(batch_op.f('ix_quality_reviews_submitted_at'))
        batch_op.drop_index(batch_op.f('ix_quality_reviews_call_id'))
        batch_op.drop_index('ix_quality_reviews_agent_id')

    op.drop_table('quality_reviews')
    with op.batch_alter_table('quality_calibrations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quality_calibrations_call_id'))

    op.drop_table('quality_calibrations')
    with op.batch_alter_table('coaching_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_coaching_notes_call_id'))
        batch_op.drop_index('ix_coaching_notes_agent_id')

    op.drop_table('coaching_notes')

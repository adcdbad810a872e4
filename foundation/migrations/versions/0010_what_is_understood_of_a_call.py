"""What is understood of a call, what is heard again, and searches that are saved."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_searches',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('saved_at', UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_searches')),
    sa.UniqueConstraint('login', 'name', name='uq_saved_searches_name')
    )
    op.create_table('call_findings',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('at_ms', sa.Integer(), nullable=False),
    sa.Column('speaker', sa.String(length=16), nullable=False),
    sa.Column('leg', sa.String(length=34), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_findings_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_findings')),
    sa.UniqueConstraint('call_id', 'kind', 'name', name='uq_call_findings_name')
    )
    with op.batch_alter_table('call_findings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_findings_name'), ['name'], unique=False)

    op.create_table('call_insights',
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('segments', sa.Integer(), nullable=False),
    sa.Column('settled', sa.Boolean(), nullable=False),
    sa.Column('caller_ms', sa.Integer(), nullable=False),
    sa.Column('agent_ms', sa.Integer(), nullable=False),
    sa.Column('silence_ms', sa.Integer(), nullable=False),
    sa.Column('longest_silence_ms', sa.Integer(), nullable=False),
    sa.Column('hold_ms', sa.Integer(), nullable=False),
    sa.Column('talk_overs', sa.Integer(), nullable=False),
    sa.Column('interruptions_by_agent', sa.Integer(), nullable=False),
    sa.Column('longest_monologue_ms', sa.Integer(), nullable=False),
    sa.Column('monologue_by', sa.String(length=16), nullable=False),
    sa.Column('caller_mood', sa.Float(), nullable=True),
    sa.Column('caller_slope', sa.Float(), nullable=True),
    sa.Column('agent_mood', sa.Float(), nullable=True),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('looked_at', UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_insights_call_id_calls')),
    sa.PrimaryKeyConstraint('call_id', name=op.f('pk_call_insights'))
    )
    with op.batch_alter_table('call_insights', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_insights_settled'), ['settled'], unique=False)

    op.create_table('hearings',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('recording_id', sa.String(length=34), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('done_ms', sa.Integer(), nullable=False),
    sa.Column('total_ms', sa.Integer(), nullable=False),
    sa.Column('wer', sa.Float(), nullable=True),
    sa.Column('adopted_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=64), nullable=False),
    sa.Column('asked_by', sa.String(length=64), nullable=False),
    sa.Column('asked_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_hearings_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hearings'))
    )
    with op.batch_alter_table('hearings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hearings_call_id'), ['call_id'], unique=False)

    op.create_table('holds',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('began_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_holds_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holds'))
    )
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_holds_call_id'), ['call_id'], unique=False)

    op.create_table('heard_segments',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('hearing_id', sa.String(length=34), nullable=False),
    sa.Column('speaker', sa.String(length=16), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('start_ms', sa.Integer(), nullable=False),
    sa.Column('end_ms', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['hearing_id'], ['hearings.id'], name=op.f('fk_heard_segments_hearing_id_hearings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heard_segments'))
    )
    with op.batch_alter_table('heard_segments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_heard_segments_hearing_id'), ['hearing_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('heard_segments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_heard_segments_hearing_id'))

    op.drop_table('heard_segments')
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_holds_call_id'))

    op.drop_table('holds')
    with op.batch_alter_table('hearings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hearings_call_id'))

    op.drop_table('hearings')
    with op.batch_alter_table('call_insights', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_insights_settled'))

    op.drop_table('call_insights')
    with op.batch_alter_table('call_findings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_findings_name'))

    op.drop_table('call_findings')
    op.drop_table('saved_searches')

"""What the verbs keep: customers, text messages, alerts, answers to surveys."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('customers',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('tier', sa.String(length=32), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers'))
    )
    op.create_table('alerts',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('raised_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.Column('seen_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_alerts_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts'))
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alerts_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alerts_raised_at'), ['raised_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alerts_seen_at'), ['seen_at'], unique=False)

    op.create_table('customer_numbers',
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('customer_id', sa.String(length=34), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_customer_numbers_customer_id_customers')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_customer_numbers'))
    )
    with op.batch_alter_table('customer_numbers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_numbers_customer_id'), ['customer_id'], unique=False)

    op.create_table('survey_answers',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('survey', sa.String(length=8), nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('comment_sid', sa.String(length=64), nullable=False),
    sa.Column('comment_seconds', sa.Float(), nullable=False),
    sa.Column('flow', sa.String(length=64), nullable=False),
    sa.Column('node', sa.String(length=64), nullable=False),
    sa.Column('flow_version', sa.String(length=64), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=True),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_survey_answers_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answers')),
    sa.UniqueConstraint('call_id', 'flow', 'node', name='uq_survey_answers_node')
    )
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_answers_agent_id'), ['agent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_answers_answered_at'), ['answered_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_answers_survey'), ['survey'], unique=False)

    op.create_table('text_messages',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('call_sid', sa.String(length=34), nullable=False),
    sa.Column('mark', sa.String(length=48), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('carrier_sid', sa.String(length=34), nullable=True),
    sa.Column('problem', sa.String(length=32), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('moved_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_messages')),
    sa.UniqueConstraint('call_sid', 'mark', name='uq_text_messages_mark'),
    sa.UniqueConstraint('carrier_sid', name=op.f('uq_text_messages_carrier_sid'))
    )
    with op.batch_alter_table('text_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_text_messages_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_text_messages_number'), ['number'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('text_messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_text_messages_number'))
        batch_op.drop_index(batch_op.f('ix_text_messages_call_id'))

    op.drop_table('text_messages')
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_answers_survey'))
        batch_op.drop_index(batch_op.f('ix_survey_answers_answered_at'))
        batch_op.drop_index(batch_op.f('ix_survey_answers_agent_id'))

    op.drop_table('survey_answers')
    with op.batch_alter_table('customer_numbers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_numbers_customer_id'))

    op.drop_table('customer_numbers')
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alerts_seen_at'))
        batch_op.drop_index(batch_op.f('ix_alerts_raised_at'))
        batch_op.drop_index(batch_op.f('ix_alerts_call_id'))

    op.drop_table('alerts')
    op.drop_table('customers')

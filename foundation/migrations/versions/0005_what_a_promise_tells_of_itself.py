"""What a promise tells of itself, when a queue offers one, who hung up, and what customers write."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('abandoned_calls',
    sa.Column('entry_id', sa.String(length=34), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('line', sa.String(length=64), nullable=False),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('decided', sa.String(length=24), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=False),
    sa.Column('promise_id', sa.String(length=34), nullable=True),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_abandoned_calls'))
    )
    with op.batch_alter_table('abandoned_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_abandoned_calls_decided_at'), ['decided_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_abandoned_calls_number'), ['number'], unique=False)

    op.create_table('queue_offers',
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('queue', name=op.f('pk_queue_offers'))
    )
    op.create_table('received_messages',
    sa.Column('carrier_sid', sa.String(length=34), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('wish', sa.String(length=16), nullable=False),
    sa.Column('promise_id', sa.String(length=34), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('carrier_sid', name=op.f('pk_received_messages'))
    )
    with op.batch_alter_table('received_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_received_messages_number'), ['number'], unique=False)
        batch_op.create_index(batch_op.f('ix_received_messages_received_at'), ['received_at'], unique=False)

    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.add_column(sa.Column('zone', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('slot_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('seat', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('why', sa.String(length=16), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('waited', sa.Double(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('owner', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('asked_by', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('line', sa.String(length=64), nullable=False, server_default=''))
        batch_op.create_index('uq_promises_open_seat', ['queue', 'slot_at', 'seat'], unique=True, sqlite_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled', 'expired')"), postgresql_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled', 'expired')"))


def downgrade() -> None:
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.drop_index('uq_promises_open_seat', sqlite_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled', 'expired')"), postgresql_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled', 'expired')"))
        batch_op.drop_column('line')
        batch_op.drop_column('asked_by')
        batch_op.drop_column('owner')
        batch_op.drop_column('note')
        batch_op.drop_column('waited')
        batch_op.drop_column('why')
        batch_op.drop_column('seat')
        batch_op.drop_column('slot_at')
        batch_op.drop_column('zone')

    with op.batch_alter_table('received_messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_received_messages_received_at'))
        batch_op.drop_index(batch_op.f('ix_received_messages_number'))

    op.drop_table('received_messages')
    op.drop_table('queue_offers')
    with op.batch_alter_table('abandoned_calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_abandoned_calls_number'))
        batch_op.drop_index(batch_op.f('ix_abandoned_calls_decided_at'))

    op.drop_table('abandoned_calls')

"""Callers who are known, places that are kept, and how much of a shift was work."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('busy_us', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('staffed_us', sa.BigInteger(), nullable=False, server_default='0'))

    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alone_until', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('floor', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('first_queue', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('overflow_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('resumed_from', sa.String(length=34), nullable=True))

    op.execute('UPDATE queue_entries SET first_queue = queue')
    with op.batch_alter_table('reservations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reservations_fence'), ['fence'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('reservations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reservations_fence'))

    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.drop_column('resumed_from')
        batch_op.drop_column('overflow_at')
        batch_op.drop_column('first_queue')
        batch_op.drop_column('floor')
        batch_op.drop_column('alone_until')

    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.drop_column('staffed_us')
        batch_op.drop_column('busy_us')


"""What the dialling of promises keeps: who is never called, refusals, the carrier's pace."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dial_pace',
    sa.Column('name', sa.String(length=16), nullable=False),
    sa.Column('free_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_dial_pace'))
    )
    op.create_table('dial_refusals',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('stage', sa.String(length=8), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dial_refusals'))
    )
    with op.batch_alter_table('dial_refusals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dial_refusals_at'), ['at'], unique=False)

    op.create_table('do_not_call',
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('asked_by', sa.String(length=16), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_do_not_call'))
    )
    with op.batch_alter_table('do_not_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_do_not_call_since'), ['since'], unique=False)

    with op.batch_alter_table('dial_attempts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('dial_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('tried_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('answered_at', UtcDateTime(), nullable=True))

    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.add_column(sa.Column('expires_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('advanced_at', UtcDateTime(), nullable=True))
        batch_op.drop_index('uq_promises_open_number_queue')
        batch_op.create_index('uq_promises_open_number_queue', ['number', 'queue'], unique=True, sqlite_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled', 'expired')"), postgresql_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled', 'expired')"))



def downgrade() -> None:
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.drop_index('uq_promises_open_number_queue')
        batch_op.create_index('uq_promises_open_number_queue', ['number', 'queue'], unique=True, sqlite_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled')"), postgresql_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled')"))
        batch_op.drop_column('advanced_at')
        batch_op.drop_column('expires_at')

    with op.batch_alter_table('dial_attempts', schema=None) as batch_op:
        batch_op.drop_column('answered_at')
        batch_op.drop_column('tried_at')
        batch_op.drop_column('dial_at')

    with op.batch_alter_table('do_not_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_do_not_call_since'))

    op.drop_table('do_not_call')
    with op.batch_alter_table('dial_refusals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dial_refusals_at'))

    op.drop_table('dial_refusals')
    op.drop_table('dial_pace')

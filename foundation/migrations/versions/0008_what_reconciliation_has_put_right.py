"""What reconciliation has put right."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reconcile_repairs',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reconcile_repairs'))
    )
    with op.batch_alter_table('reconcile_repairs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reconcile_repairs_at'), ['at'], unique=False)

    op.create_table('reconcile_rounds',
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('began_at', UtcDateTime(), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=False),
    sa.Column('note', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_reconcile_rounds'))
    )


def downgrade() -> None:
    op.drop_table('reconcile_rounds')
    with op.batch_alter_table('reconcile_repairs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reconcile_repairs_at'))

    op.drop_table('reconcile_repairs')

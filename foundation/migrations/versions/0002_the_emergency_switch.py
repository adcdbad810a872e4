"""The emergency switch."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hours_switches',
    sa.Column('hours', sa.String(length=64), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('hours', name=op.f('pk_hours_switches'))
    )


def downgrade() -> None:
    op.drop_table('hours_switches')

"""Calls that are held, and copies that the carrier keeps."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('legal_holds',
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('since', UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_legal_holds_call_id_calls')),
    sa.PrimaryKeyConstraint('call_id', name=op.f('pk_legal_holds'))
    )
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carrier_attempts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('carrier_gone_at', UtcDateTime(timezone=True), nullable=True))
        batch_op.alter_column('carrier_attempts', server_default=None, existing_type=sa.Integer())


def downgrade() -> None:
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.drop_column('carrier_gone_at')
        batch_op.drop_column('carrier_attempts')

    op.drop_table('legal_holds')

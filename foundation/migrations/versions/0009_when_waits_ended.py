"""When waits ended: what the wall and the history look for."""

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_queue_entries_answered_at'), ['answered_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_queue_entries_left_at'), ['left_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_queue_entries_left_at'))
        batch_op.drop_index(batch_op.f('ix_queue_entries_answered_at'))

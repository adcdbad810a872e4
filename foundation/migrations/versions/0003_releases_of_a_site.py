"""Releases of a site: who let which version in, when, why, and for what share of the callers."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

WHOLE = 10_000


def upgrade() -> None:
    op.create_table('site_releases',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('act', sa.String(length=16), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('why', sa.String(length=400), nullable=False),
    sa.Column('version', sa.String(length=64), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('beside', sa.String(length=64), nullable=True),
    sa.Column('folder', sa.String(length=400), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_releases'))
    )
    op.create_table('site_refusals',
    sa.Column('folder', sa.String(length=400), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('folder', name=op.f('pk_site_refusals'))
    )
    # what was live before keeps its order
    op.execute(
        "INSERT INTO site_releases (at, act, who, why, version, share, beside, folder) "
        f"SELECT published_at, 'published', 'callwright', '', hash, {WHOLE}, NULL, folder "
        "FROM site_versions ORDER BY published"
    )
    with op.batch_alter_table('site_versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_versions_published'))
        batch_op.drop_column('published')


def downgrade() -> None:
    with op.batch_alter_table('site_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('published', sa.Integer(), nullable=False, server_default='0'))
    # the last decision about a version is its place in the old order
    op.execute(
        "UPDATE site_versions SET published = "
        "coalesce((SELECT max(id) FROM site_releases WHERE version = site_versions.hash), 0)"
    )
    with op.batch_alter_table('site_versions', schema=None) as batch_op:
        batch_op.alter_column('published', server_default=None, existing_type=sa.Integer())
        batch_op.create_index(batch_op.f('ix_site_versions_published'), ['published'], unique=False)
    op.drop_table('site_refusals')
    op.drop_table('site_releases')

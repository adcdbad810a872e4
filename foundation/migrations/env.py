"""Alembic's entry: runs on the connection handed over by `foundation.migrations`."""

from alembic import context

from foundation.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_name=context.config.attributes.get("include_name"),
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

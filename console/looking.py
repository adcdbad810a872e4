"""The place of the session with which screens read: it opens no transaction, and so waits for no writer."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from foundation.db import Database


@contextmanager
def looking(db: Database) -> Iterator[Session]:
    """A session for reading only."""
    with Session(db.engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False) as session:
        yield session

"""The full-text index over segments: one port, kept by SQLite's FTS5 and by PostgreSQL's tsvector.

Both index `segments.folded` as it is (folding is ours), keep themselves up to date inside the database, and answer one
question: which segments hold a term. `create_search` makes what they need; the migration and `create_all` both call it.
"""

from typing import Protocol

from sqlalchemy import ColumnElement, Connection, column, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.sql.expression import cast as sql_cast

from transcription.query import Term
from transcription.store import Segment

FTS_TABLE = "segments_fts"
TSVECTOR_COLUMN = "folded_words"
TSVECTOR_INDEX = "ix_segments_folded_words"

CREATE_FTS5 = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS segments_fts USING fts5(
        folded, content='segments', content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3 4')""",
    """CREATE TRIGGER IF NOT EXISTS segments_fts_added AFTER INSERT ON segments BEGIN
        INSERT INTO segments_fts(rowid, folded) VALUES (new.id, new.folded);
    END""",
    """CREATE TRIGGER IF NOT EXISTS segments_fts_removed AFTER DELETE ON segments BEGIN
        INSERT INTO segments_fts(segments_fts, rowid, folded) VALUES ('delete', old.id, old.folded);
    END""",
    """CREATE TRIGGER IF NOT EXISTS segments_fts_changed AFTER UPDATE OF folded ON segments BEGIN
        INSERT INTO segments_fts(segments_fts, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO segments_fts(rowid, folded) VALUES (new.id, new.folded);
    END""",
    "INSERT INTO segments_fts(segments_fts) VALUES ('rebuild')",
)
DROP_FTS5 = (
    "DROP TRIGGER IF EXISTS segments_fts_added",
    "DROP TRIGGER IF EXISTS segments_fts_removed",
    "DROP TRIGGER IF EXISTS segments_fts_changed",
    "DROP TABLE IF EXISTS segments_fts",
)
CREATE_TSVECTOR = (
    """ALTER TABLE segments ADD COLUMN IF NOT EXISTS folded_words tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED""",
    "CREATE INDEX IF NOT EXISTS ix_segments_folded_words ON segments USING gin (folded_words)",
)
DROP_TSVECTOR = ("ALTER TABLE segments DROP COLUMN IF EXISTS folded_words",)


class SearchIndex(Protocol):
    """Finds segments by what was said."""

    def create(self, connection: Connection) -> None:
        """Make the index if it is not there; segments that are there already are indexed."""
        ...

    def drop(self, connection: Connection) -> None:
        """Remove the index."""
        ...

    def holds(self, term: Term) -> ColumnElement[bool]:
        """The condition that a row of `segments` holds the term (its negation is the caller's affair)."""
        ...


class Fts5Index:
    """SQLite: an external-content FTS5 table, kept by triggers."""

    def create(self, connection: Connection) -> None:
        """Make the table and its triggers, and index what is there."""
        _run(connection, CREATE_FTS5)

    def drop(self, connection: Connection) -> None:
        """Remove the triggers and the table."""
        _run(connection, DROP_FTS5)

    def holds(self, term: Term) -> ColumnElement[bool]:
        """A quoted phrase: nothing in it can be an operator of FTS5."""
        phrase = '"' + " ".join(term.words) + '"' + (" *" if term.prefix else "")
        fts = table(FTS_TABLE, column("rowid"), column(FTS_TABLE))
        return Segment.id.in_(select(fts.c.rowid).where(fts.c[FTS_TABLE].op("MATCH")(phrase)))


class TsvectorIndex:
    """PostgreSQL: a generated tsvector column with a GIN index."""

    def create(self, connection: Connection) -> None:
        """Make the column, which fills itself, and its index."""
        _run(connection, CREATE_TSVECTOR)

    def drop(self, connection: Connection) -> None:
        """Remove both."""
        _run(connection, DROP_TSVECTOR)

    def holds(self, term: Term) -> ColumnElement[bool]:
        """Quoted lexemes in their order: folded words hold no character that means something to a tsquery."""
        words = [f"'{word}'" for word in term.words]
        if term.prefix:
            words[-1] += ":*"
        lexemes = sql_cast(literal(" <-> ".join(words)), TSQUERY())
        held = literal_column(f"segments.{TSVECTOR_COLUMN}", TSVECTOR())
        return held.op("@@", is_comparison=True)(lexemes)


def index_for(dialect: str) -> SearchIndex:
    """The index of a database, by the name of its SQLAlchemy dialect."""
    return Fts5Index() if dialect == "sqlite" else TsvectorIndex()


def create_search(connection: Connection) -> None:
    """Make the full-text index of this database. Harmless to repeat."""
    index_for(connection.dialect.name).create(connection)


def is_search_object(name: str) -> bool:
    """Whether a table, column or index is the search's own and not in the models: for comparing the two."""
    return name.startswith(FTS_TABLE) or name in {TSVECTOR_COLUMN, TSVECTOR_INDEX}


def _run(connection: Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)

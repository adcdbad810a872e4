"""The tables of this folder that know persons, and how the search forgets the words of rows that are gone."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.personal import CALL, Personal
from transcription.index import FTS_TABLE

HEARING = "hearing"
PERSONAL = (
    Personal("segments", by={"call_id": CALL}, private=frozenset({"folded"})),
    Personal("hearings", by={"call_id": CALL}, gives={"id": HEARING}),
    Personal("heard_segments", by={"hearing_id": HEARING}),
    Personal("call_insights", by={"call_id": CALL}),
    Personal("call_findings", by={"call_id": CALL}),
)
IMPERSONAL: dict[str, str] = {}


def settle_search(session: Session) -> None:
    """Let SQLite's index drop the words of what was deleted, which it only marks; PostgreSQL's goes with its rows."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"INSERT INTO {FTS_TABLE}({FTS_TABLE}) VALUES ('optimize')"))  # noqa: S608 - a constant

"""How long words are kept: what was said on calls older than the site says goes, unless the call is held."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select, union

from foundation.calls import Call
from foundation.db import Base, Database
from foundation.legal_holds import not_held
from foundation.logs import get_logger
from foundation.personal import CALL, PersonalData
from transcription.personal import PERSONAL, settle_search

log = get_logger(__name__)
BATCH = 100


def purge_old(db: Database, *, keep_seconds: float, now: datetime) -> int:
    """Delete the words of calls that ended longer ago than that, and all that was understood of them; how many calls.

    The search forgets them too. For the ticker: repeating it is harmless, and any number may run.
    """
    before = now - timedelta(seconds=keep_seconds)
    tables = {table.name: table for table in Base.metadata.sorted_tables}
    known = [one for one in PERSONAL if one.table in tables]
    old: list[Select[str]] = [
        select(Call.id)
        .join(tables[one.table], tables[one.table].c.call_id == Call.id)
        .where(Call.ended_at < before, not_held())
        for one in known
        if "call_id" in one.by
    ]
    with db.begin() as session:
        calls = set(session.scalars(union(*old).limit(BATCH)))
        if not calls:
            return 0
        PersonalData(tables, known).erase(session, PersonalData(tables, known).scope_of(session, {CALL: calls}))
        settle_search(session)
    log.info("transcripts_purged", calls=len(calls))
    return len(calls)

"""What is taken out of a call's words before anybody keeps them: the site's kinds, and what was given in private."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.db import Database
from foundation.errors import CallwrightError
from foundation.logs import get_logger
from ivr.logbook import Logbook, Unreadable
from ivr.redaction_words import lexicon_of
from ivr.sites import SiteShelf
from ivr.tables import CallSession
from ivr.tokens import StreamGrant
from recordings.muting import Stretch
from transcription.redact.find import asked_by
from transcription.redact.items import Heard
from transcription.redact.meaning import Asked
from transcription.redact.spans import KINDS
from transcription.redact.track import Rules
from transcription.store import redacted_stretches, said_since

log = get_logger(__name__)
EVERYTHING: Final = frozenset(KINDS)


@dataclass(frozen=True, slots=True)
class Redaction:
    """Gives each track its rules. Where a site cannot be read, everything is taken out."""

    db: Database
    shelf: SiteShelf
    logbook: Logbook

    def rules(self, grant: StreamGrant) -> Rules:
        """The rules for one party of one call; the two questions are answered from SQL when they are asked."""
        return Rules(
            lexicon_of(grant.language),
            self._kinds(),
            asked=others_asked(self.db, grant),
            private=lambda: self._private(grant.call_id),
        )

    def _kinds(self) -> frozenset[str]:
        try:
            return frozenset(self.shelf.current().loaded.site.privacy.redact)
        except CallwrightError as error:
            log.warning("redaction_without_site", code=error.problem.code)
            return EVERYTHING

    def _private(self, call_id: str) -> Sequence[str]:
        """What the caller has given to private questions so far. It stays in this process's memory."""
        wanted = select(CallSession.state, CallSession.site_version).where(CallSession.call_id == call_id)
        with Session(self.db.engine.execution_options(isolation_level="AUTOCOMMIT")) as looking:
            row = looking.execute(wanted).one_or_none()
        if row is None or not row.state:
            return ()
        try:
            state = self.logbook.open_state(row.state)
            return private_values(self.shelf.version(row.site_version).private, state)
        except (CallwrightError, Unreadable) as error:
            log.warning("private_words_unknown", call_id=call_id, error=type(error).__name__)
            return ()


def rules_without_site(db: Database, grant: StreamGrant) -> Rules:
    """Everything is taken out: for a house that does not say what."""
    return Rules(lexicon_of(grant.language), EVERYTHING, asked=others_asked(db, grant))


def taken_out(db: Database, call_id: str) -> list[Stretch]:
    """When words of a call were taken out, in seconds of its recording, which begins when the transcript's times do."""
    with Session(db.engine.execution_options(isolation_level="AUTOCOMMIT")) as looking:
        return [Stretch(start / 1000, end / 1000) for start, end in redacted_stretches(looking, call_id)]


def others_asked(db: Database, grant: StreamGrant) -> Callable[[int], Sequence[Asked]]:
    """What the other parties of the call have spoken of since a moment, from what is stored of them."""
    lexicon = lexicon_of(grant.language)

    def asked(since_ms: int) -> Sequence[Asked]:
        with Session(db.engine.execution_options(isolation_level="AUTOCOMMIT")) as looking:
            lines = said_since(looking, grant.call_id, since_ms=since_ms - 60_000, but=grant.speaker)
        words = [Heard(word["text"], word["start_ms"], word["end_ms"]) for line in lines for word in line.words]
        return asked_by(words, lexicon)

    return asked


def private_values(private: frozenset[str], state: Mapping[str, Any]) -> tuple[str, ...]:
    """The values of private slots in a call's state."""
    return tuple(str(value) for name, value in state.get("slots", {}).items() if name in private and value is not None)

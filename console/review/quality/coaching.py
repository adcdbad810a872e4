"""The one door to coaching notes: written at a moment of a call, read by the agent, withdrawn by who wrote them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.review.quality.facts import agents_of
from console.review.quality.rows import CoachingNote
from foundation.audit import record_access
from foundation.calls import Call
from foundation.errors import CallwrightError, Problem
from foundation.ids import IdSource

LONGEST = 2000
LONGEST_CALL = 86_400.0


class NoteRefused(CallwrightError):
    """The note has no words, or is for somebody who was not on the call."""


def write_note(
    session: Session,
    ids: IdSource,
    call: Call,
    *,
    agent_id: str,
    author: str,
    at_seconds: float,
    text: str,
    now: datetime,
) -> CoachingNote:
    """Tie a note to a moment, in seconds of the transcript. The same one sent twice is one."""
    text = text.strip()[:LONGEST]
    if not text:
        raise NoteRefused(
            Problem("empty_note", "The note has no words.", todo="Write what the agent is to hear there.")
        )
    if agent_id not in dict(agents_of(session, call)):
        raise NoteRefused(
            Problem("not_on_call", "This agent did not talk on the call.", todo="Choose an agent who did.")
        )
    at = min(max(0.0, at_seconds), LONGEST_CALL)
    for known in notes_of(session, call.id, agent_id=agent_id):
        if (known.author, known.at_seconds, known.text) == (author, at, text):
            return known
    made = CoachingNote(
        id=ids.new("CN"), call_id=call.id, agent_id=agent_id, author=author, at_seconds=at, text=text, written_at=now
    )
    session.add(made)
    record_access(session, who=author, what="coaching note written", subject=made.id, at=now)
    return made


def notes_of(session: Session, call_id: str, *, agent_id: str | None = None) -> list[CoachingNote]:
    """The notes of a call in the order of their moments; of one agent's alone where that is who reads."""
    rows = select(CoachingNote).where(CoachingNote.call_id == call_id, CoachingNote.withdrawn_at.is_(None))
    if agent_id is not None:
        rows = rows.where(CoachingNote.agent_id == agent_id)
    return list(session.scalars(rows.order_by(CoachingNote.at_seconds, CoachingNote.id)))


def locked_note(session: Session, note_id: str) -> CoachingNote | None:
    """The note, held until the transaction ends; None when there is none, or it was withdrawn."""
    found = session.get(CoachingNote, note_id, with_for_update=True, populate_existing=True)
    return None if found is None or found.withdrawn_at is not None else found


def mark_read(session: Session, note: CoachingNote, *, who: str, now: datetime) -> None:
    """The agent has read it; the first time counts."""
    if note.read_at is None:
        note.read_at = now
        record_access(session, who=who, what="coaching note read", subject=note.id, at=now)


def withdraw(session: Session, note: CoachingNote, *, who: str, now: datetime) -> None:
    """Take the note back: it is on no page any more."""
    note.withdrawn_at = now
    record_access(session, who=who, what="coaching note withdrawn", subject=note.id, at=now)

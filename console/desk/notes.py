"""The place of an agent's notes: kept as they are typed, found again on the call's page."""

from datetime import datetime

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime


class DeskNote(Base):
    """What an agent wrote during one reservation."""

    __tablename__ = "desk_notes"
    __table_args__ = (Index("ix_desk_notes_call_id", "call_id"),)

    reservation_id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(34))
    agent_id: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


def keep(session: Session, reservation_id: str, *, call_id: str, agent_id: str, text: str, now: datetime) -> None:
    """Keep the notes as they are now."""
    note = session.get(DeskNote, reservation_id)
    if note is None:
        note = DeskNote(reservation_id=reservation_id, call_id=call_id, agent_id=agent_id)
        session.add(note)
    note.text, note.updated_at = text, now


def notes_of_call(session: Session, call_id: str, *, but: str = "") -> str:
    """All that was written on a call, in order; `but` leaves out one reservation's."""
    rows = (
        select(DeskNote.text)
        .where(DeskNote.call_id == call_id, DeskNote.reservation_id != but)
        .order_by(DeskNote.updated_at)
    )
    return "\n\n".join(text for text in session.scalars(rows) if text.strip())

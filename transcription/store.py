"""Where finished segments are kept: one row a segment, with its words, their times, and the model that listened."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Float,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    event,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base
from transcription.again import forget_hearings
from transcription.query import fold
from transcription.stream import Final, SpokenWord
from transcription.understanding.kept import forget_understanding


class Segment(Base):
    """A stretch of recognised speech: who said it, when in the call (milliseconds), what, and who listened.

    `folded` is the text as it is searched: without case, accents and punctuation.
    """

    __tablename__ = "segments"
    __table_args__ = (UniqueConstraint("call_id", "speaker", "leg", "seq", name="uq_segments_place"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    leg: Mapped[str] = mapped_column(String(34), default="")
    speaker: Mapped[str] = mapped_column(String(16))
    seq: Mapped[int]
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    words: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    confidence: Mapped[float] = mapped_column(Float, default=0.0)
    model: Mapped[str] = mapped_column(String(120))


@event.listens_for(Segment.__table__, "after_create")
def _with_its_index(_table: Table, connection: Connection, **_options: object) -> None:
    from transcription.index import create_search

    create_search(connection)


def add_segments(
    session: Session, finals: Iterable[Final], *, call_id: str, speaker: str, model: str, leg: str = ""
) -> int:
    """Keep the finals of a track; one that is kept already stays as it is. How many were new."""
    rows = [
        {
            "call_id": call_id,
            "leg": leg,
            "speaker": speaker,
            "seq": final.seq,
            "start_ms": final.start_ms,
            "end_ms": final.end_ms,
            "text": final.text,
            "folded": fold(final.text),
            "words": [_word(word) for word in final.words],
            "confidence": final.confidence,
            "model": model,
        }
        for final in finals
    ]
    if not rows:
        return 0
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    kept = session.scalars(insert(Segment).on_conflict_do_nothing().returning(Segment.id), rows)
    return len(kept.all())


def amend_segments(
    session: Session, lines: Iterable[Final], *, call_id: str, speaker: str, model: str, leg: str = ""
) -> int:
    """Keep lines as they read now: what was stored of them before is replaced, in the index, too. How many."""
    changed = 0
    for line in lines:
        add_segments(session, [line], call_id=call_id, speaker=speaker, model=model, leg=leg)
        here = (Segment.call_id == call_id, Segment.speaker == speaker, Segment.leg == leg, Segment.seq == line.seq)
        values = {"text": line.text, "folded": fold(line.text), "words": [_word(word) for word in line.words]}
        changed += len(session.scalars(update(Segment).where(*here).values(values).returning(Segment.id)).all())
    return changed


def said_since(session: Session, call_id: str, *, since_ms: int, but: str) -> list[Segment]:
    """What the others said on the call since a moment, in order; `but` is the speaker who is left out."""
    rows = select(Segment).where(Segment.call_id == call_id, Segment.speaker != but, Segment.end_ms >= since_ms)
    return list(session.scalars(rows.order_by(Segment.start_ms)))


def redacted_stretches(session: Session, call_id: str) -> list[tuple[int, int]]:
    """When something was said on the call that was taken out of its transcript: milliseconds, from and to."""
    words = session.scalars(select(Segment.words).where(Segment.call_id == call_id))
    return sorted(
        (int(word["start_ms"]), int(word["end_ms"])) for line in words for word in line if word.get("redacted")
    )


def transcript(session: Session, call_id: str) -> list[Segment]:
    """What was said on the call, in the order in which it began."""
    rows = select(Segment).where(Segment.call_id == call_id)
    return list(session.scalars(rows.order_by(Segment.start_ms, Segment.speaker, Segment.seq)))


def replace_transcript(session: Session, call_id: str, tracks: Mapping[str, Sequence[Final]], *, model: str) -> int:
    """Put another hearing of the call in the place of its transcript, in the index too. How many segments there are."""
    session.execute(delete(Segment).where(Segment.call_id == call_id))
    return sum(
        add_segments(session, finals, call_id=call_id, speaker=speaker, model=model)
        for speaker, finals in tracks.items()
    )


def said_lately(session: Session, call_id: str, *, speaker: str, within_ms: int) -> str:
    """The speaker's words since so long before the last of them."""
    own = (Segment.call_id == call_id, Segment.speaker == speaker)
    last = session.scalar(select(func.max(Segment.end_ms)).where(*own))
    rows = select(Segment.text).where(*own, Segment.end_ms > (last or 0) - within_ms)
    return " ".join(session.scalars(rows.order_by(Segment.start_ms, Segment.seq)))


def models_of(session: Session, call_id: str) -> tuple[str, ...]:
    """Which models listened to the call, for the page that shows its transcript."""
    return tuple(session.scalars(select(Segment.model).where(Segment.call_id == call_id).distinct().order_by("model")))


def next_seq(session: Session, *, call_id: str, speaker: str, leg: str = "") -> int:
    """The number of the next segment of a track: where a stream that died and came back goes on."""
    here = (Segment.call_id == call_id) & (Segment.speaker == speaker) & (Segment.leg == leg)
    last = session.scalar(select(func.max(Segment.seq)).where(here))
    return 0 if last is None else last + 1


def forget_transcript(session: Session, call_id: str) -> int:
    """Delete every segment of the call, with what the search knows of it and what was understood of it. How many."""
    forget_understanding(session, call_id)
    forget_hearings(session, call_id)
    gone = session.scalars(delete(Segment).where(Segment.call_id == call_id).returning(Segment.id))
    return len(gone.all())


def _word(word: SpokenWord) -> dict[str, Any]:
    kept = {"text": word.text, "start_ms": word.start_ms, "end_ms": word.end_ms, "confidence": word.confidence}
    return {**kept, "redacted": word.redacted} if word.redacted else kept

"""A recording listened to again: how far it has come, and the words a second model heard, beside the first ones.

One row a hearing. Its segments are in a table of their own, which nobody searches, until the hearing is adopted.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime
from foundation.ids import IdSource
from transcription.stream import Final, SpokenWord


class HearingState(StrEnum):
    """Where a hearing stands."""

    ASKED = "asked"
    HEARING = "hearing"
    DONE = "done"
    FAILED = "failed"

    def may_become(self, other: "HearingState") -> bool:
        """Whether the table below has this step."""
        return other in TRANSITIONS[self]


TRANSITIONS: dict[HearingState, frozenset[HearingState]] = {
    HearingState.ASKED: frozenset({HearingState.HEARING, HearingState.FAILED}),
    # a worker that died is followed by another, which begins anew
    HearingState.HEARING: frozenset({HearingState.HEARING, HearingState.DONE, HearingState.FAILED}),
    HearingState.FAILED: frozenset({HearingState.HEARING}),
    HearingState.DONE: frozenset(),
}


class Hearing(Base):
    """One hearing of a recording. `done_ms` of `total_ms` of sound are heard, all channels together.

    `wer` is the word error rate between what was heard at first and now; None until both are there. `problem` is the
    code of why it failed.
    """

    __tablename__ = "hearings"

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    recording_id: Mapped[str] = mapped_column(String(34))
    language: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(16), default=HearingState.ASKED)
    done_ms: Mapped[int] = mapped_column(default=0)
    total_ms: Mapped[int] = mapped_column(default=0)
    wer: Mapped[float | None] = mapped_column(Float)
    adopted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(64), default="")
    asked_by: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def become(self, state: HearingState) -> bool:
        """Go to the state if the table allows it; whether it did."""
        if not HearingState(self.state).may_become(state):
            return False
        self.state = state
        return True


class HeardSegment(Base):
    """A segment of a hearing, as `segments` has them."""

    __tablename__ = "heard_segments"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    hearing_id: Mapped[str] = mapped_column(ForeignKey("hearings.id"), index=True)
    speaker: Mapped[str] = mapped_column(String(16))
    seq: Mapped[int]
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    confidence: Mapped[float] = mapped_column(Float, default=0.0)


def ask_hearing(
    session: Session,
    ids: IdSource,
    *,
    call_id: str,
    recording_id: str,
    language: str,
    model: str,
    who: str,
    now: datetime,
) -> Hearing:
    """Note that somebody wants the recording heard again; one that is asked for and not over is the same one."""
    same = select(Hearing).where(Hearing.recording_id == recording_id, Hearing.model == model)
    known = session.scalar(same.where(Hearing.state.in_([HearingState.ASKED, HearingState.HEARING])).limit(1))
    if known is not None:
        return known
    made = Hearing(
        id=ids.new("HR"),
        call_id=call_id,
        recording_id=recording_id,
        language=language,
        model=model,
        state=HearingState.ASKED,
        done_ms=0,
        total_ms=0,
        asked_by=who,
        asked_at=now,
    )
    session.add(made)
    session.flush()
    return made


def hearings_of(session: Session, call_id: str) -> Sequence[Hearing]:
    """Every hearing of the call's recordings, the newest first."""
    rows = select(Hearing).where(Hearing.call_id == call_id)
    return session.scalars(rows.order_by(Hearing.asked_at.desc(), Hearing.id)).all()


def replace_heard(session: Session, hearing_id: str, tracks: Iterable[tuple[str, Sequence[Final]]]) -> int:
    """Keep what was heard on each track (speaker, finals) in place of what a broken attempt left. How many segments."""
    session.execute(delete(HeardSegment).where(HeardSegment.hearing_id == hearing_id))
    rows = [
        HeardSegment(
            hearing_id=hearing_id,
            speaker=speaker,
            seq=final.seq,
            start_ms=final.start_ms,
            end_ms=final.end_ms,
            text=final.text,
            words=[
                {
                    "text": word.text,
                    "start_ms": word.start_ms,
                    "end_ms": word.end_ms,
                    "confidence": word.confidence,
                    "redacted": word.redacted,
                }
                for word in final.words
            ],
            confidence=final.confidence,
        )
        for speaker, finals in tracks
        for final in finals
    ]
    session.add_all(rows)
    return len(rows)


def heard_of(session: Session, hearing_id: str) -> list[HeardSegment]:
    """What was heard, in the order in which it began."""
    rows = select(HeardSegment).where(HeardSegment.hearing_id == hearing_id)
    return list(session.scalars(rows.order_by(HeardSegment.start_ms, HeardSegment.speaker, HeardSegment.seq)))


def spoken_again(session: Session, hearing_id: str) -> dict[str, list[Final]]:
    """What was heard on each track, as the store of segments takes it."""
    tracks: dict[str, list[Final]] = {}
    for row in heard_of(session, hearing_id):
        words = tuple(
            SpokenWord(word["text"], word["start_ms"], word["end_ms"], word["confidence"], word.get("redacted", ""))
            for word in row.words
        )
        final = Final(row.seq, row.text, row.start_ms, row.end_ms, words, row.confidence)
        tracks.setdefault(row.speaker, []).append(final)
    return tracks


def forget_hearings(session: Session, call_id: str) -> None:
    """Delete every hearing of the call and its words."""
    own = select(Hearing.id).where(Hearing.call_id == call_id)
    session.execute(delete(HeardSegment).where(HeardSegment.hearing_id.in_(own)))
    session.execute(delete(Hearing).where(Hearing.call_id == call_id))

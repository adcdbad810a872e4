"""Where what was understood of a call is kept: one row a call, one row a topic or alert. What was said is in neither.

The summary is lines of the transcript by their places, read anew each time: what was taken out of the transcript is out
of the summary, too.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime
from transcription.understanding.rules import Finding, Kind
from transcription.understanding.understand import Understanding


class CallInsight(Base):
    """What was understood of one call; times in milliseconds, moods from -1 to 1 (by word lists), None without words.

    `segments` is how many there were when it was looked at; `settled` that the call was over by then.
    """

    __tablename__ = "call_insights"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    segments: Mapped[int]
    settled: Mapped[bool] = mapped_column(index=True)
    caller_ms: Mapped[int]
    agent_ms: Mapped[int]
    silence_ms: Mapped[int]
    longest_silence_ms: Mapped[int]
    hold_ms: Mapped[int]
    talk_overs: Mapped[int]
    interruptions_by_agent: Mapped[int]
    longest_monologue_ms: Mapped[int]
    monologue_by: Mapped[str] = mapped_column(String(16))
    caller_mood: Mapped[float | None] = mapped_column(Float)
    caller_slope: Mapped[float | None] = mapped_column(Float)
    agent_mood: Mapped[float | None] = mapped_column(Float)
    summary: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def agent_share(self) -> float | None:
        """The agent's share of what was spoken, 0 to 1."""
        spoken = self.caller_ms + self.agent_ms
        return self.agent_ms / spoken if spoken else None


class CallFinding(Base):
    """A topic or an alert of a call: at which moment (milliseconds), in whose segment, and how much of it."""

    __tablename__ = "call_findings"
    __table_args__ = (UniqueConstraint("call_id", "kind", "name", name="uq_call_findings_name"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(String(200), default="")
    level: Mapped[str] = mapped_column(String(16), default="")
    at_ms: Mapped[int]
    speaker: Mapped[str] = mapped_column(String(16), default="")
    leg: Mapped[str] = mapped_column(String(34), default="")
    seq: Mapped[int] = mapped_column(default=0)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def keep(
    session: Session, call_id: str, found: Understanding, *, segments: int, settled: bool, now: datetime
) -> list[Finding]:
    """Keep what was understood in place of what was before.

    The findings that are new: of several who look at once, one has each of them.
    """
    insight = session.get(CallInsight, call_id) or CallInsight(call_id=call_id)
    measures = found.measures
    for name in ("caller_ms", "agent_ms", "silence_ms", "longest_silence_ms", "hold_ms", "talk_overs"):
        setattr(insight, name, getattr(measures, name))
    insight.interruptions_by_agent = measures.interruptions_by_agent
    insight.longest_monologue_ms = measures.longest_monologue_ms
    insight.monologue_by = measures.monologue_by
    insight.caller_mood = found.caller.mean if found.caller.turns else None
    insight.caller_slope = found.caller.slope if found.caller.turns else None
    insight.agent_mood = found.agent.mean if found.agent.turns else None
    insight.summary = [[line.speaker, line.leg, line.seq] for line in found.summary]
    insight.segments, insight.settled, insight.looked_at = segments, settled, now
    session.merge(insight)
    return keep_findings(session, call_id, found.findings)


def keep_findings(session: Session, call_id: str, findings: Sequence[Finding]) -> list[Finding]:
    """Keep the findings; those that nobody had kept."""
    if not findings:
        return []
    rows = select(CallFinding.kind, CallFinding.name).where(CallFinding.call_id == call_id)
    known = {(kind, name) for kind, name in session.execute(rows)}
    findings = [finding for finding in findings if (finding.rule.kind.value, finding.rule.name) not in known]
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    new = []
    for finding in findings:
        row = {
            "call_id": call_id,
            "kind": finding.rule.kind.value,
            "name": finding.rule.name,
            "text": finding.rule.text[:200],
            "level": finding.rule.level if finding.rule.kind is Kind.ALERT else "",
            "at_ms": finding.at_ms,
            "speaker": finding.speaker,
            "leg": finding.leg,
            "seq": finding.seq,
            "detail": finding.detail,
        }
        kept = session.scalar(insert(CallFinding).values(row).on_conflict_do_nothing().returning(CallFinding.id))
        if kept is not None:
            new.append(finding)
    return new


def insight_of(session: Session, call_id: str) -> CallInsight | None:
    """What was understood of the call."""
    return session.get(CallInsight, call_id)


def findings_of(session: Session, call_ids: Iterable[str]) -> Sequence[CallFinding]:
    """Topics and alerts of these calls, in the order in which they came up."""
    rows = select(CallFinding).where(CallFinding.call_id.in_(list(call_ids)))
    return session.scalars(rows.order_by(CallFinding.call_id, CallFinding.at_ms, CallFinding.id)).all()


def topics_known(session: Session) -> Sequence[str]:
    """The names of topics that any call has, for the search."""
    rows = select(CallFinding.name).where(CallFinding.kind == Kind.TOPIC.value).distinct()
    return session.scalars(rows.order_by(CallFinding.name)).all()


def forget_understanding(session: Session, call_id: str) -> None:
    """Delete what was understood of the call."""
    session.execute(delete(CallFinding).where(CallFinding.call_id == call_id))
    session.execute(delete(CallInsight).where(CallInsight.call_id == call_id))

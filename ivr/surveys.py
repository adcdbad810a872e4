"""Surveys: what callers answered, with the call, its flow's version, and who had served them."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from call_flows.actions import KeepComment, KeepScore
from foundation.calls import Call
from foundation.db import Base, UtcDateTime
from foundation.ids import IdSource


class SurveyAnswer(Base):
    """One answer: one for each node that asks, once a call. `comment_sid` is the carrier's id of what was said."""

    __tablename__ = "survey_answers"
    __table_args__ = (UniqueConstraint("call_id", "flow", "node", name="uq_survey_answers_node"),)

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    survey: Mapped[str] = mapped_column(String(8), index=True)
    score: Mapped[int | None]
    comment_sid: Mapped[str] = mapped_column(String(64), default="")
    comment_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    flow: Mapped[str] = mapped_column(String(64))
    node: Mapped[str] = mapped_column(String(64))
    flow_version: Mapped[str] = mapped_column(String(64))
    agent_id: Mapped[str | None] = mapped_column(String(64), index=True)
    queue: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(16), default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def keep(
    session: Session, ids: IdSource, *, call_id: str, said: KeepScore | KeepComment, language: str, now: datetime
) -> None:
    """Keep a score or a comment; asked again at the same node, the newer answer counts."""
    row = session.scalar(
        select(SurveyAnswer).where(
            SurveyAnswer.call_id == call_id, SurveyAnswer.flow == said.flow, SurveyAnswer.node == said.node
        )
    )
    call = session.get(Call, call_id)
    if row is None:
        row = SurveyAnswer(id=ids.new("SA"), call_id=call_id, flow=said.flow, node=said.node, survey=said.survey.value)
    row.flow_version = "" if call is None else call.flow_version
    row.agent_id = None if call is None else call.agent_id
    row.queue = "" if call is None else call.queue
    row.language, row.answered_at = language, now
    session.add(row)
    match said:
        case KeepScore(score=score):
            row.score, row.comment_sid, row.comment_seconds = score, "", 0.0
        case KeepComment(recording=recording, seconds=seconds):
            row.comment_sid, row.comment_seconds = recording, seconds

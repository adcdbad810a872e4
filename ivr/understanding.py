"""Calls understood while they are on and once more when they are over: findings kept, alerts raised.

What was said is in SQL before anybody is told of it, so this looks there: at calls that have more segments than when
they were last looked at, and, for rules about silence, at every call that is on. A finding is kept once (its row is
unique), and whoever kept it raises the alert: several tickers may look.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from call_flows.actions import RaiseAlert
from call_flows.kinds import AlertLevel
from call_flows.listening import AlertRule, Heard, ListenFor
from foundation.calls import Call
from foundation.logs import get_logger
from ivr.alerts import raise_alert
from ivr.deps import IvrDeps
from ivr.holds import holds_of
from ivr.sites import NoSite
from ivr.tables import CallSession, Meeting
from transcription.query import Term, words_of
from transcription.store import Segment, transcript
from transcription.understanding.kept import CallInsight, insight_of, keep, keep_findings
from transcription.understanding.rules import (
    CallsAgain,
    Condition,
    Finding,
    Follows,
    Kind,
    Quiet,
    Rule,
    Said,
    Sours,
    TalksOver,
    find_all,
)
from transcription.understanding.turns import Conversation, Span, turns_of
from transcription.understanding.understand import understand

log = get_logger(__name__)
LOOK_BACK: Final = timedelta(hours=24)
"""A call that ended unseen while no ticker ran is understood if that was sooner."""
SETTLES: Final = timedelta(seconds=5)
"""So long after a call's end its last words are stored."""
AT_ONCE: Final = 200


class Understandings:
    """One ticker's look at what is being said."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps

    def look(self) -> int:
        """Look at every call there is news of; how many were looked at."""
        try:
            rules = rules_of(self._deps.shelf.current().loaded.site.listening)
        except NoSite:
            return 0
        waits = any(isinstance(rule.when, Quiet) for rule in rules)
        now = self._deps.clock.now()
        with self._deps.db.begin() as session:
            due = _due(session, now, waits=waits)
        for call_id in due:
            self._understand(call_id, rules, now)
        return len(due)

    def _understand(self, call_id: str, rules: Sequence[Rule], now: datetime) -> None:
        with self._deps.db.begin() as session:
            call = session.get_one(Call, call_id)
            segments = transcript(session, call_id)
            talk = conversation_of(session, call, segments, now)
            insight = insight_of(session, call_id)
            if insight is None or insight.segments != len(segments) or call.ended_at:
                found = understand(talk, rules, call.language)
                new = keep(session, call_id, found, segments=len(segments), settled=call.ended_at is not None, now=now)
            else:  # nobody has said anything: that may be the finding
                silent = [rule for rule in rules if isinstance(rule.when, Quiet)]
                new = keep_findings(session, call_id, find_all(silent, talk, None))
            for finding in new:
                self._tell(session, call_id, finding, now)
        for finding in new:
            data = {"kind": finding.rule.kind.value, "name": finding.rule.name, "at": finding.at_ms / 1000}
            self._deps.live.push(f"call:{call_id}", "understood", data)

    def _tell(self, session: Session, call_id: str, finding: Finding, now: datetime) -> None:
        if finding.rule.kind is not Kind.ALERT:
            return
        alert = RaiseAlert(finding.rule.text, AlertLevel(finding.rule.level))
        raise_alert(session, self._deps.bus, self._deps.ids, call_id=call_id, alert=alert, now=now)
        log.info("alert_by_rule", call_id=call_id, rule=finding.rule.name)


def _due(session: Session, now: datetime, *, waits: bool) -> list[str]:
    """Calls on which more was said than when they were looked at, or that ended since; `waits` is all that are on."""
    said = select(Segment.call_id, func.count().label("segments")).group_by(Segment.call_id)
    again = Call.id.in_(select(CallInsight.call_id).where(CallInsight.settled.is_(False)))
    recent = select(Call.id).where(or_(Call.started_at > now - LOOK_BACK, again))
    counts = said.where(Segment.call_id.in_(recent)).subquery()
    rows = session.execute(
        select(Call.id, Call.ended_at, counts.c.segments, CallInsight.segments, CallInsight.settled)
        .join(counts, counts.c.call_id == Call.id)
        .outerjoin(CallInsight, CallInsight.call_id == Call.id)
        .where(CallInsight.settled.is_not(True))
        .order_by(Call.started_at)
    )
    due = []
    for call_id, ended_at, segments, seen, _settled in rows:
        is_on = ended_at is None
        has_news = segments != seen if is_on else now - ended_at >= SETTLES
        if has_news or (is_on and waits):
            due.append(call_id)
    return due[:AT_ONCE]


def conversation_of(session: Session, call: Call, segments: Sequence[Segment], now: datetime) -> Conversation:
    """The call as understanding takes it. Its times count from when it began to be heard."""
    kept = session.get(CallSession, call.id)
    since = kept.line.get("since") if kept is not None else None
    meetings = session.scalars(select(Meeting).where(Meeting.call_id == call.id).order_by(Meeting.began_at)).all()
    began = datetime.fromisoformat(since) if since else meetings[0].began_at if meetings else call.started_at
    end = call.ended_at or now

    def at(moment: datetime) -> int:
        return max(0, round((moment - began).total_seconds() * 1000))

    holds = tuple(Span(at(hold.began_at), at(hold.ended_at or end)) for hold in holds_of(session, call.id))
    talks = [(at(one.connected_at), at(one.ended_at or end)) for one in meetings if one.connected_at]
    return Conversation(
        turns=turns_of(segments),
        holds=holds,
        apart=_apart(talks, at(end)),
        now_ms=None if call.ended_at else at(now),
    )


def _apart(talks: Sequence[tuple[int, int]], end: int) -> tuple[Span, ...]:
    """The time in which no agent is there."""
    spans, last = [], 0
    for begun, over in sorted(talks):
        spans.append(Span(last, begun))
        last = max(last, over)
    return tuple(span for span in (*spans, Span(last, end)) if span.length_ms)


def rules_of(paragraph: ListenFor) -> tuple[Rule, ...]:
    """The site's rules as transcription takes them."""
    topics = [Rule(name, Kind.TOPIC, _when(topic)) for name, topic in paragraph.topics.items()]
    return (*topics, *(_alert(name, alert) for name, alert in paragraph.alerts.items()))


def _alert(name: str, alert: AlertRule) -> Rule:
    return Rule(name, Kind.ALERT, _when(alert), alert.text, alert.level.value)


def _when(heard: Heard) -> Condition:
    within = round(float(heard.within) * 1000)
    if heard.silence is not None:
        return Quiet(round(float(heard.silence) * 1000))
    if heard.talk_over is not None:
        return TalksOver(heard.talk_over, within, heard.by)
    if heard.mood_falls is not None:
        return Sours(heard.mood_falls, heard.by or "caller")
    if heard.calls_again is not None:
        return CallsAgain(heard.calls_again)
    said = Said(_terms(heard.said), heard.pattern or "", heard.by, _terms(heard.unless))
    return Follows(said, Said(_terms(heard.then), by=heard.then_by), within) if heard.then else said


def _terms(phrases: Sequence[str]) -> tuple[Term, ...]:
    return tuple(Term(tuple(words_of(phrase)), prefix=phrase.rstrip().endswith("*")) for phrase in phrases)

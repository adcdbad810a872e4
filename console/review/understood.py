"""The place where the screens ask what was understood of a call: figures, topics, alerts, a summary of its lines."""

from sqlalchemy.orm import Session

from console.shown import FindingShown, SaidBefore, Understood
from foundation.calls import Call
from transcription.store import transcript
from transcription.understanding.kept import CallInsight, findings_of, insight_of
from transcription.understanding.language import words_for
from transcription.understanding.rules import Kind
from transcription.understanding.summary import SummaryLine, summarise
from transcription.understanding.turns import turns_of


def read_understood(session: Session, call_id: str) -> Understood | None:
    """All of it, or None when nobody has looked at the call yet."""
    insight = insight_of(session, call_id)
    if insight is None:
        return None
    findings = tuple(
        FindingShown(one.kind, one.name, one.text, one.at_ms / 1000) for one in findings_of(session, [call_id])
    )
    chosen = {tuple(place) for place in insight.summary}
    lines = [turn for turn in transcript(session, call_id) if (turn.speaker, turn.leg, turn.seq) in chosen]
    summary = tuple((one.speaker, one.start_ms / 1000, one.text) for one in lines)
    return Understood(_figures(insight), findings, summary)


def read_before(session: Session, call: Call, notes: str) -> SaidBefore | None:
    """What the call was about so far, worked out now: it is handed over with the call, whoever transfers it how."""
    turns = turns_of(transcript(session, call.id))
    lines = tuple(_shown(line) for line in summarise(turns, words_for(call.language)))
    topics = tuple(one.name for one in findings_of(session, [call.id]) if one.kind == Kind.TOPIC)
    insight = insight_of(session, call.id)
    if not (lines or topics or notes):
        return None
    return SaidBefore(lines, topics, notes, insight.caller_mood if insight else None)


def _shown(line: SummaryLine) -> tuple[str, float, str]:
    return (line.speaker, line.start_ms / 1000, line.text)


def _figures(insight: CallInsight) -> tuple[tuple[str, str], ...]:
    share = insight.agent_share
    figures = [("Agent spoke", f"{share:.0%}" if share is not None else "")]
    figures.append(("Silence", _clock(insight.silence_ms)))
    figures.append(("Longest silence", _clock(insight.longest_silence_ms)))
    figures.append(("On hold", _clock(insight.hold_ms)))
    figures.append(("Talked at once", f"{insight.talk_overs}×" if insight.talk_overs else ""))
    figures.append(("Agent cut in", f"{insight.interruptions_by_agent}×" if insight.interruptions_by_agent else ""))
    monologue = f"{_clock(insight.longest_monologue_ms)}, {insight.monologue_by}" if insight.monologue_by else ""
    figures.append(("Longest without a break", monologue))
    figures.append(("Caller’s mood, by words", _mood(insight.caller_mood, insight.caller_slope)))
    return tuple((name, value) for name, value in figures if value)


def _clock(ms: int) -> str:
    seconds = round(ms / 1000)
    return f"{seconds // 60}:{seconds % 60:02}" if seconds else ""


def _mood(mood: float | None, slope: float | None) -> str:
    if mood is None:
        return ""
    turn = "rising" if (slope or 0) >= RISES else "falling" if (slope or 0) <= -RISES else "even"
    return f"{mood:+.2f}, {turn}"


RISES = 0.2

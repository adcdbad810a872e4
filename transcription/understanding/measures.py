"""The measure of a conversation: who talked how long, silence, talk-over, interruptions, hold, longest monologue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from transcription.understanding.turns import AGENT, CALLER, Conversation, Span, Turn

SILENCE_MS: Final = 3000
"""A pause between two turns is silence from so long on: shorter ones are how people talk."""
OVER_MS: Final = 500
"""Two who speak at once talk over each other from so long on: shorter ones are "mm-hm"."""
ASIDE_WORDS: Final = 2
"""A turn of so few words of the other does not end a monologue."""


@dataclass(frozen=True, slots=True)
class TalkOver:
    """Two spoke at once; `by` began while the other was speaking."""

    span: Span
    by: str


@dataclass(frozen=True, slots=True)
class Measures:
    """Milliseconds, and how often. Silence is where both could speak and nobody did."""

    caller_ms: int
    agent_ms: int
    silence_ms: int
    longest_silence_ms: int
    hold_ms: int
    talk_overs: int
    interruptions_by_agent: int
    longest_monologue_ms: int
    monologue_by: str

    @property
    def agent_share(self) -> float | None:
        """The agent's share of what was spoken, 0 to 1; None when nobody spoke."""
        spoken = self.caller_ms + self.agent_ms
        return self.agent_ms / spoken if spoken else None


def measure(conversation: Conversation) -> Measures:
    """All of it."""
    turns = conversation.turns
    quiet = silences(conversation)
    over = talk_overs(turns)
    longest = _monologue(turns)
    return Measures(
        caller_ms=_total(_merged(turn for turn in turns if turn.speaker == CALLER)),
        agent_ms=_total(_merged(turn for turn in turns if turn.speaker == AGENT)),
        silence_ms=_total(quiet),
        longest_silence_ms=max((span.length_ms for span in quiet), default=0),
        hold_ms=_total(conversation.holds),
        talk_overs=len(over),
        interruptions_by_agent=sum(one.by == AGENT for one in over),
        longest_monologue_ms=longest[0],
        monologue_by=longest[1],
    )


def silences(conversation: Conversation) -> list[Span]:
    """The pauses of `SILENCE_MS` and more after the first word; while the call is on, the one that lasts."""
    spoken = _merged(conversation.turns)
    pauses = [Span(one.end_ms, other.start_ms) for one, other in pairwise(spoken)]
    if spoken and conversation.now_ms is not None:
        pauses.append(Span(spoken[-1].end_ms, conversation.now_ms))
    left = [part for pause in pauses for part in _without(pause, (*conversation.holds, *conversation.apart))]
    return [span for span in left if span.length_ms >= SILENCE_MS]


def talk_overs(turns: Sequence[Turn]) -> list[TalkOver]:
    """Where two spoke at once for `OVER_MS` and more, in order."""
    found = []
    for place, turn in enumerate(turns):
        for other in turns[place + 1 :]:
            if other.start_ms >= turn.end_ms:
                break
            both = Span(other.start_ms, min(turn.end_ms, other.end_ms))
            if other.speaker != turn.speaker and both.length_ms >= OVER_MS:
                found.append(TalkOver(both, other.speaker))
    return found


def _monologue(turns: Sequence[Turn]) -> tuple[int, str]:
    """The longest stretch from one speaker's first word to his last, short asides of the other let by; and whose."""
    best, who, start = (0, ""), "", 0
    for turn in turns:
        if turn.speaker != who:
            if who and len(turn.words) <= ASIDE_WORDS:
                continue
            who, start = turn.speaker, turn.start_ms
        best = max(best, (turn.end_ms - start, who))
    return best


def _merged(turns: Iterable[Turn]) -> list[Span]:
    spans: list[Span] = []
    for turn in turns:
        if spans and turn.start_ms <= spans[-1].end_ms:
            spans[-1] = Span(spans[-1].start_ms, max(spans[-1].end_ms, turn.end_ms))
        else:
            spans.append(Span(turn.start_ms, turn.end_ms))
    return spans


def _without(span: Span, holds: Iterable[Span]) -> list[Span]:
    """What is left of a stretch without the time on hold."""
    parts = [span]
    for hold in holds:
        cut = []
        for part in parts:
            if hold.end_ms <= part.start_ms or hold.start_ms >= part.end_ms:
                cut.append(part)
            else:
                cut += [Span(part.start_ms, hold.start_ms), Span(hold.end_ms, part.end_ms)]
        parts = [part for part in cut if part.length_ms]
    return parts


def _total(spans: Iterable[Span]) -> int:
    return sum(span.length_ms for span in spans)

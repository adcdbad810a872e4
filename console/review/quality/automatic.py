"""Questions that answer themselves: from what was said, silence, hold, and the disposition. Pure.

An answer that the facts cannot give is not given: without a transcript nobody knows what was not said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from call_flows.scorecards import NO, YES, Automatic, Scorecard
from transcription.query import words_of
from transcription.understanding.measures import measure
from transcription.understanding.turns import Conversation, Turn

SECOND: Final = 1000


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of an agent's part of a call, once it is over. Times in milliseconds of the transcript."""

    conversation: Conversation
    """From the agent's first word on; without turns where nothing was transcribed."""
    hold_seconds: float | None
    disposition: str


@dataclass(frozen=True, slots=True)
class AnsweredItself:
    """An answer with why: the moment it is about, in seconds of the transcript, and what was found, in words."""

    question: str
    answer: str
    why: str
    at_seconds: float | None = None


def answer_by_itself(card: Scorecard, facts: CallFacts) -> list[AnsweredItself]:
    """Every answer that the facts give."""
    found = []
    for question in card.questions():
        if question.automatic is not None:
            holds = _holds(question.automatic, facts)
            if holds is not None:
                yes, why, at = holds
                found.append(AnsweredItself(str(question.question), YES if yes else NO, why, at))
    return found


_Held = tuple[bool, str, float | None]


def _holds(wanted: Automatic, facts: CallFacts) -> _Held | None:
    if wanted.hold_below is not None:
        return _short_hold(facts, float(wanted.hold_below))
    if wanted.disposition is not None:
        if not facts.disposition:
            return False, "closed without a disposition", None
        return facts.disposition in wanted.disposition, f"closed as {facts.disposition}", None
    turns = facts.conversation.turns
    if not turns:
        return None
    if wanted.silence_below is not None:
        return _little_silence(facts.conversation, float(wanted.silence_below))
    return _words(wanted, turns)


def _short_hold(facts: CallFacts, limit: float) -> _Held | None:
    if facts.hold_seconds is None:
        return None
    return facts.hold_seconds < limit, f"{facts.hold_seconds:.0f} s on hold", None


def _little_silence(talk: Conversation, limit: float) -> _Held | None:
    """The share of pauses (transcription's measure: three seconds and more, hold left out) in the agent's talk."""
    first, last = talk.turns[0].start_ms, max(turn.end_ms for turn in talk.turns)
    if last <= first:
        return None
    share = measure(talk).silence_ms / (last - first)
    return share < limit, f"{share * 100:.0f} % silence", None


def _words(wanted: Automatic, turns: Sequence[Turn]) -> _Held | None:
    spoken = [turn for turn in turns if turn.speaker == wanted.by]
    if not spoken:
        return None
    phrases = wanted.said or wanted.never_said or []
    found = next(_found(phrases, _in_time(wanted, spoken)), None)
    if found is None:
        return wanted.never_said is not None, "not heard", None
    phrase, at = found
    return wanted.said is not None, f"heard “{phrase}”", at / SECOND


def _in_time(wanted: Automatic, spoken: Sequence[Turn]) -> list[Turn]:
    """The turns that begin in the span that counts: from the party's first word on, or before its last."""
    if wanted.within is not None:
        until = spoken[0].start_ms + float(wanted.within) * SECOND
        return [turn for turn in spoken if turn.start_ms <= until]
    if wanted.at_end is not None:
        since = max(turn.end_ms for turn in spoken) - float(wanted.at_end) * SECOND
        return [turn for turn in spoken if turn.end_ms >= since]
    return list(spoken)


def _found(phrases: Sequence[str], spoken: Sequence[Turn]) -> Iterator[tuple[str, int]]:
    """Each phrase that was said, with the beginning of the turn. A phrase may run on from one turn into the next."""
    words = [(word, turn.start_ms) for turn in spoken for word in turn.words]
    for phrase in phrases:
        wanted = "".join(words_of(phrase))
        for place, (_word, at) in enumerate(words):
            if _begins(words[place:], wanted):
                yield phrase, at
                break


def _begins(words: Sequence[tuple[str, int]], wanted: str) -> bool:
    """Whether these words begin with the phrase; how it is split into words is the recogniser's affair."""
    so_far = ""
    for word, _at in words:
        so_far += word
        if so_far == wanted:
            return True
        if not wanted.startswith(so_far):
            return False
    return False

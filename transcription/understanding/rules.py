"""Rules over a conversation: when a topic came up, when an alert is due. Pure; evaluated while it is spoken and after.

A rule holds from one moment on, and the finding names it: the turn, the second. Rules come from the site's YAML.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, assert_never

import re2

from transcription.query import Term
from transcription.understanding.language import Words
from transcription.understanding.measures import silences, talk_overs
from transcription.understanding.mood import mood_of
from transcription.understanding.turns import CALLER, Conversation, Turn

RECENT: Final = 3
"""A mood has soured over the last so many turns that had one, against all before them."""


class Kind(StrEnum):
    """What a rule finds: something the call is about, or something a supervisor is told of."""

    TOPIC = "topic"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Said:
    """Words, phrases or beginnings (any of them), or a pattern over the folded text; `by` whom, None is anybody."""

    terms: tuple[Term, ...] = ()
    pattern: str = ""
    by: str | None = None
    unless: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Follows:
    """One thing said, then another within a time."""

    first: Said
    then: Said
    within_ms: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody says anything for so long, not on hold."""

    ms: int


@dataclass(frozen=True, slots=True)
class TalksOver:
    """Two talk over each other so often within a time."""

    times: int
    within_ms: int
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Sours:
    """A speaker's mood over the last turns lies so far (0 to 2) below what it was before."""

    by_how_much: float
    by: str = CALLER


@dataclass(frozen=True, slots=True)
class CallsAgain:
    """Somebody says that it is the n-th call about it."""

    times: int


Condition = Said | Follows | Quiet | TalksOver | Sours | CallsAgain


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name; `text` is what a supervisor reads, never what was said."""

    name: str
    kind: Kind
    when: Condition
    text: str = ""
    level: str = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule held: at which moment of the call, in whose turn (its place in the transcript), and how much of it."""

    rule: Rule
    at_ms: int
    speaker: str = ""
    leg: str = ""
    seq: int = 0
    detail: dict[str, Any] = field(default_factory=dict)


def find_all(rules: Iterable[Rule], conversation: Conversation, words: Words | None) -> list[Finding]:
    """The first moment of every rule that holds. Without words for the language, rules that need them find nothing."""
    found = (_find(rule, conversation, words) for rule in rules)
    return [finding for finding in found if finding is not None]


def _find(rule: Rule, talk: Conversation, words: Words | None) -> Finding | None:
    match rule.when:
        case Said() as said:
            return next((_at(rule, turn) for turn in _spoken(said, talk.turns)), None)
        case Follows() as order:
            return _follows(rule, order, talk.turns)
        case Quiet(ms=ms):
            long = next((span for span in silences(talk) if span.length_ms >= ms), None)
            return Finding(rule, long.start_ms + ms, detail={"seconds": ms / 1000}) if long else None
        case TalksOver() as over:
            return _talks_over(rule, over, talk.turns)
        case Sours() as sours:
            return _sours(rule, sours, talk.turns, words)
        case CallsAgain(times=times):
            return _calls_again(rule, times, talk.turns, words)
        case _:
            assert_never(rule.when)


def _at(rule: Rule, turn: Turn, **detail: Any) -> Finding:
    return Finding(rule, turn.start_ms, turn.speaker, turn.leg, turn.seq, detail)


def _spoken(said: Said, turns: Iterable[Turn]) -> Iterator[Turn]:
    """The turns in which it was said."""
    pattern = re2.compile(said.pattern) if said.pattern else None
    for turn in turns:
        if said.by is not None and turn.speaker != said.by:
            continue
        if any(holds(turn.words, term) for term in said.unless):
            continue
        is_said = any(holds(turn.words, term) for term in said.terms)
        if is_said or (pattern is not None and pattern.search(" ".join(turn.words))):
            yield turn


def holds(words: Sequence[str], term: Term) -> bool:
    """Whether the term's words stand together among the words."""
    size, last = len(term.words), term.words[-1]
    for at in range(len(words) - size + 1):
        if tuple(words[at : at + size - 1]) != term.words[:-1]:
            continue
        word = words[at + size - 1]
        if word == last or (term.prefix and word.startswith(last)):
            return True
    return False


def _follows(rule: Rule, order: Follows, turns: Sequence[Turn]) -> Finding | None:
    firsts = list(_spoken(order.first, turns))
    for later in _spoken(order.then, turns):
        before = [one for one in firsts if one is not later and one.start_ms <= later.start_ms]
        if before and later.start_ms - before[-1].end_ms <= order.within_ms:
            return _at(rule, later, after_ms=before[-1].start_ms)
    return None


def _talks_over(rule: Rule, over: TalksOver, turns: Sequence[Turn]) -> Finding | None:
    moments = [one for one in talk_overs(turns) if over.by is None or one.by == over.by]
    for first, last in zip(moments, moments[over.times - 1 :], strict=False):
        if last.span.start_ms - first.span.start_ms <= over.within_ms:
            return Finding(rule, last.span.start_ms, last.by, detail={"times": over.times})
    return None


def _sours(rule: Rule, sours: Sours, turns: Sequence[Turn], words: Words | None) -> Finding | None:
    if words is None:
        return None
    moods = [(turn, mood_of(turn.words, words)) for turn in turns if turn.speaker == sours.by]
    told = [(turn, mood.score) for turn, mood in moods if mood.because]
    for end in range(RECENT + 1, len(told) + 1):
        recent, before = told[end - RECENT : end], told[: end - RECENT]
        now = sum(score for _, score in recent) / RECENT
        was = sum(score for _, score in before) / len(before)
        if was - now >= sours.by_how_much:
            return _at(rule, recent[-1][0], fell=round(was - now, 2))
    return None


def _calls_again(rule: Rule, times: int, turns: Iterable[Turn], words: Words | None) -> Finding | None:
    if words is None:
        return None
    for turn in turns:
        for found in words.calls_again.finditer(" ".join(turn.words)):
            count = _count(next((group for group in found.groups() if group), "twice"), words)
            if turn.speaker == CALLER and count >= times:
                return _at(rule, turn, times=count)
    return None


def _count(written: str, words: Words) -> int:
    digits = re.match(r"\d+", written)
    return int(digits.group()) if digits else words.counts.get(written, 2)

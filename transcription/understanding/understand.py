"""Everything understood of one conversation, at once. Pure: the same conversation gives the same."""

from collections.abc import Iterable
from dataclasses import dataclass

from transcription.understanding.language import words_for
from transcription.understanding.measures import Measures, measure
from transcription.understanding.mood import Moods, moods_of
from transcription.understanding.rules import Finding, Rule, find_all
from transcription.understanding.summary import SummaryLine, summarise
from transcription.understanding.turns import AGENT, CALLER, Conversation

NO_MOOD = Moods(0.0, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Understanding:
    """Measure, moods (of no turns where we have no words for the language), findings, summary."""

    measures: Measures
    caller: Moods
    agent: Moods
    findings: tuple[Finding, ...]
    summary: tuple[SummaryLine, ...]


def understand(conversation: Conversation, rules: Iterable[Rule], language: str) -> Understanding:
    """What there is to be understood by rules and word lists."""
    words = words_for(language)
    turns = conversation.turns
    return Understanding(
        measures=measure(conversation),
        caller=moods_of(turns, CALLER, words) if words else NO_MOOD,
        agent=moods_of(turns, AGENT, words) if words else NO_MOOD,
        findings=tuple(find_all(rules, conversation, words)),
        summary=summarise(turns, words),
    )

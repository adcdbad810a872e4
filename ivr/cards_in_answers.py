"""A card keyed or spoken to a question that is not private: masked and sealed in the log as if the question were."""

from dataclasses import replace
from typing import Final

from call_flows.events import Collected, Event
from call_flows.notes import MASK, Answered, Note, SlotSet
from ivr.redaction_words import lexicon_of
from transcription.redact.find import find
from transcription.redact.items import Heard, tells_something
from transcription.redact.numbers import luhn
from transcription.redact.spans import CARD

SHORTEST: Final = 13
"""Digits of the shortest card (ISO/IEC 7812)."""


def holds_card(event: Event, language: str) -> bool:
    """Whether an answer has a card in it. Dates and telephone numbers are what flows ask for, and are no secret."""
    if not isinstance(event, Collected):
        return False
    if len(event.digits) >= SHORTEST and event.digits.isdigit() and luhn(event.digits):
        return True
    words = [Heard(word, 0, 0) for word in event.speech.split()]
    lexicon = lexicon_of(language)
    return tells_something(words, lexicon) and any(span.kind == CARD for span in find(words, lexicon))


def masked_note(note: Note) -> Note:
    """A note of such a step without what was answered."""
    if isinstance(note, Answered):
        return replace(note, digits=MASK if note.digits else "", speech=MASK if note.speech else "")
    if isinstance(note, SlotSet) and isinstance(note.value, str) and note.value:
        return replace(note, value=MASK)
    return note

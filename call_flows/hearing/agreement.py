"""Yes, no, and what a caller says after it: `yes please`, `no`, `no, four one two`."""

from functools import lru_cache

from call_flows.hearing.lexicon import tokens
from call_flows.hearing.phrases import Phrases
from call_flows.languages import tongue


def spoken_yes_no(speech: str, language: str) -> bool | None:
    """True for yes, False for no, None for neither or both."""
    meant = _phrases(language).match(speech)
    return None if meant is None else meant == "yes"


@lru_cache(64)
def _phrases(language: str) -> Phrases:
    words = tongue(language)
    return Phrases([*((word, "yes") for word in words.yes), *((word, "no") for word in words.no)])


def yes_no_words(language: str) -> tuple[str, ...]:
    """Yes and no as they are written: what a recogniser should expect."""
    words = tongue(language)
    return (*words.yes, *words.no)


def after_correction(speech: str, language: str, *, first: bool = False) -> str:
    """What follows the last word of correction, or with `first` a no at the beginning; nothing when there is none."""
    words = tongue(language)
    said = tokens(speech)
    phrases = [tuple(tokens(phrase)) for phrase in (words.no if first else words.corrections)]
    best = 0
    for phrase in phrases:
        size = len(phrase)
        places = [0] if first else range(len(said) - size + 1)
        best = max([best, *(at + size for at in places if tuple(said[at : at + size]) == phrase)])
    return " ".join(said[best:]) if best else ""

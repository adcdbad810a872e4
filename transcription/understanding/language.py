"""The words by which a language is understood: `words/<language>.yaml`, read once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

OWN: Final = ("en", "es")
_HOLE: Final = "{n}"


@dataclass(frozen=True, slots=True)
class Words:
    """What a language brings. `mood` has words and phrases with strengths from -3 to 3, by their first word."""

    language: str
    mood: Mapping[str, Sequence[tuple[tuple[str, ...], int]]]
    negations: frozenset[str]
    degrees: Mapping[str, float]
    but: frozenset[str]
    calls_again: re.Pattern[str]
    counts: Mapping[str, int]
    reasons: tuple[tuple[str, ...], ...]
    promises: tuple[tuple[str, ...], ...]
    small: frozenset[str]


def words_for(language: str) -> Words | None:
    """The words of a language ("es-US" is "es"); None where we have none, and then nothing is guessed."""
    name = language.partition("-")[0].lower()
    return _read(name) if name in OWN else None


@cache
def _read(name: str) -> Words:
    text = files("transcription.understanding").joinpath("words", f"{name}.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)
    counts = {str(word): int(number) for word, number in told["counts"].items()}
    return Words(
        language=name,
        mood=_mood(told["mood"]),
        negations=frozenset(_texts(told["negations"])),
        degrees={str(word): float(factor) for word, factor in {**told["stronger"], **told["weaker"]}.items()},
        but=frozenset(_texts(told["but"])),
        calls_again=_calls_again(told["calls_again"], counts),
        counts=counts,
        reasons=_phrases(told["reasons"]),
        promises=_phrases(told["promises"]),
        small=frozenset(_texts(told["small"])),
    )


def _mood(told: Mapping[int, Sequence[Any]]) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    by_first: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for strength, entries in told.items():
        for phrase in _phrases(entries):
            by_first.setdefault(phrase[0], []).append((phrase, int(strength)))
    for phrases in by_first.values():
        phrases.sort(key=lambda entry: -len(entry[0]))  # the longest that stands there is what was said
    return by_first


def _calls_again(templates: Sequence[str], counts: Mapping[str, int]) -> re.Pattern[str]:
    number = "(?:" + "|".join([*counts, r"\d{1,2}(?:st|nd|rd|th|a)?"]) + ")"
    ways = []
    for template in templates:
        before, hole, after = template.partition(_HOLE)
        ways.append(re.escape(before) + (f"({number})" if hole else "()") + re.escape(after))
    return re.compile(r"(?:^|\s)(?:" + "|".join(ways) + ")")


def _phrases(entries: Sequence[Any]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(entry.split()) for entry in _texts(entries))


def _texts(entries: Sequence[Any]) -> list[str]:
    return [_word(entry) for entry in entries]


def _word(entry: Any) -> str:
    """YAML 1.1 reads a bare `no` as false and `yes` as true: here they are words."""
    return {False: "no", True: "yes"}[entry] if isinstance(entry, bool) else str(entry)

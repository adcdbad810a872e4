"""The place where a Say's text and SSML become what is spoken, stretch by stretch: words with a manner, and pauses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from exchange.speech import say_as
from exchange.twiml.elements import Element

MAX_TEXT = 4096

_BREAK_STRENGTH = {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.5, "strong": 0.75, "x-strong": 1.0}
_RATE = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.35, "x-fast": 1.75}
_PITCH = {"x-low": 0.6, "low": 0.8, "medium": 1.0, "default": 1.0, "high": 1.25, "x-high": 1.5}
_VOLUME = {"silent": -96.0, "x-soft": -12.0, "soft": -6.0, "medium": 0.0, "default": 0.0, "loud": 3.0, "x-loud": 6.0}
_EMPHASIS = {
    "strong": (0.85, 1.2, 2.0),
    "moderate": (0.92, 1.1, 1.0),
    "none": (1.0, 1.0, 0.0),
    "reduced": (1.1, 0.95, -2.0),
}
_LONGEST_BREAK = 10.0  # as on Twilio and Polly
_SLOWEST, _FASTEST = 0.2, 4.0
_PARAGRAPH, _SENTENCE = 0.6, 0.35
_PLAIN = {"speak", "say", "w", "phoneme", "effect", "voice", "mark", "audio"}  # their words are spoken as they stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """How a stretch differs from the plain voice: factors of speed and pitch, decibels of volume, its language."""

    language: str
    rate: float = 1.0
    pitch: float = 1.0
    volume: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """Text spoken in one manner."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing, for so many seconds."""

    seconds: float


Part = Words | Silence


Content = tuple[str | Element, ...]


def parts_of(content: Content, *, language: str) -> list[Part]:
    """What a Say's content asks to be spoken, in order; neighbouring words of one manner are one stretch."""
    return _joined(_walk(content, Tone(language=language)))


def text_of(parts: list[Part]) -> str:
    """The words alone, for cues and logs."""
    return " ".join(part.text for part in parts if isinstance(part, Words))


def _walk(content: Content, tone: Tone) -> list[Part]:
    parts: list[Part] = []
    for part in content:
        parts += [Words(part, tone)] if isinstance(part, str) else _child(part, tone)
    return parts


def _child(child: Element, tone: Tone) -> list[Part]:
    """One element inside a Say: a pause, or words in a manner of their own."""
    match _name(child):
        case "break":
            return [Silence(_pause(child))]
        case "say-as" | "sub":
            return [Words(_rewritten(child, tone.language), tone)]
        case "p":
            return [*_walk(child.content, tone), Silence(_PARAGRAPH)]
        case "s":
            return [*_walk(child.content, tone), Silence(_SENTENCE)]
        case name:
            return _walk(child.content, _tone(name, child, tone))


def _rewritten(element: Element, language: str) -> str:
    """Other words in the place of those written."""
    text, attributes = element.all_text.strip(), element.attributes
    if _name(element) == "sub":
        return attributes.get("alias") or text
    interpret_as = attributes.get("interpret-as") or attributes.get("role") or ""
    return say_as.spoken(text, interpret_as=interpret_as, form=attributes.get("format") or "", language=language)


def _tone(name: str, element: Element, tone: Tone) -> Tone:
    """The manner of the words inside an element."""
    match name:
        case "prosody":
            return _prosody(element, tone)
        case "emphasis":
            level = element.attributes.get("level") or "moderate"
            rate, pitch, volume = _EMPHASIS.get(level, _EMPHASIS["moderate"])
            return replace(tone, rate=tone.rate * rate, pitch=tone.pitch * pitch, volume=tone.volume + volume)
        case "lang":
            return replace(tone, language=_xml_lang(element) or tone.language)
        case _:
            return tone


def unknown_elements(content: Content) -> list[str]:
    """Elements inside a Say that mean nothing to us; their words are spoken all the same."""
    known = _PLAIN | {"break", "say-as", "sub", "emphasis", "prosody", "lang", "p", "s"}
    return sorted({_name(element) for element in _elements(content)} - known)


def _elements(content: Content) -> Iterator[Element]:
    for part in content:
        if isinstance(part, Element):
            yield part
            yield from _elements(part.content)


def _name(element: Element) -> str:
    """The local name in small letters: prefixes (amazon:effect) and capitals make no difference."""
    return element.name.rpartition(":")[2].lower()


def _xml_lang(element: Element) -> str:
    return element.attributes.get("xml:lang") or element.attributes.get("lang") or ""


def _pause(element: Element) -> float:
    time = re.fullmatch(r"\s*(\d*\.?\d+)\s*(ms|s)\s*", element.attributes.get("time") or "")
    if time:
        return min(float(time[1]) / (1000 if time[2] == "ms" else 1), _LONGEST_BREAK)
    return _BREAK_STRENGTH.get(element.attributes.get("strength") or "medium", _BREAK_STRENGTH["medium"])


def _prosody(element: Element, tone: Tone) -> Tone:
    rate = tone.rate * _factor(element.attributes.get("rate"), _RATE)
    pitch = tone.pitch * _factor(element.attributes.get("pitch"), _PITCH)
    volume = tone.volume + _decibels(element.attributes.get("volume"))
    return replace(tone, rate=min(max(rate, _SLOWEST), _FASTEST), pitch=pitch, volume=volume)


def _factor(written: str | None, named: dict[str, float]) -> float:
    """A named step, a percentage of the normal (80%) or a change by one (+10%, -10%), or a plain factor (1.2)."""
    value = (written or "").strip().lower()
    if value in named:
        return named[value]
    number = re.fullmatch(r"([+-]?)(\d+(?:\.\d+)?)(%?)", value)
    if not number:
        return 1.0
    amount = float(number[2]) / (100 if number[3] else 1)
    signed = {"": amount, "+": 1 + amount, "-": 1 - amount}[number[1]]
    return signed if signed > 0 else 1.0


def _decibels(written: str | None) -> float:
    value = (written or "").strip().lower()
    if value in _VOLUME:
        return _VOLUME[value]
    number = re.fullmatch(r"([+-]\d+(?:\.\d+)?)db", value)
    return min(max(float(number[1]), -60.0), 6.0) if number else 0.0


def _joined(parts: list[Part]) -> list[Part]:
    """White space made one blank, empty stretches gone, words of one tone and pauses in a row put together."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        match part, last:
            case Words(text, tone), Words(before, same) if tone == same:
                joined[-1] = Words(before + text, tone)
            case Silence(more), Silence(so_far):
                joined[-1] = Silence(so_far + more)
            case Words(text, _), _ if not text.strip():
                pass
            case _:
                joined.append(part)
    return [replace(part, text=" ".join(part.text.split())) if isinstance(part, Words) else part for part in joined]

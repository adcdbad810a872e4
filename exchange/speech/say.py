"""The place where a Say becomes the sound of the line: 8 kHz µ-law, every pause as long as was asked, to the sample."""

import asyncio
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from exchange.ports import SoundUnavailable, Speech
from exchange.sound import Sound
from exchange.speech import level, ssml
from exchange.speech.espeak import Manner, espeak
from exchange.speech.say_as import money_in
from exchange.speech.voices import Voice, choose
from exchange.twiml.elements import Element

_USUAL_RATE = 165  # words a minute: espeak's own 175 is hurried for a telephone
_USUAL_PITCH = 50
_AFTER_STOP, _AFTER_COMMA = 0.35, 0.15  # seconds of natural pause at the normal rate
_TAIL = 0.1
_CACHED = 512  # stretches of text; a menu prompt of five seconds is 160 kB


Complain = Callable[[int, str], object]
"""Where a warning goes: Twilio's code and a sentence. `ExchangeLog.warning` is one."""


def _keep_quiet(_code: int, _message: str) -> None:
    """Nobody wants to know."""


class EspeakVoice:
    """The exchange's `Voice`, spoken by espeak-ng on a thread, so that a long text never delays a frame of a call."""

    def __init__(self, complain: Complain = _keep_quiet) -> None:
        self._complain = complain

    async def speak(self, speech: Speech) -> Sound:
        """The sound of a Say. Raises SoundUnavailable when there is nothing to say, or too much."""
        return await asyncio.to_thread(speak, speech, self._complain)


def speak(speech: Speech, complain: Complain = _keep_quiet) -> Sound:
    """The sound of a Say; what is not quite as asked (a voice, a language, an element) is complained of."""
    length = sum(len(part) if isinstance(part, str) else len(part.all_text) for part in speech.content)
    if length > ssml.MAX_TEXT:
        raise SoundUnavailable(f"Say: {length} characters are too many; {ssml.MAX_TEXT} may be said.", code=13521)
    voice = choose(voice=speech.voice, language=speech.language)
    if voice.note:
        complain(13511 if speech.voice and not speech.language else 13512, f"Say: {voice.note}.")
    for name in ssml.unknown_elements(speech.content):
        complain(13520, f"Say: <{name}> is not known; its words are spoken.")
    parts = ssml.parts_of(speech.content, language=voice.language)
    if not parts:
        raise SoundUnavailable("Say: there is nothing to say.", code=13520)
    return Sound(level.encode(_sound(parts, voice)))


def speak_text(text: str, *, voice: str = "", language: str = "", rate: float = 1.0) -> Sound:
    """Plain text spoken, as a scripted caller speaks it."""
    prosody = Element("prosody", {"rate": f"{rate:.0%}"}, (text,))
    return speak(Speech(content=(text,) if rate == 1.0 else (prosody,), language=language, voice=voice))


def _sound(parts: list[ssml.Part], voice: Voice) -> level.Samples:
    pieces: list[level.Samples] = []
    for place, part in enumerate(parts):
        if isinstance(part, ssml.Silence):
            pieces.append(level.silence(part.seconds))
            continue
        pieces.append(_stretch(part, voice))
        more = place + 1 < len(parts)
        pieces.append(level.silence(_natural_pause(part) if more else _TAIL))
    return np.concatenate(pieces) if pieces else level.silence(0)


def _natural_pause(part: ssml.Words) -> float:
    """What a reader leaves after these words before the next ones."""
    last = part.text.rstrip("\"')”’")[-1:]
    pause = _AFTER_STOP if last in ".?!…" else _AFTER_COMMA if last in ",;:" else 0.0
    return pause / part.tone.rate


def _stretch(part: ssml.Words, voice: Voice) -> level.Samples:
    """The sound of words in one manner, at the tone's volume."""
    if part.tone.language.lower() != voice.language.lower():
        voice = choose(voice=voice.gender.value, language=part.tone.language)
    text = money_in(part.text, voice.language)
    manner = Manner(
        voice=voice.name,
        words_a_minute=round(_USUAL_RATE * part.tone.rate),
        pitch=round(_USUAL_PITCH * part.tone.pitch),
    )
    samples = _rendered(text, manner)
    if not part.tone.volume:
        return samples
    gain = 10 ** (part.tone.volume / 20)
    return np.asarray(np.tanh(samples * gain) if gain > 1 else samples * gain, dtype=np.float32)


@lru_cache(maxsize=_CACHED)
def _rendered(text: str, manner: Manner) -> level.Samples:
    """Speech at the line's rate and loudness. Kept: an IVR says the same prompts all day."""
    synthesiser = espeak()
    raw = synthesiser.synthesize(text, manner)
    samples = level.trimmed(level.evened(level.to_line_rate(raw, synthesiser.sample_rate)))
    samples.setflags(write=False)  # what is cached is shared
    return samples

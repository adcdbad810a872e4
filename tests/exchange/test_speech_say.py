"""What a Say sounds like: measured in samples, by the spectrum, and by letting the recogniser listen to it."""

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest

from exchange.ports import SoundUnavailable, Speech
from exchange.sound import Sound
from exchange.speech import level
from exchange.speech.say import EspeakVoice, _rendered, speak, speak_text
from exchange.speech.voices import Gender, choose
from exchange.twiml.elements import parse
from transcription.codec import ulaw_to_pcm
from transcription.recognizer import VoskEngine

STARTER = Path(__file__).parents[2] / "transcription" / "starter_en_8k"
DIGITS = ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GREETING = "Thank you for calling Northwind Bank."


@pytest.fixture(scope="module")
def engine() -> VoskEngine:
    return VoskEngine(STARTER, name="starter-en-8k")


def said(document: str, complaints: list[tuple[int, str]] | None = None) -> Sound:
    element = parse(document)
    speech = Speech(
        content=element.content,
        voice=element.attributes.get("voice", ""),
        language=element.attributes.get("language", ""),
    )
    told = [] if complaints is None else complaints
    return speak(speech, lambda code, message: told.append((code, message)))


def heard(engine: VoskEngine, sound: Sound, grammar: tuple[str, ...] | None = None) -> str:
    recognizer = engine.listen(grammar=grammar, partial_every=None)
    quiet = b"\0" * 4000
    found = [*recognizer.feed(quiet + ulaw_to_pcm(sound.ulaw) + quiet), *recognizer.finish()]
    return " ".join(one.text for one in found)


def test_speech_is_telephone_speech() -> None:
    """Most of the energy lies where a telephone carries it, at the loudness of recorded prompts, unclipped."""
    samples = level.decode(speak_text(GREETING).ulaw)
    power = np.abs(np.fft.rfft(samples)) ** 2
    frequency = np.fft.rfftfreq(len(samples), 1 / 8000)
    assert power[(frequency > 100) & (frequency < 3400)].sum() / power.sum() > 0.95
    assert -22 < 20 * np.log10(level.loudness(samples)) < -18
    assert np.max(np.abs(samples)) < 0.9


def test_the_recogniser_understands_what_is_said(engine: VoskEngine) -> None:
    """The exchange's voice must be intelligible: its callers are also programs that listen."""
    assert heard(engine, speak_text("please enter your account number")) == "please enter your account number"


@pytest.mark.parametrize(
    ("rate", "factor"), [("50%", 2.0), ("75%", 1.33), ("slow", 1.33), ("150%", 0.67), ("200%", 0.5)]
)
def test_the_rate_scales_the_duration(rate: str, factor: float) -> None:
    """A prosody rate of 50 % takes twice the time."""
    plain = said(f"<Say>{GREETING} For your balance, press one.</Say>")
    paced = said(f"<Say><prosody rate='{rate}'>{GREETING} For your balance, press one.</prosody></Say>")
    assert paced.seconds / plain.seconds == pytest.approx(factor, rel=0.12)


@pytest.mark.parametrize(
    ("written", "samples"), [("time='500ms'", 4000), ("time='2s'", 16000), ("strength='weak'", 2000)]
)
def test_a_break_is_as_long_as_it_says_to_the_sample(written: str, samples: int) -> None:
    """Pauses are ours, not the synthesiser's, so they are exact."""
    without = said("<Say>One. <break time='0ms'/> Two.</Say>")
    assert len(said(f"<Say>One. <break {written}/> Two.</Say>").ulaw) - len(without.ulaw) == samples


def test_a_break_between_words_is_silence() -> None:
    """500 ms of break holds at least 490 ms of µ-law zero."""
    ulaw = said("<Say>One <break time='500ms'/> two</Say>").ulaw
    assert b"\xff" * 3920 in ulaw
    assert b"\xff" * 3920 not in said("<Say>One two</Say>").ulaw


@pytest.mark.parametrize("kind", ["digits", "characters", "spell-out", "telephone"])
def test_digits_are_read_one_by_one(engine: VoskEngine, kind: str) -> None:
    """An account number read as four thousand and twenty-one helps nobody."""
    sound = said(f"<Say><say-as interpret-as='{kind}'>4021</say-as></Say>")
    assert heard(engine, sound, DIGITS) == "four zero two one"


def test_a_plain_number_is_read_as_a_number(engine: VoskEngine) -> None:
    """The counterpart: without say-as it is a quantity."""
    sound = said("<Say>4021</Say>")
    assert "thousand" in heard(engine, sound, (*DIGITS, "thousand", "twenty", "and"))


def test_spanish_is_not_english_with_an_accent() -> None:
    """The same text in two languages differs in sound; a language changed inside the text does too."""
    english, spanish = said("<Say>Radio animal</Say>"), said("<Say language='es-US'>Radio animal</Say>")
    inside = said("<Say><lang xml:lang='es-US'>Radio animal</lang></Say>")
    assert english.ulaw != spanish.ulaw
    assert len(inside.ulaw) == len(spanish.ulaw)


def test_a_woman_speaks_higher_than_a_man() -> None:
    """`voice` is honoured: the fundamental of the woman's voice is clearly above the man's."""

    def fundamental(voice: str) -> float:
        samples = level.decode(speak_text("aaaah", voice=voice).ulaw)
        middle = samples[len(samples) // 3 : 2 * len(samples) // 3]
        correlation = np.correlate(middle, middle, "full")[len(middle) :]
        return 8000 / (20 + int(np.argmax(correlation[20:140])))

    assert fundamental("woman") > 1.3 * fundamental("man")


def test_louder_and_softer_are_heard() -> None:
    """Prosody's volume is decibels."""
    plain, soft = (
        level.loudness(level.decode(said(f"<Say>{text}</Say>").ulaw))
        for text in (GREETING, f"<prosody volume='-6dB'>{GREETING}</prosody>")
    )
    assert 20 * np.log10(plain / soft) == pytest.approx(6, abs=1)


def test_too_much_text_is_refused_with_its_number() -> None:
    """A Say holds 4,096 characters; the exchange logs Twilio's code and goes on."""
    with pytest.raises(SoundUnavailable, match="4097 characters") as refused:
        speak_text("a" * 4097)
    assert refused.value.code == 13521


@pytest.mark.parametrize("document", ["<Say/>", "<Say>  </Say>"])
def test_nothing_to_say_is_refused(document: str) -> None:
    """An empty Say is the flow's mistake and is told as Twilio tells it."""
    with pytest.raises(SoundUnavailable) as refused:
        said(document)
    assert refused.value.code == 13520


@pytest.mark.parametrize(
    ("document", "code", "word"),
    [
        ("<Say voice='Bob'>hi</Say>", 13511, "Bob"),
        ("<Say language='xx-YY'>hi</Say>", 13512, "xx-YY"),
        ("<Say><shout>hi</shout></Say>", 13520, "shout"),
    ],
)
def test_what_is_not_known_is_spoken_all_the_same_and_told(document: str, code: int, word: str) -> None:
    """The caller never meets silence; the designer finds the mistake in the log."""
    complaints: list[tuple[int, str]] = []
    assert said(document, complaints).seconds > 0.2
    assert [complaint[0] for complaint in complaints] == [code]
    assert word in complaints[0][1]


@pytest.mark.parametrize(
    ("voice", "language", "spoken", "gender"),
    [
        ("", "", "en-US", Gender.man),
        ("alice", "", "en-US", Gender.woman),
        ("Polly.Lupe-Neural", "", "es-US", Gender.woman),
        ("Polly.Miguel", "", "es-US", Gender.man),
        ("Google.de-DE-Standard-B", "", "de-DE", Gender.man),
        ("Polly.Joanna", "es-MX", "es-MX", Gender.woman),
    ],
)
def test_twilios_voices_have_a_nearest_voice(voice: str, language: str, spoken: str, gender: Gender) -> None:
    """A document written for Twilio keeps its language and its gender."""
    chosen = choose(voice=voice, language=language)
    assert (chosen.language, chosen.gender, chosen.note) == (spoken, gender, "")


@pytest.mark.parametrize(
    "language", ["en-US", "en-GB", "es-US", "es-ES", "fr-FR", "fr-CA", "de-AT", "pt-BR", "zh-CN", "nb-NO", "ja-JP"]
)
def test_the_worlds_languages_are_spoken(language: str) -> None:
    """Falling back by region must end in the language itself, not in English."""
    assert choose(language=language).note == ""


def test_the_same_words_sound_the_same() -> None:
    """Prompts are repeated all day; tests compare them."""
    assert speak_text("One moment please.").ulaw == speak_text("One moment please.").ulaw


def test_many_threads_may_speak_at_once() -> None:
    """The library is global to the process: without a lock, two calls would speak each other's words."""
    texts = ["Caller " + "and caller " * number for number in range(1, 13)]
    alone = {text: len(speak_text(text).ulaw) for text in texts}
    _rendered.cache_clear()
    together: dict[str, int] = {}

    def say(text: str) -> None:
        together[text] = len(speak_text(text).ulaw)

    threads = [threading.Thread(target=say, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == pytest.approx(alone, rel=0.03)


def test_the_port_speaks_on_a_thread() -> None:
    """`EspeakVoice` is what the exchange is given."""
    sound = asyncio.run(EspeakVoice().speak(Speech(content=("Hello.",))))
    assert 0.3 < sound.seconds < 1.5

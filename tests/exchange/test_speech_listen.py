"""How Gather hears: what the gate lets through, what hints allow, when an utterance is over. All in audio time."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from exchange.ports import Heard, HeardKind, Listening, SoundUnavailable
from exchange.sound import FRAME, SILENCE
from exchange.speech import sounds
from exchange.speech.doubt import contradicts, may_be_doubted
from exchange.speech.gate import Gate
from exchange.speech.hints import grammar
from exchange.speech.listen import RecognizingEars
from exchange.speech.say import speak_text
from exchange.speech.tones import dtmf
from exchange.speech.votes import elect
from transcription.codec import samples_to_ulaw, ulaw_power
from transcription.recognizer import Engine, VoskEngine, Word
from transcription.recognizer import Heard as Recognized
from transcription.scripted import Line, ScriptedEngine

STARTER = Path(__file__).parents[2] / "transcription" / "starter_en_8k"
SPEECH = Path(__file__).parents[1] / "data" / "speech"
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@pytest.fixture(scope="module")
def vosk() -> VoskEngine:
    return VoskEngine(STARTER, name="starter-en-8k")


def quiet(seconds: float) -> bytes:
    return b"\xff" * round(seconds * 8000)


def noise(seconds: float, amplitude: float, seed: int = 1) -> bytes:
    samples = np.random.default_rng(seed).normal(0, amplitude, round(seconds * 8000))
    return samples_to_ulaw(samples.astype(np.int16))


def listen(engine: Engine, ulaw: bytes, listening: Listening | None = None, *, finish: bool = True) -> list[Heard]:
    """Everything a listener reports about this sound, given frame by frame."""

    async def whole() -> list[Heard]:
        listener = RecognizingEars(lambda _language: engine, lambda *_: None).listen(listening or Listening())
        reports: list[Heard] = []
        for place in range(0, len(ulaw) // FRAME * FRAME, FRAME):
            reports += await listener.feed(ulaw[place : place + FRAME])
        return [*reports, *(await listener.finish() if finish else ())]

    return asyncio.run(whole())


def ended(reports: list[Heard]) -> Heard:
    (end,) = [report for report in reports if report.kind is HeardKind.ENDED]
    return end


@pytest.mark.parametrize("digit", DIGITS)
def test_people_are_heard_saying_digits(vosk: VoskEngine, digit: str) -> None:
    """Recorded human speech, with the hints an IVR gives."""
    ulaw = quiet(1) + sounds.decode_file(SPEECH / f"digit_{digit}.wav") + quiet(2)
    end = ended(listen(vosk, ulaw, Listening(hints=DIGITS), finish=False))
    assert end.text == digit
    assert end.confidence is not None
    assert end.confidence > 0.5


def test_a_whole_sentence_is_heard_without_hints(vosk: VoskEngine) -> None:
    """No hints is free speech."""
    ulaw = quiet(0.5) + sounds.decode_file(SPEECH / "caller_order.wav") + quiet(2)
    reports = listen(vosk, ulaw, finish=False)
    assert ended(reports).text == "i want a single shot coffee"
    partials = [report for report in reports if report.kind is HeardKind.PARTIAL]
    assert len(partials) > 2
    assert partials[-1].stable
    assert partials[-1].text.startswith(partials[-1].stable)


def test_the_order_of_reports(vosk: VoskEngine) -> None:
    """Begin first, once; the end last, once; and time never goes back."""
    ulaw = quiet(0.5) + sounds.decode_file(SPEECH / "caller_order.wav") + quiet(2)
    reports = listen(vosk, ulaw)
    assert reports[0].kind is HeardKind.BEGAN
    assert [report.kind for report in reports].count(HeardKind.BEGAN) == 1
    assert reports[-1].kind is HeardKind.ENDED
    assert [report.at for report in reports] == sorted(report.at for report in reports)


def test_a_menu_choice_ends_sooner_than_free_speech(vosk: VoskEngine) -> None:
    """Speech timeout auto: what is a whole hint needs no more waiting; Vosk's own end of speech takes a second."""
    ulaw = quiet(0.5) + sounds.decode_file(SPEECH / "word_computer.wav") + quiet(3)
    hinted = ended(listen(vosk, ulaw, Listening(hints=("computer", "my bill", "operator"))))
    free = ended(listen(vosk, ulaw))
    assert hinted.text == free.text == "computer"
    assert free.at - hinted.at == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("pause", [0.5, 1.0, 2.0])
def test_the_pause_that_was_asked_for_ends_it(vosk: VoskEngine, pause: float) -> None:
    """A numeric speechTimeout is obeyed to the frame: the end comes so much after the last loud frame."""
    ulaw = quiet(0.5) + sounds.decode_file(SPEECH / "word_computer.wav") + quiet(4)
    at = [ended(listen(vosk, ulaw, Listening(pause=p))).at for p in (0.4, pause)]
    assert at[1] - at[0] == pytest.approx(pause - 0.4, abs=0.021)


def test_whoever_says_something_else_is_not_called_silent(vosk: VoskEngine) -> None:
    """Hints help, they do not bind: no match is another matter than no input."""
    ulaw = quiet(0.5) + sounds.decode_file(SPEECH / "caller_sunday.wav") + quiet(2)
    end = ended(listen(vosk, ulaw, Listening(hints=("xylophone",)), finish=False))
    assert end.text


MENU = ("balance", "my balance", "a problem", "technical help", "operator", "spanish", "one", "two", "three")


@pytest.mark.parametrize(
    "said", ["purple elephants", "the weather is nice today", "paris", "can i have a coffee", "i lost my card"]
)
def test_what_is_no_choice_is_not_heard_as_one(vosk: VoskEngine, said: str) -> None:
    """A small grammar is sure that elephants are a balance; heard again without it, they are elephants."""
    end = ended(listen(vosk, quiet(0.5) + speak_text(said).ulaw + quiet(2), Listening(hints=MENU), finish=False))
    assert end.text == said


@pytest.mark.parametrize("said", MENU)
def test_choices_are_heard_as_ever(vosk: VoskEngine, said: str) -> None:
    """A second hearing takes no choice away."""
    end = ended(listen(vosk, quiet(0.5) + speak_text(said).ulaw + quiet(2), Listening(hints=MENU), finish=False))
    assert end.text == said


def test_people_who_say_what_is_no_choice_are_not_led_to_one(vosk: VoskEngine) -> None:
    """Recorded human speech: an order of coffee at the menu of a bank."""
    ulaw = quiet(0.5) + sounds.decode_file(SPEECH / "caller_order.wav") + quiet(2)
    assert ended(listen(vosk, ulaw, Listening(hints=MENU), finish=False)).text == "i want a single shot coffee"


@pytest.mark.parametrize(
    ("free", "sure", "heard", "other"),
    [
        ("purple elephants", 1.0, "problem balance", True),
        ("ask the question", 1.0, "ask a question", False),
        ("purple elephants", 0.6, "problem balance", False),
        ("", 1.0, "balance", False),
    ],
)
def test_when_a_second_hearing_is_believed(free: str, sure: float, heard: str, other: bool) -> None:  # noqa: FBT001 - a table's column
    """Sure, and of quite other words; else hints are better at what they are for."""
    words = tuple(Word(word, 0.0, 1.0, sure) for word in free.split())
    finals = [Recognized(free, final=True, words=words, start=0.0, end=1.0)] if free else []
    assert contradicts(finals, heard) is other


def test_numbers_that_are_asked_for_are_never_doubted() -> None:
    """Without a grammar every second digit is heard as another word; but no menu has the key “two one”."""
    asked, menu = grammar((*DIGITS, "double", "operator")), grammar(MENU)
    assert asked is not None
    assert menu is not None
    assert not may_be_doubted("four double one", asked)
    assert may_be_doubted("four operator", asked)
    assert not may_be_doubted("one", menu)
    assert may_be_doubted("two one", menu)


def test_silence_is_never_fed_to_the_recogniser() -> None:
    """Silence costs a recogniser four times what speech costs, and an IVR hears mostly silence."""
    fed: list[int] = []

    class Counting(ScriptedEngine):
        def listen(self, **how: object):  # type: ignore[no-untyped-def, override]
            recognizer = super().listen(**how)  # type: ignore[arg-type]
            feed = recognizer.feed
            recognizer.feed = lambda pcm: (fed.append(len(pcm) // 2), feed(pcm))[1]  # type: ignore[method-assign]
            return recognizer

    assert listen(Counting(), quiet(20)) == []
    assert fed == []
    listen(Counting([Line("hello", 0.0, 0.5)]), quiet(5) + speak_text("hello").ulaw + quiet(5))
    assert sum(fed) < 8000 * 1.5


@pytest.mark.parametrize(
    ("sound", "begins"),
    [
        (quiet(3), False),
        (noise(3, 15), False),
        (noise(3, 120), False),
        (quiet(1) + noise(0.06, 3000) + quiet(1), False),
        (noise(1, 40) + speak_text("yes").ulaw + noise(1, 40), True),
        (speak_text("no").ulaw, True),
    ],
    ids=["silence", "hiss", "a noisy room", "a click", "a word over hiss", "a word at once"],
)
def test_what_counts_as_speech(sound: bytes, begins: bool) -> None:  # noqa: FBT001 - a table's column
    """Barge-in stops a prompt: a click must not, a word must."""
    gate = Gate()
    passed = [gate.feed(sound[place : place + FRAME]) for place in range(0, len(sound) // FRAME * FRAME, FRAME)]
    assert any(one.began for one in passed) is begins


def test_the_gate_passes_a_word_whole() -> None:
    """The soft beginning of a word lies before the moment it is noticed, its soft end after the last loud frame."""
    word = speak_text("six").ulaw
    sound = quiet(1) + word + quiet(1)
    gate = Gate()
    passed = b"".join(
        gate.feed(sound[place : place + FRAME]).sound for place in range(0, len(sound) // FRAME * FRAME, FRAME)
    )
    assert word in passed
    assert len(passed) < len(word) + 8000 * 0.8


def test_an_utterance_may_not_last_for_ever() -> None:
    """maxSpeechTime: a radio in the background ends like everything else."""
    end = ended(listen(ScriptedEngine(), noise(0.5, 20) + noise(10, 5000), Listening(longest=3), finish=False))
    assert end.at == pytest.approx(0.5 + 0.14 + 3, abs=0.1)
    assert end.text == ""


def test_hanging_up_in_the_middle_of_a_word_gives_what_was_said() -> None:
    """The last words before a hang-up are often the important ones."""
    engine = ScriptedEngine([Line("cancel my card", 0.0, 0.6)])
    reports = listen(engine, quiet(0.5) + noise(1.2, 5000))
    assert ended(reports).text == "cancel my card"


def test_nothing_is_reported_twice() -> None:
    """After the end the listener is deaf."""

    async def whole() -> list[Heard]:
        listener = RecognizingEars(lambda _: ScriptedEngine(), lambda *_: None).listen(Listening())
        first = [*await listener.feed(noise(1, 5000)), *await listener.finish()]
        assert first
        return [*await listener.feed(noise(3, 5000)), *await listener.finish()]

    assert asyncio.run(whole()) == []


def test_a_language_nobody_hears_says_what_to_do() -> None:
    """Gather then takes keys only, and the exchange's log names the command that helps."""
    ears = RecognizingEars(lambda _language: None, lambda *_: None)
    with pytest.raises(SoundUnavailable, match="callwright models get es") as refused:
        ears.listen(Listening(language="es-US"))
    assert refused.value.code == 13335


def test_hints_the_model_cannot_hear_are_told_once(vosk: VoskEngine) -> None:
    """A word outside the vocabulary can never be recognised; the designer should know, but not at each call."""
    complaints: list[tuple[int, str]] = []
    ears = RecognizingEars(lambda _: vosk, lambda code, message: complaints.append((code, message)))
    for _ in range(3):
        ears.listen(Listening(hints=("billing", "qwertzuiop")))
    assert [code for code, _ in complaints] == [13330]
    assert "qwertzuiop" in complaints[0][1]
    assert "billing" not in complaints[0][1]


@pytest.mark.parametrize(
    ("hints", "words"),
    [
        (("billing", "a charge"), ["a", "a charge", "billing", "charge"]),
        (("billing, a charge",), ["a", "a charge", "billing", "charge"]),
        (("Option 12",), ["one", "option", "option one two", "two"]),
        (("I'd like it!",), ["i'd", "i'd like it", "it", "like"]),
        (("one", "$OOV_CLASS_POSTALCODE"), [*sorted({*DIGITS, "oh", "double", "triple"})]),
    ],
)
def test_hints_become_a_grammar(hints: tuple[str, ...], words: list[str]) -> None:
    """Phrases and the words they are made of, as the recogniser spells them."""
    allowed = grammar(hints)
    assert allowed is not None
    assert allowed.as_list() == words


def test_no_hints_is_no_grammar() -> None:
    """Free speech."""
    assert grammar(()) is None
    assert grammar((" ", ",")) is None


RECORDED = ("caller_order", "caller_request", "caller_sunday", "agent_families", "word_computer", "word_half_an_hour")


@pytest.mark.parametrize("name", [*RECORDED, *(f"digit_{digit}" for digit in DIGITS)])
def test_a_caller_who_speaks_stops_the_prompt_within_two_tenths(name: str) -> None:
    """Barge-in in audio time: from the first frame that is loud for a voice to the report that speech began."""
    ulaw = sounds.decode_file(SPEECH / f"{name}.wav")
    loud = [ulaw_power(ulaw[at : at + FRAME]) > 32768.0**2 * 10**-4 for at in range(0, len(ulaw) - FRAME, FRAME)]
    spoken = next(at for at in range(len(loud)) if sum(loud[at : at + 7]) == 7) / 50
    began = next(one for one in listen(ScriptedEngine(), quiet(1) + ulaw) if one.kind is HeardKind.BEGAN)
    assert began.at - 1 - spoken <= 0.2


def test_a_key_is_not_taken_for_speech() -> None:
    """Keys stop a prompt in a way of their own, and are no words."""
    assert listen(ScriptedEngine(), quiet(0.5) + dtmf("0123456789*#") + quiet(1)) == []


def test_digits_end_sooner_when_all_that_were_asked_for_are_there() -> None:
    """Four digits of four: nobody waits for a breath; of five, one may follow."""
    sound = quiet(0.5) + noise(1, 5000) + quiet(3)
    hints = ("$OOV_CLASS_DIGIT_SEQUENCE",)
    line = Line("double four oh one", 0.2, 1.0)
    four, five = (
        ended(listen(ScriptedEngine([line]), sound, Listening(hints=hints, digits=digits), finish=False)).at
        for digits in (4, 5)
    )
    assert five - four == pytest.approx(0.7, abs=0.05)


def test_a_choice_that_begins_another_is_waited_for() -> None:
    """Between "balance" and "balance transfer" lies a breath."""
    allowed = grammar(("balance", "balance transfer", "billing"))
    assert allowed is not None
    assert allowed.may_go_on("balance")
    assert not allowed.may_go_on("billing")


def _digits(text: str, sure: float) -> list[Word]:
    return [Word(word, number * 0.4, number * 0.4 + 0.3, sure) for number, word in enumerate(text.split())]


@pytest.mark.parametrize(
    ("hearings", "expected", "won"),
    [
        ([("one two two", 0.6), ("one three two", 0.9), ("one three two", 0.5)], None, "one three two"),
        ([("one two two", 1.0), ("one three two", 0.4), ("one three two", 0.5)], None, "one two two"),
        ([("one two", 0.9), ("one two", 0.9), ("one two three", 0.5)], None, "one two"),
        ([("one two", 0.9), ("one two", 0.9), ("one two three", 0.5)], 3, "one two three"),
        ([("double two three", 0.9), ("one two", 0.5)], 3, "double two three"),
        ([("", 0.0)], 3, ""),
    ],
)
def test_digits_are_elected(hearings: list[tuple[str, float]], expected: int | None, won: str) -> None:
    """Place by place, among those with as many digits as were asked for, else as most have."""
    elected = elect([_digits(text, sure) for text, sure in hearings], expected=expected)
    assert " ".join(word.text for word in elected) == won


def test_whoever_disagrees_makes_a_digit_unsure() -> None:
    """The confidence is what makes a flow ask again."""
    (agreed,) = elect([_digits("two", 0.9), _digits("two", 0.9)])
    (doubted,) = elect([_digits("two", 0.9), _digits("three", 0.8)])
    assert (round(agreed.confidence, 2), round(doubted.confidence, 2)) == (0.9, 0.45)


def test_digit_hints_wait_for_a_breath() -> None:
    """People stop in the middle of an account number: one digit is a whole hint and yet not the whole answer."""
    digits, menu = grammar(("$OOV_CLASS_DIGIT_SEQUENCE",)), grammar(("one", "billing"))
    assert digits is not None
    assert digits.digits
    assert menu is not None
    assert not menu.digits


def test_batches_are_the_same_as_frames() -> None:
    """How the sound is cut up changes nothing."""
    sound = quiet(0.5) + speak_text("hello there").ulaw + quiet(2)
    sound = sound[: len(sound) // FRAME * FRAME]

    async def in_one() -> list[Heard]:
        engine = ScriptedEngine([Line("hello there", 0.2, 0.6)])
        listener = RecognizingEars(lambda _: engine, lambda *_: None).listen(Listening())
        return list(await listener.feed(sound))

    assert asyncio.run(in_one()) == listen(ScriptedEngine([Line("hello there", 0.2, 0.6)]), sound, finish=False)
    assert len(SILENCE) == FRAME

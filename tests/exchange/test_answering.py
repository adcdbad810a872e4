"""Who answers: a person says hello, a machine greets at length and beeps, a fax, nobody; told as Twilio tells it."""

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.answering import AnsweredBy, Detection, Detector, Mode
from exchange.lines.inside import ScriptedPhone
from exchange.mixer import encode
from exchange.ports import Speech
from exchange.rehearsal import APP, NUMBER
from exchange.sound import FRAME, Sound, silence
from exchange.speech.say import EspeakVoice
from exchange.speech.tones import beep, dtmf
from exchange.twins import words_as_sound

CUSTOMER = "+15550002000"
GREETING = (
    "Hi, you have reached the voicemail of Maria Lopez. I cannot come to the phone right now. "
    "Please leave a message after the tone."
)
SPANISH = "Hola, este es el buzón de voz de Ana. En este momento no puedo atenderle. Deje su mensaje después del tono."
HOLD = "<Response><Pause length='60'/></Response>"


def spoken(text, language="en-US"):
    voice = EspeakVoice(lambda *_: None)
    return asyncio.run(voice.speak(Speech(content=(text,), language=language))).ulaw


def tone(hertz, seconds):
    samples = np.sin(2 * np.pi * hertz * np.arange(int(seconds * 8000)) / 8000) * 9000
    return encode(samples.astype(np.int16))


def judged(sound, **asked):
    """The verdict on a sound after which the party is silent for a minute."""
    detector = Detector(Detection(**asked))
    whole = silence(0.5).ulaw + sound + silence(60).ulaw
    for start in range(0, len(whole) - FRAME + 1, FRAME):
        if detector.feed(whole[start : start + FRAME]) is not None:
            break
    return detector


PEOPLE = [("hello?", "en-US"), ("hello, this is Maria", "en-US"), ("¿sí, dígame?", "es-US"), ("Bueno", "es-US")]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("words", "language"), PEOPLE)
def test_a_person_says_hello_and_listens(words, language, mode):
    assert judged(spoken(words, language), mode=mode).verdict is AnsweredBy.HUMAN


@pytest.mark.parametrize(("words", "language"), [(GREETING, "en-US"), (SPANISH, "es-US")])
def test_a_machine_talks_on_and_is_told_at_once_or_after_its_tone(words, language):
    greeting = spoken(words, language)
    at_once = judged(greeting + silence(0.5).ulaw + beep())
    assert at_once.verdict is AnsweredBy.MACHINE_START
    assert at_once.heard < 4_000
    after = judged(greeting + silence(0.5).ulaw + beep(), mode=Mode.MESSAGE_END)
    assert after.verdict is AnsweredBy.MACHINE_END_BEEP
    lasted = (len(greeting) + len(beep())) / 8 + 1_000
    assert lasted - 200 <= after.heard <= lasted + 500, "a message begun sooner would lie under the tone"


def test_a_machine_without_a_tone_is_silent_after_its_greeting():
    assert judged(spoken(GREETING), mode=Mode.MESSAGE_END).verdict is AnsweredBy.MACHINE_END_SILENCE


@pytest.mark.parametrize("hertz", [440, 1000, 1400, 2000])
def test_machines_beep_at_many_pitches(hertz):
    sound = spoken(GREETING) + tone(hertz, 0.4)
    assert judged(sound, mode=Mode.MESSAGE_END).verdict is AnsweredBy.MACHINE_END_BEEP


@pytest.mark.parametrize("hertz", [1100, 2100])
def test_a_fax_is_a_fax(hertz):
    assert judged(tone(hertz, 3.0)).verdict is AnsweredBy.FAX


def test_nobody_heard_is_unknown_after_the_silence_asked_for():
    detector = judged(b"", silence=3_000)
    assert (detector.verdict, detector.heard) == (AnsweredBy.UNKNOWN, 3_000)


def test_a_greeting_without_end_is_given_up_at_the_limit():
    detector = judged(spoken(GREETING) * 6, mode=Mode.MESSAGE_END, limit=20_000)
    assert (detector.verdict, detector.heard) == (AnsweredBy.MACHINE_END_OTHER, 20_000)


def test_keys_pressed_are_not_a_machines_tone():
    """Two pitches at once are no beep."""
    assert judged(dtmf("1"), mode=Mode.MESSAGE_END).verdict is AnsweredBy.HUMAN


@settings(max_examples=40, deadline=None)
@given(noise=st.binary(min_size=0, max_size=FRAME * 200))
def test_any_sound_gets_a_verdict_within_the_limit(noise):
    detector = judged(noise + b"\xff" * (-len(noise) % FRAME), limit=10_000)
    assert detector.verdict is not None
    assert detector.heard <= 10_000


def create(rig, **asked):
    return rig.rest(lambda twilio: twilio.calls.create(to=CUSTOMER, from_=NUMBER, url=f"{APP}/answer", **asked))


def test_the_call_goes_on_while_the_app_is_told_who_answered(on_rig):
    """Twilio: AsyncAmd. The document is performed at once, and AsyncAmdStatusCallback brings the verdict."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, CUSTOMER)
        made = await create(
            rig,
            machine_detection="DetectMessageEnd",
            async_amd="true",
            async_amd_status_callback=f"{APP}/who",
        )
        callee = await phone.rings()
        callee.accepts()
        await callee.hears("press one")
        asked_before = not rig.app.at("/who")
        await callee.plays(words_as_sound("x" * 60))
        await callee.silence(0.4)
        await callee.plays(Sound(beep()))
        await rig.settle()
        shown = await rig.rest(lambda twilio: twilio.calls(made.sid).fetch())
        return asked_before, made, shown, rig.app.at("/who")

    document = "<Response><Say>press one</Say><Pause length='60'/></Response>"
    asked_before, made, shown, told = on_rig({"/answer": document, "/who": ""}, scenario)
    assert asked_before
    (one,) = told
    assert set(one.params) == {"AccountSid", "CallSid", "AnsweredBy", "MachineDetectionDuration"}
    assert (one.params["AnsweredBy"], one.params["CallSid"]) == ("machine_end_beep", made.sid)
    assert int(one.params["MachineDetectionDuration"]) > 2_400
    assert shown.answered_by == "machine_end_beep"


def test_without_async_the_document_is_asked_for_with_the_verdict(on_rig):
    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, CUSTOMER)
        await create(rig, machine_detection="Enable")
        callee = await phone.rings()
        callee.accepts()
        await callee.plays(words_as_sound("hello"))
        await callee.hears("thank you")
        return rig.app.at("/answer")

    (asked,) = on_rig({"/answer": f"<Response><Say>thank you</Say>{HOLD[10:]}"}, scenario)
    assert asked.params["AnsweredBy"] == "human"
    assert asked.params["MachineDetectionDuration"].isdecimal()


def test_together_with_keys_to_send_detection_is_ignored(on_rig):
    """Twilio: "If both SendDigits and MachineDetection parameters are provided, MachineDetection will be ignored"."""

    async def scenario(rig):
        phone = ScriptedPhone(rig.exchange, CUSTOMER)
        made = await create(rig, machine_detection="Enable", send_digits="12")
        callee = await phone.rings()
        callee.accepts()
        await callee.hears("thank you")
        return await rig.rest(lambda twilio: twilio.calls(made.sid).fetch())

    assert on_rig({"/answer": f"<Response><Say>thank you</Say>{HOLD[10:]}"}, scenario).answered_by is None

"""<Say>, <Play> and <Pause>: what is heard, how long it takes, and what happens when it cannot be had."""

import pytest

from exchange.exchange import Exchange, Senses
from exchange.rehearsal import APP, ME, NUMBER, rehearse
from exchange.transports import ScriptedApp
from exchange.twins import TwinEars, TwinPrompts, TwinVoice, sound_as_words, words_as_sound


def seconds_of(twiml: str, *, senses: Senses | None = None) -> tuple[float, list[str], list[int]]:
    """Length of the call, what the caller met, codes in the log."""

    async def scenario(exchange: Exchange, _app: ScriptedApp):
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.ended(within_seconds=10_000)
        cues = [f"{one['kind']} {one['text']}" for one in caller.notices if one["type"] == "cue"]
        return exchange.clock.monotonic(), cues, [entry.code for entry in exchange.log.entries()]

    return rehearse({"/voice": twiml, "/status": ""}, scenario, senses=senses)


def test_pause_waits_its_length_and_one_second_by_default():
    """Twilio: "The <Pause> verb waits silently for a specific number of seconds"; length defaults to 1."""
    assert seconds_of('<Response><Pause/><Pause length="59"/></Response>')[0] == 60


def test_an_hour_of_pause_takes_no_time():
    """Nobody listens, so no frame is made and the hour is one leap of the clock."""
    assert seconds_of('<Response><Pause length="3600"/></Response>')[0] == 3600


@pytest.mark.parametrize("loop", [1, 3])
def test_say_is_heard_as_often_as_loop_says(loop: int):
    """Twilio: "loop: how many times you'd like the text repeated"; each takes as long as the words."""
    seconds, cues, _ = seconds_of(f'<Response><Say loop="{loop}">Good morning</Say></Response>')
    assert seconds == pytest.approx(loop * words_as_sound("Good morning").seconds)
    assert cues == ["say Good morning"]


def test_say_keeps_the_words_of_its_ssml():
    """The words inside SSML elements are spoken; the voice gets the elements."""
    _, cues, _ = seconds_of("<Response><Say>One <break time='1s'/><emphasis>two</emphasis>\n three</Say></Response>")
    assert cues == ["say One two three"]


def test_words_too_long_or_none_at_all_are_passed_over():
    """Error 13520: Say invalid text; the limit is 4,096 characters, and the next verb follows."""
    _, cues, codes = seconds_of(f"<Response><Say>{'a' * 4097}</Say><Say/><Say>Hello</Say></Response>")
    assert cues == ["say Hello"]
    assert codes == [13520, 13520]


def test_play_fetches_a_url_relative_to_its_document():
    """A relative URL is joined to the document's own."""
    _, cues, _ = seconds_of('<Response><Play loop="2">/sounds/hello.wav</Play></Response>')
    assert cues == [f"play {APP}/sounds/hello.wav"]


def test_sound_that_is_not_to_be_had_is_passed_over_with_an_error():
    """A prompt that cannot be fetched is in the log; the call goes on with the next verb."""
    missing = TwinPrompts(missing=frozenset({f"{APP}/gone.mp3"}))
    senses = Senses(voice=TwinVoice(), prompts=missing, ears=TwinEars())
    _, cues, codes = seconds_of("<Response><Play>gone.mp3</Play><Say>Go on</Say></Response>", senses=senses)
    assert cues == [f"play {APP}/gone.mp3", "say Go on"]
    assert codes == [11200]


def test_play_sends_keys_as_tones():
    """Twilio: "digits: plays DTMF tones"; w is a pause."""
    seconds, cues, _ = seconds_of('<Response><Play digits="1w2"/></Response>')
    assert cues == ["play keys 1w2"]
    assert seconds == 0.75


def test_a_listening_caller_is_given_every_byte():
    """Frame by frame under the virtual clock, the sound on the line is the sound that was made."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> tuple[str, float]:
        caller = exchange.call(to=NUMBER, from_=ME, listens=True)
        await caller.ended()
        heard = bytes(caller._handset.sound_heard)
        return sound_as_words(heard), len(heard) / 8000

    twiml = "<Response><Say>Good morning</Say><Pause/><Say>Good night</Say></Response>"
    words, seconds = rehearse({"/voice": twiml, "/status": ""}, scenario)
    assert words == "Good morning Good night"
    assert seconds == pytest.approx(1 + 22 * 0.06, abs=0.04)


def test_play_for_ever_ends_when_the_caller_hangs_up():
    """Twilio: "loop 0": until the call ends."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> tuple[str, float]:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.hears("music")
        await caller.silence(600)
        caller.hangs_up()
        return await caller.ended(), exchange.clock.monotonic()

    assert rehearse({"/voice": '<Response><Play loop="0">music.mp3</Play></Response>', "/status": ""}, scenario) == (
        "completed",
        600,
    )

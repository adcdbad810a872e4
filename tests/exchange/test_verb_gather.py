"""<Gather>: keys, words or both; each case quotes what Twilio publishes."""

import pytest

from exchange.exchange import Exchange, Senses
from exchange.lines.scripted import Caller
from exchange.ports import Heard, HeardKind, Listening
from exchange.rehearsal import APP, ME, NUMBER, rehearse
from exchange.transports import ScriptedApp
from exchange.twins import TwinEars, TwinPrompts, TwinVoice

AFTER = "<Say>nothing came</Say></Response>"


def gathered(attributes: str, act, *, prompts: str = "<Say>Tell me</Say>", senses: Senses | None = None):
    """(fields brought to the action or None, seconds when it was asked, what the caller met)."""

    async def scenario(exchange: Exchange, app: ScriptedApp):
        caller = exchange.call(to=NUMBER, from_=ME)
        times: list[float] = []
        app.routes["/got"] = lambda _params: times.append(exchange.clock.monotonic()) or "<Response/>"
        await act(caller)
        await caller.ended()
        asked = app.at("/got")
        cues = [str(one["text"]) for one in caller.notices if one.get("kind") == "say"]
        fields = {name: asked[0].params[name] for name in asked[0].params if name in FIELDS} if asked else None
        return fields, times[0] if times else None, cues

    routes = {"/voice": f'<Response><Gather action="/got" {attributes}>{prompts}</Gather>{AFTER}', "/status": ""}
    return rehearse(routes, scenario, senses=senses)


FIELDS = {"Digits", "SpeechResult", "Confidence"}


def pressing(keys: str, *, after: float = 0.0, gap: float = 0.15):
    async def act(caller: Caller) -> None:
        await caller.meets("gather")
        await caller.silence(after)
        await caller.presses(keys, gap=gap)

    return act


def saying(text: str, *, after: float = 0.0):
    async def act(caller: Caller) -> None:
        await caller.meets("gather")
        await caller.silence(after)
        await caller.says(text)

    return act


async def silent(caller: Caller) -> None:
    await caller.meets("gather")


def test_num_digits_ends_the_gather_at_once():
    """Twilio: "numDigits: ... when the caller has entered this many digits, Twilio submits the data"."""
    fields, at, _ = gathered('numDigits="4"', pressing("1234", after=2))
    assert fields == {"Digits": "1234"}
    assert at == pytest.approx(2.45, abs=0.01)


def test_the_finish_key_ends_the_gather_and_is_not_submitted():
    """Twilio: "finishOnKey: ... The pound key is not included in the Digits parameter"."""
    fields, _, _ = gathered("", pressing("12#"))
    assert fields == {"Digits": "12"}


def test_another_finish_key():
    """Any of 0-9, # and *; # is then a digit like others."""
    fields, _, _ = gathered('finishOnKey="*"', pressing("1#2*"))
    assert fields == {"Digits": "1#2"}


def test_no_finish_key():
    """Twilio: "If you set finishOnKey to an empty string, <Gather> captures all user input"."""
    fields, _, _ = gathered('finishOnKey="" timeout="3"', pressing("1#2*"))
    assert fields == {"Digits": "1#2*"}


def test_the_timeout_begins_anew_with_each_key():
    """Twilio: "Twilio will wait ... for the caller to press another digit before moving on"."""
    fields, at, _ = gathered('timeout="3"', pressing("12", after=1, gap=2.5))
    assert fields == {"Digits": "12"}
    assert at == pytest.approx(1 + 2.5 + 3, abs=0.01)


def test_the_timeout_begins_when_the_prompts_have_been_heard():
    """Twilio: "timeout begins after all nested verbs have finished", five seconds by default."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> float:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.hears("nothing came")
        return exchange.clock.monotonic()

    twiml = f'<Response><Gather><Pause length="10"/></Gather>{AFTER}'
    assert rehearse({"/voice": twiml, "/status": ""}, scenario) == 15


def test_without_input_the_next_verb_follows():
    """Twilio: "If no input is received before timeout, <Gather> falls through to the next verb"."""
    fields, _, cues = gathered("", silent)
    assert fields is None
    assert cues == ["Tell me", "nothing came"]


@pytest.mark.parametrize(
    ("attributes", "fields"),
    [
        ('actionOnEmptyResult="true"', {"Digits": ""}),
        ('actionOnEmptyResult="true" input="speech"', {"SpeechResult": ""}),
    ],
)
def test_action_on_empty_result_asks_the_action_with_nothing(attributes: str, fields: dict[str, str]):
    """Twilio: "actionOnEmptyResult: force <Gather> to send a webhook to the action URL even when there is no input"."""
    assert gathered(attributes, silent)[0] == fields


def test_the_finish_key_alone_is_no_input():
    """Twilio: "if the caller ... hits the finishOnKey immediately ... flow continues"."""
    fields, _, cues = gathered("", pressing("#"))
    assert fields is None
    assert cues[-1] == "nothing came"


def test_a_key_stops_the_prompts():
    """Twilio: "When a caller presses a key, Twilio stops playing audio"."""
    fields, at, _ = gathered('numDigits="1"', pressing("1", after=2), prompts='<Pause length="60"/>')
    assert (fields, at) == ({"Digits": "1"}, 2)


def test_the_action_is_the_documents_own_url_by_default():
    """Twilio: "If no action URL is specified, Twilio makes a request to the current document's URL"."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> list[str]:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("gather")
        await caller.presses("7")
        await caller.ended()
        return [one.params.get("Digits", "") for one in app.at("/voice")]

    def voice(params) -> str:
        return "<Response/>" if "Digits" in params else '<Response><Gather numDigits="1"/></Response>'

    assert rehearse({"/voice": voice, "/status": ""}, scenario) == ["", "7"]


def test_words_are_brought_with_their_confidence():
    """Twilio: "SpeechResult contains the transcribed result"; Confidence between 0.0 and 1.0."""
    fields, _, _ = gathered('input="speech" speechTimeout="auto"', saying("I lost my card", after=3))
    assert fields == {"SpeechResult": "I lost my card", "Confidence": "0.9"}


def test_speech_timeout_in_seconds_waits_for_the_pause():
    """Twilio: "speechTimeout: how long ... to wait after a pause in speech before it stops its recognition"."""
    _, at, _ = gathered('input="speech" speechTimeout="4"', saying("yes", after=1))
    _, auto_at, _ = gathered('input="speech" speechTimeout="auto"', saying("yes", after=1))
    assert at - auto_at == pytest.approx(4 - 0.8, abs=0.05)


def test_speech_timeout_defaults_to_timeout():
    """Twilio: "speechTimeout ... If not set, it uses timeout"."""
    ears = TwinEars()
    senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=ears)
    gathered('input="speech" timeout="7" hints="cards, loans , " language="es-MX"', saying("loans"), senses=senses)
    (asked,) = ears.asked
    assert (asked.pause, asked.hints, asked.language) == (7, ("cards", "loans"), "es-MX")


def test_both_inputs_and_the_first_one_wins():
    """Twilio: "input: dtmf speech ... the first input detected"; here a key is pressed while nothing is said."""
    assert gathered('input="dtmf speech" numDigits="1"', pressing("3"))[0] == {"Digits": "3"}
    assert gathered('input="dtmf speech" speechTimeout="auto"', saying("three"))[0]["SpeechResult"] == "three"


def test_keys_do_nothing_where_words_are_wanted():
    """input="speech" takes no keys."""
    fields, _, cues = gathered('input="speech"', pressing("1"))
    assert fields is None
    assert cues[-1] == "nothing came"


def test_who_speaks_interrupts_the_prompt():
    """Twilio: "bargeIn: ... stop playing media upon speech", true by default."""
    _, at, _ = gathered('input="speech" speechTimeout="auto"', saying("yes", after=1), prompts='<Pause length="60"/>')
    assert at < 5


class SlowEars:
    """Hears at once that somebody speaks, and what he said only after half a minute without any partial result."""

    def listen(self, _listening: Listening) -> "SlowEars":
        self.frames = 0
        return self

    async def feed(self, ulaw: bytes) -> list[Heard]:
        before, self.frames = self.frames, self.frames + len(ulaw) // 160
        if before == 0:
            return [Heard(HeardKind.BEGAN)]
        return [Heard(HeardKind.ENDED, "a long story", 0.5)] if before < 1500 <= self.frames else []

    async def finish(self) -> list[Heard]:
        return []


def test_who_speaks_longer_than_the_timeout_is_heard_to_the_end():
    """The timeout is for silence: it does not run while the caller speaks, nor when that has cut the prompt."""
    senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=SlowEars())
    attributes = 'input="speech" timeout="3" speechTimeout="auto"'
    fields, at, _ = gathered(attributes, silent, prompts='<Pause length="9"/>', senses=senses)
    assert fields["SpeechResult"] == "a long story"
    assert at == pytest.approx(30, abs=0.1)


def test_without_barge_in_words_count_after_the_prompt_only():
    """bargeIn="false": the prompt is heard to its end."""
    attributes = 'input="speech" speechTimeout="auto" bargeIn="false"'
    fields, _, _cues = gathered(attributes, saying("yes", after=1), prompts='<Pause length="60"/>')
    assert fields is None
    fields, at, _ = gathered(attributes, saying("yes", after=61), prompts='<Pause length="60"/>')
    assert fields["SpeechResult"] == "yes"
    assert at > 61


def test_partial_results_are_told_while_the_words_are_spoken():
    """Twilio: "partialResultCallback: ... requests in real time", with SequenceNumber and Stability."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> list[dict[str, str]]:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("gather")
        await caller.says("billing please")
        await caller.ended()
        return [dict(one.params) for one in app.at("/partial")]

    gather = '<Gather input="speech" speechTimeout="auto" partialResultCallback="/partial" action="/got"/>'
    told = rehearse(
        {"/voice": f"<Response>{gather}</Response>", "/partial": "", "/got": "<Response/>", "/status": ""}, scenario
    )
    assert told[0]["SequenceNumber"] == "0"
    assert told[-1]["UnstableSpeechResult"] == "billing please"
    assert float(told[0]["Stability"]) <= 1


def test_deaf_ears_leave_the_keys_working():
    """Degrade, do not drop: without a model for the language the gather still takes keys, and the log says why."""
    senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars(deaf=True))
    fields, _, _ = gathered('input="dtmf speech" numDigits="1"', pressing("5"), senses=senses)
    assert fields == {"Digits": "5"}


def test_keys_pressed_before_the_gather_are_lost():
    """Nobody collects them."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> str:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.hears("Welcome")
        await caller.presses("9")
        await caller.meets("gather")
        await caller.presses("1")
        await caller.ended()
        return app.at("/got")[0].params["Digits"]

    twiml = '<Response><Say>Welcome to the bank</Say><Gather numDigits="1" action="/got"/></Response>'
    assert rehearse({"/voice": twiml, "/got": "<Response/>", "/status": ""}, scenario) == "1"


def test_hanging_up_within_a_gather_asks_no_action():
    """The call is over: only the status callback follows."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> list[str]:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("gather")
        await caller.presses("12")
        caller.hangs_up()
        assert await caller.ended() == "completed"
        await exchange.clock.sleep(60)
        return [one.path for one in app.asked]

    assert rehearse({"/voice": '<Response><Gather action="/got"/></Response>', "/status": ""}, scenario) == [
        "/voice",
        "/status",
    ]


def test_verbs_that_may_not_stand_in_a_gather_are_skipped_with_a_warning():
    """Nested verbs are <Say>, <Play> and <Pause>."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> list[str]:
        await exchange.call(to=NUMBER, from_=ME).ended()
        return [entry.message for entry in exchange.log.entries(code=12200)]

    (message,) = rehearse(
        {"/voice": '<Response><Gather timeout="1"><Dial>+1555</Dial></Gather></Response>', "/status": ""}, scenario
    )
    assert "<Dial> is not allowed in <Gather>" in message
    assert APP

"""<Redirect>, <Hangup>, <Reject> and <Record>."""

import pytest

from exchange.exchange import Exchange
from exchange.recorder import Recorder
from exchange.rehearsal import APP, ME, NUMBER, rehearse
from exchange.transports import ScriptedApp
from exchange.twins import words_as_sound


def test_redirect_goes_to_the_other_document_and_drops_the_rest():
    """Twilio: "All verbs subsequent to <Redirect> are unreachable and ignored"."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> list[object]:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.ended()
        assert app.at("/next")[0].request.method == "GET"
        assert "CallSid=" in app.at("/next")[0].request.url
        return [one["text"] for one in caller.notices if one.get("kind") == "say"]

    voice = '<Response><Redirect method="GET">next?a=1</Redirect><Say>never</Say></Response>'
    assert rehearse({"/voice": voice, "/next": "<Response><Say>here</Say></Response>", "/status": ""}, scenario) == [
        "here"
    ]


def test_hangup_ends_the_call():
    """Twilio: "The <Hangup> verb ends a call"; as the first verb the call was answered all the same."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> tuple[str, bool]:
        caller = exchange.call(to=NUMBER, from_=ME)
        status = await caller.ended()
        return status, any(one["type"] == "answered" for one in caller.notices)

    voice = "<Response><Hangup/><Say>never</Say></Response>"
    assert rehearse({"/voice": voice, "/status": ""}, scenario) == ("completed", True)


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "failed"), ("", "failed")])
def test_reject_never_answers(reason: str, status: str):
    """Twilio: "<Reject> ... as the first verb, the call is not picked up"; rejected (default) or busy."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> tuple[str, bool, str]:
        caller = exchange.call(to=NUMBER, from_=ME)
        ended = await caller.ended()
        await exchange.clock.sleep(1)
        answered = any(one["type"] == "answered" for one in caller.notices)
        return ended, answered, app.at("/status")[0].params["CallDuration"]

    attribute = f'reason="{reason}"' if reason else ""
    voice = f"<Response><Reject {attribute}/></Response>"
    assert rehearse({"/voice": voice, "/status": ""}, scenario) == (status, False, "0")


def test_reject_after_a_redirect_still_refuses():
    """A redirect does not answer the call."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> str:
        return await exchange.call(to=NUMBER, from_=ME).ended()

    routes = {
        "/voice": "<Response><Redirect>/no</Redirect></Response>",
        "/no": '<Response><Reject reason="busy"/></Response>',
    }
    assert rehearse({**routes, "/status": ""}, scenario) == "busy"


def recorded(attributes: str, act, *, routes: dict[str, str] | None = None):
    """Fields the action was asked with (or None), the recording's own length, and what the caller met."""

    async def scenario(exchange: Exchange, app: ScriptedApp):
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("record")
        await act(caller)
        await caller.ended(within_seconds=10_000)
        await exchange.clock.sleep(60)
        asked = app.at("/got")
        library = exchange.part(Recorder).library
        lengths = [one.samples / 8000 for one in library.recordings.values()]
        met = [str(one["text"]) for one in caller.notices if one.get("kind") == "say"]
        return asked[0].params if asked else None, lengths, met

    voice = f'<Response><Record action="/got" {attributes}/><Say>no message</Say></Response>'
    return rehearse({"/voice": voice, "/got": "<Response/>", "/status": "", **(routes or {})}, scenario)


async def message(caller) -> None:
    await caller.says("please call me back")


def test_a_message_ends_with_silence_and_is_brought_to_the_action():
    """Twilio: "timeout: ... end the recording after a number of seconds of silence", five by default."""
    fields, lengths, _ = recorded('trim="do-not-trim"', message)
    spoken = words_as_sound("please call me back").seconds
    assert fields["RecordingUrl"].endswith(fields["RecordingSid"])
    assert fields["RecordingDuration"] == str(round(spoken + 5))
    assert lengths == [pytest.approx(spoken + 5, abs=0.05)]
    assert "Digits" not in fields


def test_silence_is_trimmed_by_default():
    """Twilio: "trim: trim-silence" removes it at the beginning and the end."""

    async def act(caller) -> None:
        await caller.silence(2)
        await message(caller)

    _, lengths, _ = recorded("", act)
    assert lengths == [pytest.approx(words_as_sound("please call me back").seconds, abs=0.05)]


def test_a_key_ends_the_message_and_is_told():
    """Twilio: "finishOnKey: ... 1234567890*# by default"; Digits is the key that ended it."""

    async def act(caller) -> None:
        await message(caller)
        await caller.presses("#")

    fields, _, _ = recorded("", act)
    assert fields["Digits"] == "#"


def test_the_longest_length_is_kept():
    """Twilio: "maxLength: ... limits the length of the recording"."""

    async def act(caller) -> None:
        await caller.says("blah " * 200)

    fields, lengths, _ = recorded('maxLength="10"', act)
    assert fields["RecordingDuration"] == "10"
    assert lengths == [10]


def test_nothing_said_is_no_message():
    """Twilio: "an empty recording ... does not make a request to the action URL": the next verb follows."""

    async def act(caller) -> None:
        await caller.silence(1)

    fields, _, met = recorded("", act)
    assert fields is None
    assert met == ["no message"]


def test_hanging_up_ends_the_message():
    """Twilio: "if the caller hangs up, Digits will be set to hangup"."""

    async def act(caller) -> None:
        await message(caller)
        caller.hangs_up()

    fields, lengths, _ = recorded("", act)
    assert fields["Digits"] == "hangup"
    assert fields["CallStatus"] == "completed"
    assert lengths == [pytest.approx(words_as_sound("please call me back").seconds, abs=0.05)]


def test_the_recording_callback_hears_of_it():
    """Twilio: "recordingStatusCallback" with RecordingSource RecordVerb, one channel."""

    async def scenario(exchange: Exchange, app: ScriptedApp):
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("record")
        await message(caller)
        await caller.ended()
        await exchange.clock.sleep(5)
        return app.at("/recording")[0].params

    voice = '<Response><Record action="/got" recordingStatusCallback="/recording" playBeep="false"/></Response>'
    told = rehearse({"/voice": voice, "/got": "<Response/>", "/status": "", "/recording": ""}, scenario)
    assert told["RecordingSource"] == "RecordVerb"
    assert told["RecordingStatus"] == "completed"
    assert told["RecordingChannels"] == "1"
    assert told["RecordingUrl"].startswith("http://")
    assert APP

"""<Dial>: Number and Client, several at once, whisper, record, the fields of its action."""

import asyncio

import pytest

from exchange.lines.inside import ScriptedPhone, call
from exchange.recorder import Recorder
from exchange.rehearsal import ME, NUMBER, rehearse
from exchange.twins import sound_as_words

ONE, TWO = "+15550002000", "+15550002001"


def dial(inside, **attributes):
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<Response><Dial action="/over"{given}>{inside}</Dial><Say>not reached</Say></Response>'


async def over(app, caller):
    """Wait for the end; the fields of the action."""
    await caller.ended()
    await asyncio.sleep(0)
    return app.at("/over")[-1].params


def test_the_called_one_is_bridged_and_the_action_told_how_it_went():
    """Twilio: DialCallStatus completed, DialCallSid of the dialled leg, DialCallDuration in seconds, DialBridged."""

    async def scenario(exchange, app):
        app.routes |= {"/voice": dial(f"<Number>{ONE}</Number>"), "/over": "<Response/>"}
        phone = ScriptedPhone(exchange, ONE, listens=True)
        caller = call(exchange, to=NUMBER, from_=ME, listens=True)
        callee = await phone.rings()
        await callee.silence(8)
        callee.accepts()
        await caller.says("good morning")
        await callee.says("good evening")
        await callee.silence(3)
        callee.hangs_up()
        return caller, callee, await over(app, caller)

    caller, callee, told = rehearse({}, scenario)
    assert sound_as_words(bytes(callee._handset.sound_heard)) == "good morning"
    assert sound_as_words(bytes(caller._handset.sound_heard)) == "good evening"
    assert told["DialCallStatus"] == "completed"
    assert (told["DialCallSid"], told["DialBridged"]) == (callee.sid, "true")
    assert int(told["DialCallDuration"]) >= 3
    assert next(one["from"] for one in callee.notices if one["type"] == "incoming") == ME


@pytest.mark.parametrize(
    ("deed", "status"),
    [("refuse", "busy"), ("ignore", "no-answer"), ("absent", "failed")],
)
def test_each_way_not_to_be_reached_has_its_status(deed, status):
    """Twilio: busy, no-answer after the timeout, failed; the call goes on with the action."""

    async def scenario(exchange, app):
        app.routes |= {"/voice": dial(ONE, timeout=15), "/over": "<Response/>"}
        phone = ScriptedPhone(exchange, ONE) if deed != "absent" else None
        caller = call(exchange, to=NUMBER, from_=ME)
        if phone:
            callee = await phone.rings()
            if deed == "refuse":
                callee.hangs_up()
        told = await over(app, caller)
        return told, exchange.clock.monotonic()

    told, seconds = rehearse({}, scenario)
    assert (told["DialCallStatus"], told["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in told
    assert (seconds >= 15) == (deed == "ignore")


def test_without_an_action_the_next_verb_follows():
    """Twilio: "if no action is given, Dial will fall through to the next verb"."""

    async def scenario(exchange, app):
        app.routes["/voice"] = f"<Response><Dial>{ONE}</Dial><Say>next verb</Say></Response>"
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.hears("next verb")

    rehearse({}, scenario)


def test_all_ring_at_once_and_the_first_to_answer_wins():
    """Twilio: "the first of these calls to answer will be connected …, while the rest are hung up"."""

    async def scenario(exchange, app):
        inside = f"<Number>{ONE}</Number><Client>ada</Client>"
        app.routes |= {"/voice": dial(inside), "/over": "<Response/>"}
        first, second = ScriptedPhone(exchange, ONE), ScriptedPhone(exchange, "client:ada")
        caller = call(exchange, to=NUMBER, from_=ME)
        loser, winner = await first.rings(), await second.rings()
        winner.accepts()
        lost = await loser.ended()
        await winner.meets("answered")
        winner.hangs_up()
        told = await over(app, caller)
        return lost, told, winner.sid

    lost, told, winner = rehearse({}, scenario)
    assert lost == "canceled"
    assert (told["DialCallSid"], told["DialCallStatus"]) == (winner, "completed")


def test_sequential_rings_one_after_the_other():
    """Twilio: sequential="true" dials the nouns in order until one is answered."""

    async def scenario(exchange, app):
        inside = f"<Number>{ONE}</Number><Number>{TWO}</Number>"
        app.routes |= {"/voice": dial(inside, sequential="true", timeout=10), "/over": "<Response/>"}
        first, second = ScriptedPhone(exchange, ONE), ScriptedPhone(exchange, TWO)
        caller = call(exchange, to=NUMBER, from_=ME)
        unanswered = await first.rings()
        status = await unanswered.ended()
        late = await second.rings()
        late.accepts()
        late.hangs_up()
        return status, (await over(app, caller))["DialCallSid"] == late.sid, exchange.clock.monotonic()

    status, second, seconds = rehearse({}, scenario)
    assert (status, second) == ("no-answer", True)
    assert seconds >= 10


def test_the_whisper_is_heard_by_the_called_one_alone_before_the_bridge():
    """Twilio: url on <Number> and <Client> is performed "after she answers, but before the parties are connected"."""

    async def scenario(exchange, app):
        app.routes |= {
            "/voice": dial('<Client url="/whisper">ada</Client>'),
            "/whisper": "<Response><Say>a call from billing</Say></Response>",
            "/over": "<Response/>",
        }
        phone = ScriptedPhone(exchange, "client:ada")
        caller = call(exchange, to=NUMBER, from_=ME)
        agent = await phone.rings()
        agent.accepts()
        await agent.hears("a call from billing")
        await agent.silence(5)
        agent.hangs_up()
        told = await over(app, caller)
        return caller, told, app.at("/whisper")[0].params, agent.sid

    caller, told, whisper, agent = rehearse({}, scenario)
    assert told["DialBridged"] == "true"
    assert not any("billing" in str(one.get("text")) for one in caller.notices)
    assert (whisper["CallSid"], whisper["ParentCallSid"]) == (agent, caller.sid)
    assert whisper["Direction"] == "outbound-dial"


def test_who_hangs_up_in_the_whisper_is_not_connected():
    """Call screening: a <Hangup> in the whisper (no key pressed) keeps the parties apart."""

    async def scenario(exchange, app):
        app.routes |= {
            "/voice": dial(f'<Number url="/whisper">{ONE}</Number>'),
            "/whisper": '<Response><Gather numDigits="1" timeout="3"/><Hangup/></Response>',
            "/over": "<Response/>",
        }
        phone = ScriptedPhone(exchange, ONE)
        caller = call(exchange, to=NUMBER, from_=ME)
        callee = await phone.rings()
        callee.accepts()
        return await over(app, caller)

    assert rehearse({}, scenario)["DialBridged"] == "false"


@pytest.mark.parametrize(("record", "channels"), [("record-from-answer-dual", 2), ("true", 1)])
def test_a_dial_is_recorded_from_the_answer(record, channels):
    """Twilio: record-from-answer begins with the answer; true means the same; …-dual has each side on a channel."""

    async def scenario(exchange, app):
        app.routes |= {
            "/voice": dial(ONE, record=record, recordingStatusCallback="/recorded"),
            "/over": "<Response/>",
        }
        phone = ScriptedPhone(exchange, ONE)
        caller = call(exchange, to=NUMBER, from_=ME)
        callee = await phone.rings()
        await callee.silence(10)
        callee.accepts()
        await callee.silence(4)
        callee.hangs_up()
        told = await over(app, caller)
        (recording,) = exchange.part(Recorder).library.recordings.values()
        return told, recording, app.at("/recorded")[0].params

    told, recording, callback = rehearse({}, scenario)
    assert (recording.samples, recording.wanted.channels) == (4 * 8000, channels)
    assert told["RecordingUrl"].endswith(f"/Recordings/{recording.sid}")
    assert (callback["RecordingSource"], callback["RecordingDuration"]) == ("DialVerb", "4")


def test_the_star_ends_the_call_and_the_caller_goes_on():
    """Twilio: hangupOnStar: "the calling party can hang up on the called party by pressing '*'"."""

    async def scenario(exchange, app):
        app.routes |= {
            "/voice": dial(ONE, hangupOnStar="true"),
            "/over": "<Response><Say>how was it</Say></Response>",
        }
        phone = ScriptedPhone(exchange, ONE)
        caller = call(exchange, to=NUMBER, from_=ME)
        callee = await phone.rings()
        callee.accepts()
        await callee.silence(1)
        await caller.presses("*")
        await callee.ended()
        await caller.hears("how was it")

    rehearse({}, scenario)


def test_answer_on_bridge_leaves_the_caller_ringing():
    """Twilio: answerOnBridge: "the inbound call will ring until the dialed call is answered"."""

    async def scenario(exchange, app):
        app.routes |= {"/voice": dial(ONE, answerOnBridge="true"), "/over": "<Response/>"}
        phone = ScriptedPhone(exchange, ONE)
        caller = call(exchange, to=NUMBER, from_=ME)
        callee = await phone.rings()
        await callee.silence(5)
        before = exchange.leg(caller.sid).status.value
        callee.accepts()
        await caller.meets("answered")
        return before

    assert rehearse({}, scenario) == "ringing"


def test_who_hangs_up_while_it_rings_has_the_ringing_stopped():
    """No phone rings for nobody; the action is told, its answer ignored."""

    async def scenario(exchange, app):
        app.routes |= {"/voice": dial(ONE), "/over": "<Response/>"}
        phone = ScriptedPhone(exchange, ONE)
        caller = call(exchange, to=NUMBER, from_=ME)
        callee = await phone.rings()
        caller.hangs_up()
        status = await callee.ended()
        await exchange.clock.sleep(1)
        return status, app.at("/over")[0].params

    status, told = rehearse({}, scenario)
    assert status == "canceled"
    assert (told["DialCallStatus"], told["CallStatus"]) == ("canceled", "completed")


def test_the_dialled_leg_has_status_callbacks_of_its_own():
    """Twilio: statusCallback on <Number>, events initiated ringing answered completed."""

    async def scenario(exchange, app):
        inside = (
            f'<Number statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed">{ONE}</Number>'
        )
        app.routes |= {"/voice": dial(inside, callerId=NUMBER), "/over": "<Response/>", "/leg": ""}
        phone = ScriptedPhone(exchange, ONE)
        caller = call(exchange, to=NUMBER, from_=ME)
        callee = await phone.rings()
        callee.accepts()
        callee.hangs_up()
        await over(app, caller)
        return [one.params for one in app.at("/leg")]

    told = rehearse({}, scenario)
    assert [one["CallStatus"] for one in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert {one["From"] for one in told} == {NUMBER}


def test_keys_are_heard_across_the_bridge():
    """A pressed key travels to the other side, as its tone."""

    async def scenario(exchange, app):
        app.routes |= {"/voice": dial(ONE), "/over": "<Response/>"}
        phone = ScriptedPhone(exchange, ONE)
        caller = call(exchange, to=NUMBER, from_=ME)
        callee = await phone.rings()
        callee.accepts()
        await callee.silence(1)
        await caller.presses("7")
        return (await callee.meets("digit"))["text"]

    assert rehearse({}, scenario) == "7"


def test_a_dial_with_nobody_in_it_goes_on():
    """An empty <Dial> is an error in the log, and no silence for the caller."""

    async def scenario(exchange, app):
        app.routes["/voice"] = "<Response><Dial/><Say>next verb</Say></Response>"
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.hears("next verb")
        return exchange.log.entries(code=13201)

    assert rehearse({}, scenario)

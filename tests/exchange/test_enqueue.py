"""<Enqueue>, <Leave> and <Dial><Queue>: the wait, its documents, and how the action is told of its end."""

import pytest

from exchange.calls import Outgoing
from exchange.lines.inside import ScriptedPhone, call
from exchange.rehearsal import APP, ME, NUMBER, rehearse
from exchange.twiml.verb import Ask
from exchange.waiting import Queues

QUEUE = '<Response><Enqueue action="/over" waitUrl="/wait"{more}>billing</Enqueue><Say>next verb</Say></Response>'
MUSIC = "<Response><Play>http://app.test/music.mp3</Play></Response>"
FETCH = "<Response><Dial action='/dialled'{more}><Queue{url}>billing</Queue></Dial></Response>"
AGENT = "+15550001000"


def waits(app, *, wait=MUSIC, more="", over="<Response/>"):
    app.routes |= {"/voice": QUEUE.format(more=more), "/wait": wait, "/over": over}


def test_the_wait_document_is_asked_again_and_again_with_the_place_and_the_times():
    """Twilio: out of verbs, "Twilio re-requests the waitUrl", with the fields of the queue."""

    async def scenario(exchange, app):
        waits(app, wait="<Response><Pause length='10'/></Response>")
        first = call(exchange, to=NUMBER, from_=ME)
        await first.meets("enqueue")
        await exchange.clock.sleep(5)
        second = call(exchange, to=NUMBER, from_="+15550009999")
        await second.meets("enqueue")
        await exchange.clock.sleep(21)
        return second.sid, app.at("/wait")

    sid, asked = rehearse({}, scenario)
    mine = [one.params for one in asked if one.params["CallSid"] == sid]
    assert [one["QueueTime"] for one in mine] == ["0", "10", "20"]
    assert {one["QueuePosition"] for one in mine} == {"2"}
    assert [one["AvgQueueTime"] for one in mine] == ["2", "12", "22"]
    assert (mine[0]["CurrentQueueSize"], mine[0]["MaxQueueSize"]) == ("2", "1000")
    assert mine[0]["QueueSid"].startswith("QU")


def test_leave_ends_the_wait_and_the_action_decides_what_follows():
    """Twilio: leave: "The enqueued caller exited the queue via the <Leave> verb"; the action is asked at once."""

    async def scenario(exchange, app):
        wait = "<Response><Say>please hold</Say><Pause length='30'/><Leave/></Response>"
        waits(app, wait=wait, over="<Response><Say>left the queue</Say></Response>")
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.hears("please hold")
        await caller.hears("left the queue")
        return app.at("/over")[0].params, exchange.part(Queues).named("billing").size

    told, size = rehearse({}, scenario)
    assert (told["QueueResult"], size) == ("leave", 0)
    assert int(told["QueueTime"]) >= 30


def test_without_an_action_leave_goes_on_with_the_next_verb():
    """Twilio: "Execution proceeds with the next verb after the <Enqueue> verb"."""

    async def scenario(exchange, app):
        voice = '<Response><Enqueue waitUrl="/wait">q</Enqueue><Say>next verb</Say></Response>'
        app.routes |= {"/voice": voice, "/wait": "<Response><Leave/></Response>"}
        await call(exchange, to=NUMBER, from_=ME).hears("next verb")

    rehearse({}, scenario)


def test_a_key_pressed_while_waiting_leads_out_of_the_queue():
    """Gather is allowed in the wait document: press 1 and leave."""

    async def scenario(exchange, app):
        gather = '<Response><Gather action="/pressed" numDigits="1"><Say>press 1</Say></Gather></Response>'
        waits(app, wait=gather)
        app.routes["/pressed"] = "<Response><Leave/></Response>"
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.hears("press 1")
        await caller.presses("1")
        await caller.ended()
        return app.at("/pressed")[0].params["Digits"], app.at("/over")[0].params["QueueResult"]

    assert rehearse({}, scenario) == ("1", "leave")


def test_other_verbs_are_not_performed_while_waiting():
    """Twilio: only Play, Say, Pause, Hangup, Redirect, Leave and Gather; others are warned of and skipped."""

    async def scenario(exchange, app):
        waits(app, wait="<Response><Dial>+15550002000</Dial><Say>still here</Say></Response>")
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.hears("still here")
        return [entry.message for entry in exchange.log.entries(code=12200)]

    assert any("<Dial> is not allowed here" in message for message in rehearse({}, scenario))


def test_an_empty_wait_document_does_not_stop_time():
    """A document without a verb is asked again only after a breath: an hour of it is not a million requests."""

    async def scenario(exchange, app):
        waits(app, wait="<Response/>")
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.meets("enqueue")
        await exchange.clock.sleep(60)
        return len(app.at("/wait"))

    assert 55 <= rehearse({}, scenario) <= 62


@pytest.mark.parametrize(
    ("wait", "result"),
    [("<Response><Hangup/></Response>", "hangup"), ("this is no TwiML", "error")],
    ids=["hung up by the document", "a broken document"],
)
def test_a_wait_document_that_ends_it_says_so(wait, result):
    """Twilio: error: "either in the <Enqueue> verb itself or in the TwiML retrieved from a waitUrl"."""

    async def scenario(exchange, app):
        waits(app, wait=wait)
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.ended()
        await exchange.clock.sleep(1)
        return app.at("/over")[0].params["QueueResult"]

    assert rehearse({}, scenario) == result


def test_a_caller_who_hangs_up_is_told_of():
    """Twilio: hangup: "The enqueued caller hung up before connecting to a dequeued call"."""

    async def scenario(exchange, app):
        waits(app)
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.meets("play")
        await caller.silence(12)
        caller.hangs_up()
        await exchange.clock.sleep(1)
        return app.at("/over")[0].params, exchange.part(Queues).named("billing").size

    told, size = rehearse({}, scenario)
    assert (told["QueueResult"], told["QueueTime"], told["CallStatus"], size) == ("hangup", "12", "completed", 0)


def test_a_call_redirected_by_rest_leaves_the_queue():
    """Twilio: redirected: "the call was redirected out of the queue, typically by a REST API request"."""

    async def scenario(exchange, app):
        waits(app)
        app.routes["/next"] = "<Response><Say>welcome back</Say></Response>"
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.meets("play")
        await exchange.clock.sleep(7)
        exchange.redirect(exchange.leg(caller.sid), Ask(url=f"{APP}/next"))
        await caller.hears("welcome back")
        return app.at("/over")[0].params, exchange.part(Queues).named("billing").size

    told, size = rehearse({}, scenario)
    assert (told["QueueResult"], told["QueueTime"], size) == ("redirected", "7", 0)


def test_a_full_queue_turns_the_caller_away_at_once():
    """Twilio: queue-full: "the enqueue attempt was rejected"; no SID, no time."""

    async def scenario(exchange, app):
        waits(app, more=' maxQueueSize="1"', over="<Response><Say>we are full</Say></Response>")
        await call(exchange, to=NUMBER, from_=ME).meets("enqueue")
        late = call(exchange, to=NUMBER, from_="+15550009999")
        await late.hears("we are full")
        return app.at("/over")[0].params

    told = rehearse({}, scenario)
    assert told["QueueResult"] == "queue-full"
    assert not {"QueueSid", "QueueTime"} & told.keys()


def test_the_first_in_line_is_fetched_greeted_and_bridged():
    """Twilio: <Dial><Queue> takes the front, who hears its url first and is asked for an action when all is over.

    The greeting is told QueueTime and DequeingCallSid (sic); the action of <Enqueue> QueueResult bridged.
    """

    async def scenario(exchange, app):
        waits(app)
        app.routes |= {
            "/agent": FETCH.format(more="", url=' url="/greeting"'),
            "/greeting": "<Response><Say>an agent is here</Say></Response>",
            "/dialled": "<Response/>",
        }
        first = call(exchange, to=NUMBER, from_=ME)
        await first.meets("enqueue")
        second = call(exchange, to=NUMBER, from_="+15550009999")
        await second.meets("enqueue")
        await exchange.clock.sleep(20)
        agent = ScriptedPhone(exchange, "client:ada")
        fetching = _ring_agent(exchange)
        desk = await agent.rings()
        desk.accepts()
        await first.hears("an agent is here")
        await desk.silence(9)
        desk.hangs_up()
        assert await first.ended() == "completed"
        assert second.status == ""
        return first, fetching.sid, app

    first, agent, app = rehearse({}, scenario)
    greeting, over = app.at("/greeting")[0].params, app.at("/over")[0].params
    assert (greeting["CallSid"], greeting["DequeingCallSid"]) == (first.sid, agent)
    assert (over["QueueResult"], over["QueueTime"], greeting["QueueTime"]) == ("bridged", "20", "20")
    dialled = app.at("/dialled")[0].params
    assert (dialled["DialCallStatus"], dialled["DialCallSid"]) == ("completed", first.sid)


def test_who_comes_to_an_empty_queue_waits_for_the_next():
    """<Dial><Queue> on an empty queue waits, as long as its timeout, for somebody to come."""

    async def scenario(exchange, app):
        waits(app)
        app.routes |= {"/agent": FETCH.format(more=" timeout='60'", url=""), "/dialled": "<Response/>"}
        agent = ScriptedPhone(exchange, "client:ada")
        _ring_agent(exchange)
        desk = await agent.rings()
        desk.accepts()
        await exchange.clock.sleep(30)
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.meets("enqueue")
        await exchange.clock.sleep(3)
        caller.hangs_up()
        await desk.ended()
        return app.at("/dialled")[0].params["DialCallStatus"], app.at("/over")[0].params["QueueResult"]

    assert rehearse({}, scenario) == ("completed", "bridged")


def test_who_finds_nobody_in_the_queue_goes_on():
    """When the timeout is over, the action is told no-answer."""

    async def scenario(exchange, app):
        app.routes |= {"/agent": FETCH.format(more=" timeout='10'", url=""), "/dialled": "<Response/>"}
        agent = ScriptedPhone(exchange, "client:ada")
        _ring_agent(exchange)
        desk = await agent.rings()
        desk.accepts()
        await desk.ended()
        return app.at("/dialled")[0].params["DialCallStatus"]

    assert rehearse({}, scenario) == "no-answer"


def test_without_a_wait_url_the_exchange_plays_its_own_music():
    """Twilio: "If no waitUrl is specified, Twilio will use its own default"; the music never ends."""

    async def scenario(exchange, app):
        app.routes["/voice"] = "<Response><Enqueue>billing</Enqueue></Response>"
        caller = call(exchange, to=NUMBER, from_=ME)
        await caller.hears("sound:hold-music")
        await exchange.clock.sleep(3600)
        return caller.status

    assert rehearse({}, scenario) == ""


def _ring_agent(exchange):
    return exchange.dial(Outgoing(to="client:ada", from_=NUMBER, source=Ask(url=f"{APP}/agent")))

"""The life of a call: statuses, outgoing calls, redirection by REST, shutting down."""

import asyncio

import pytest
from flask import Flask, Response, request

from exchange.calls import Outgoing, StatusPlan
from exchange.clock import VirtualClock
from exchange.exchange import Exchange
from exchange.lines.inside import ScriptedPhone
from exchange.lines.scripted import NotHeard
from exchange.rehearsal import APP, ME, NUMBER, rehearse, twin_exchange
from exchange.status import MOVES, CallStatus
from exchange.transports import ScriptedApp, WsgiTransport
from exchange.twiml.verb import Ask, Inline

EVERY_EVENT = StatusPlan(url=f"{APP}/told", events=("initiated", "ringing", "answered", "completed"))
HELLO = "<Response><Say>Hello</Say></Response>"


def test_a_finished_call_stays_finished():
    """The table of statuses has no way back."""
    assert all(status.final for status in MOVES if status in {s for s in CallStatus if not MOVES[s]})
    finals = {"completed", "busy", "no-answer", "failed", "canceled"}
    assert {status.value for status in CallStatus if status.final} == finals
    for status, moves in MOVES.items():
        assert status not in moves
        assert CallStatus.QUEUED not in moves


def outgoing(exchange: Exchange, **changed) -> Outgoing:
    wanted = {"to": ME, "from_": NUMBER, "source": Ask(url=f"{APP}/out"), "status": EVERY_EVENT}
    return exchange.dial(Outgoing(**{**wanted, **changed}))


def told(app: ScriptedApp) -> list[tuple[str, str]]:
    return [(one.params["SequenceNumber"], one.params["CallStatus"]) for one in app.at("/told")]


ROUTES = {"/out": HELLO, "/told": "", "/status": "", "/voice": HELLO}


def test_an_outgoing_call_is_answered_and_hears_its_document():
    """initiated, ringing, answered, completed, with SequenceNumber from 0; Direction outbound-api."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        phone = ScriptedPhone(exchange, ME)
        leg = outgoing(exchange)
        assert leg.status is CallStatus.QUEUED
        callee = await phone.rings()
        await callee.silence(3)
        callee.accepts()
        await callee.hears("Hello")
        assert await callee.ended() == "completed"
        await exchange.clock.sleep(1)
        assert told(app) == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
        assert app.at("/out")[0].params["Direction"] == "outbound-api"
        assert app.at("/out")[0].params["CallStatus"] == "in-progress"

    rehearse(ROUTES, scenario)


@pytest.mark.parametrize(
    ("act", "status"),
    [
        pytest.param(lambda callee: callee.hangs_up(), "busy", id="rejected by the called party"),
        pytest.param(lambda _callee: None, "no-answer", id="nobody answers within the timeout"),
    ],
)
def test_an_outgoing_call_that_is_not_answered(act, status: str):
    """Busy and no-answer are told as "completed" events, without a document being asked."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> None:
        phone = ScriptedPhone(exchange, ME)
        leg = outgoing(exchange, timeout=20)
        callee = await phone.rings()
        act(callee)
        assert await callee.ended() == status
        assert exchange.clock.monotonic() == (20 if status == "no-answer" else 0)
        await exchange.clock.sleep(1)
        assert told(app)[-1] == ("2", status)
        assert app.at("/out") == []
        assert exchange.leg(leg.sid) is leg

    rehearse(ROUTES, scenario)


@pytest.mark.parametrize(("to", "status"), [("+15559999999", "failed"), ("client:alice", "no-answer")])
def test_nobody_is_there(to: str, status: str):
    """A number nobody has is failed; a client who has not registered does not answer."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> str:
        leg = outgoing(exchange, to=to)
        await leg.over.wait()
        await exchange.clock.sleep(1)
        assert told(app)[-1][1] == status
        return leg.status.value

    assert rehearse(ROUTES, scenario) == status


def test_a_call_canceled_while_queued_tells_nothing():
    """No event fires for a call that is canceled while queued; its far end never rings."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> str:
        phone = ScriptedPhone(exchange, ME)
        leg = outgoing(exchange)
        leg.hang_up()
        await exchange.clock.sleep(1)
        with pytest.raises(NotHeard, match="nobody called"):
            await phone.rings(within_seconds=5)
        assert app.asked == []
        return leg.status.value

    assert rehearse(ROUTES, scenario) == "canceled"


def test_the_time_limit_ends_a_call():
    """TimeLimit: four hours by default."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> float:
        phone = ScriptedPhone(exchange, ME)
        outgoing(exchange, source=Inline('<Response><Pause length="90000"/></Response>'))
        callee = await phone.rings()
        callee.accepts()
        await callee.ended(within_seconds=90_000)
        return exchange.clock.monotonic()

    assert rehearse(ROUTES, scenario) == 14_400


def test_rest_redirects_a_call_in_the_middle_of_a_verb():
    """Calls update with Url or Twiml: what is being done stops, the new document takes over."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> list[str]:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("pause")
        await caller.silence(7)
        leg = exchange.leg(caller.sid)
        assert exchange.redirect(leg, Inline("<Response><Say>Instead</Say></Response>"))
        await caller.ended()
        assert not exchange.redirect(leg, Inline(HELLO))
        return [str(one["text"]) for one in caller.notices if one.get("kind") == "say"]

    voice = '<Response><Pause length="100"/><Say>never</Say></Response>'
    assert rehearse({**ROUTES, "/voice": voice}, scenario) == ["Instead"]


def test_an_unknown_number_fails_at_once():
    """No webhook can be asked."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> tuple[str, int]:
        status = await exchange.call(to="+1999", from_=ME).ended()
        return status, len(app.asked)

    assert rehearse(ROUTES, scenario) == ("failed", 0)


def test_a_script_that_waits_in_vain_says_what_was_met_instead():
    """The message of a failing test must be enough to understand it."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> None:
        caller = exchange.call(to=NUMBER, from_=ME)
        with pytest.raises(NotHeard, match=r"(?s)ended \(completed\) before something like 'billing'.*say: Hello"):
            await caller.hears("billing")
        other = exchange.call(to=NUMBER, from_=ME)
        with pytest.raises(NotHeard, match=r"0\.1 s went by"):
            await other.hears("billing", within_seconds=0.1)

    rehearse(ROUTES, scenario)


def test_shutting_down_ends_every_call_and_leaves_no_task():
    """Callers are hung up on, the app is told, nothing is left pending."""

    async def whole() -> tuple[str, list[str], int]:
        app = ScriptedApp({"/voice": '<Response><Pause length="1000"/></Response>', "/status": ""})
        exchange = twin_exchange(app)
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("pause")
        await exchange.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        return caller.status, [one.path for one in app.asked], len(asyncio.all_tasks()) - 1

    assert asyncio.run(whole()) == ("completed", ["/voice", "/status"], 0)


def test_a_flask_app_is_called_without_sockets_under_virtual_time():
    """The WSGI transport: the real app, in a thread, while time stands still."""
    flask = Flask("app")

    @flask.post("/voice")
    def voice() -> Response:
        digits = request.form.get("Digits")
        twiml = (
            f"<Response><Say>You pressed {digits}</Say></Response>"
            if digits
            else '<Response><Gather numDigits="1"/></Response>'
        )
        return Response(twiml, mimetype="text/xml")

    @flask.post("/status")
    def status() -> tuple[str, int]:
        return "", 204

    async def whole() -> str:
        clock = VirtualClock()
        exchange = twin_exchange(WsgiTransport({APP: flask}, clock=clock), clock=clock)
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("gather")
        await caller.presses("4")
        heard = await caller.hears("pressed")
        await caller.ended()
        assert exchange.log.entries() == []
        await exchange.close()
        return heard

    assert asyncio.run(whole()) == "You pressed 4"


def test_a_hundred_calls_at_once_take_turns_in_virtual_time():
    """Simulations run many calls on one exchange; none disturbs another."""

    async def scenario(exchange: Exchange, app: ScriptedApp) -> tuple[set[str], int]:
        async def one(number: int) -> str:
            caller = exchange.call(to=NUMBER, from_=f"+1555{number:07}")
            await caller.meets("gather")
            await caller.silence(number / 10)
            await caller.presses(str(number % 10))
            await caller.hears(f"for {number % 10}")
            return await caller.ended()

        ends = await asyncio.gather(*(one(number) for number in range(100)))
        return set(ends), len(app.at("/voice"))

    def voice(params) -> str:
        digits = params.get("Digits")
        return (
            f"<Response><Say>for {digits}</Say></Response>"
            if digits
            else '<Response><Gather numDigits="1" timeout="60"/></Response>'
        )

    assert rehearse({"/voice": voice, "/status": ""}, scenario) == ({"completed"}, 200)

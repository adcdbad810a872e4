"""`message` and `pay` to the end of the line: flow, engine, webhooks, the real twilio client, and the real exchange.

Everything is in this process: the exchange under its virtual clock, its REST on loopback, the app behind WSGI.
"""
# ruff: noqa: E501 - a flow reads best in one line

import asyncio
import dataclasses

import pytest
from aiohttp import web
from flask import Flask

from call_flows.loader import load_texts
from callbacks.promises import Promise
from callbacks.site_policy import policy_of
from exchange.clock import VirtualClock
from exchange.config import ExchangeConfig, Number
from exchange.exchange import Exchange, Senses
from exchange.lines.inside import ScriptedPhone
from exchange.recorder import Recorder
from exchange.rest.app import add_rest
from exchange.twins import TwinEars, TwinPrompts, TwinVoice
from exchange.wire import HttpResponse
from foundation.ids import CountingIds
from ivr.confirming import Confirmations
from ivr.messages import TextMessage
from ivr.twilio_rest import TwilioCarrier
from ivr.webhooks import create_blueprint
from tests.ivr.conftest import BASE, CALLER, DIALLED, TOKEN, rows
from tests.ivr.test_verbs import PAY, PAY_SLOTS, SITE, everything

CARD = "4012888888881881"


class WsgiTransport:
    """Brings the exchange's requests to the app, without a socket between."""

    def __init__(self, client):
        self._client = client
        self.sent = []

    async def send(self, request):
        self.sent.append(f"{request.url} {request.body.decode()}")
        return await asyncio.to_thread(self._ask, request)

    def _ask(self, request):
        answer = self._client.open(
            request.url.removeprefix(BASE), method=request.method, data=request.body, headers=dict(request.headers)
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(status=answer.status_code, headers=headers, body=answer.get_data())

    async def close(self):
        """Nothing is held open."""


class House:
    """The exchange and the app, joined."""

    def __init__(self, deps, exchange, transport):
        self.deps, self.exchange, self.transport = deps, exchange, transport

    def calls(self):
        return self.exchange.call(to=DIALLED, from_=CALLER)

    async def settle(self, seconds=2.0):
        await self.exchange.clock.sleep(seconds)


@pytest.fixture
def joined(deps, tmp_path):
    """Plays a scenario on a house whose carrier is the exchange."""

    def play(nodes, scenario, header="", *, confirming=False):
        flow = f"flow: main\n{header}start: go\nnodes:\n{nodes}  bye: {{hang_up: Goodbye.}}\n"
        loaded = load_texts({"site.yaml": SITE, "flows/main.yaml": flow})
        deps.shelf.publish(loaded, tmp_path)
        if confirming:
            policy = policy_of(loaded.site)
            plan = dataclasses.replace(policy.plan("billing"), confirms=True)
            deps.callbacks.policy.replace(dataclasses.replace(policy, plans={"billing": plan}))
        return asyncio.run(_whole(deps, scenario, tmp_path))

    return play


async def _whole(deps, scenario, folder):
    site, clock = web.Application(), VirtualClock()
    app = Flask("joined")
    transport = _Working(WsgiTransport(app.test_client()), clock)
    config = ExchangeConfig(
        account_sid=deps.settings.account_sid,
        auth_token=TOKEN,
        numbers={DIALLED: _number()},
        data_dir=str(folder / "exchange"),
    )
    senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars())
    exchange = Exchange(config=config, clock=clock, ids=CountingIds(), transport=transport, senses=senses)
    add_rest(site, exchange)
    runner = web.AppRunner(site, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    settings = dataclasses.replace(deps.settings, carrier_api_url=f"http://127.0.0.1:{port}")
    deps = dataclasses.replace(deps, settings=settings, carrier=TwilioCarrier(settings))
    app.register_blueprint(create_blueprint(deps))
    try:
        return await scenario(House(deps, exchange, transport))
    finally:
        await exchange.close()
        await runner.cleanup()


def _number():
    return Number(
        voice_url=f"{BASE}/voice/incoming", fallback_url=f"{BASE}/voice/fallback", sms_url=f"{BASE}/voice/message"
    )


class _Working:
    """Holds the virtual clock while the app thinks, as a real wire does."""

    def __init__(self, transport, clock):
        self._transport, self._clock = transport, clock
        self.sent = transport.sent

    async def send(self, request):
        with self._clock.working():
            return await self._transport.send(request)

    async def close(self):
        await self._transport.close()


def test_a_message_is_read_by_the_caller_while_the_call_goes_on(joined):
    """And what becomes of it comes back to its row."""
    nodes = "  go: {message: {en-US: 'Your code is 12.', es-US: Su código es 12.}, next: sent, failed: not_sent}\n  sent: {say: We sent you the code., next: pause}\n  not_sent: {say: Not sent., next: bye}\n  pause: {wait: 5s, next: bye}\n"

    async def scenario(house):
        caller = house.calls()
        await caller.hears("We sent you the code")
        assert (await caller.meets("message"))["text"] == "Your code is 12."
        assert await caller.ended() == "completed"
        await house.settle()
        (row,) = rows(house.deps, TextMessage)
        assert (row.state, row.number, row.text) == ("delivered", CALLER, "Your code is 12.")
        assert row.carrier_sid.startswith("SM")

    joined(nodes, scenario)


CALLBACK = "  go: {callback: billing, at: ask, next: done, in_line: to_billing, declined: bye, refused: bye}\n  done: {say: We will call you then., next: bye}\n  to_billing: {queue: billing, failed: bye}\n"


def test_a_callback_is_chosen_by_voice_confirmed_by_message_and_cancelled_by_reply(joined):
    """A call, a time in one sentence, the message on the telephone, a reply from the right number and from a wrong one."""

    async def scenario(house):
        deps = house.deps
        phone = ScriptedPhone(house.exchange, CALLER)
        stranger = ScriptedPhone(house.exchange, "+12025550199")
        caller = house.calls()
        await caller.hears("We can call you on")
        await caller.presses("1")
        await caller.hears("For tomorrow, press 2")
        await caller.presses("2")
        await caller.hears("four digits")
        await caller.presses("1530")
        await caller.hears("3:30 p.m.")
        await caller.presses("1")
        await caller.hears("We will call you then")
        assert await caller.ended() == "completed"
        with house.exchange.clock.working():
            assert await asyncio.to_thread(Confirmations(deps).give) == 1
        await house.settle()
        (written,) = rows(deps, TextMessage)
        assert written.state == "delivered"
        shown = [*caller.notices, *phone.messages]
        assert any("Reply 1 to be called now, 2 to cancel." in str(notice.get("text", "")) for notice in shown)
        stranger.writes("2", to=DIALLED)
        await house.settle()
        assert [promise.state for promise in rows(deps, Promise)] == ["scheduled"]
        assert stranger.messages[-1]["text"] == "No callback is open for this number."
        phone.writes("cancel", to=DIALLED)
        await house.settle()
        assert [promise.state for promise in rows(deps, Promise)] == ["cancelled"]
        assert any(
            "Your callback is cancelled." in str(notice.get("text", ""))
            for notice in [*caller.notices, *phone.messages]
        )

    joined(CALLBACK, scenario, confirming=True)


@pytest.mark.promise(32)
def test_a_card_is_keyed_into_the_exchange_and_is_nowhere_else(joined, tmp_path, capsys):
    """The canary: database, event log, our logs, the exchange's log, its webhooks, the recording's silence."""

    async def scenario(house):
        caller = house.calls()
        await caller.hears("Your card please")
        steps = []
        for keys in (f"{CARD}#", "1230", "123#", "94105#"):
            steps.append((await caller.meets("pay-step"))["text"])
            await caller.presses(keys)
        assert steps == ["payment-card-number", "expiration-date", "security-code", "postal-code"]
        await caller.hears("Paid with 1 8 8 1|Paid with 1881|Paid with")
        recorder = house.exchange.part(Recorder)
        assert [one.state.value for one in recorder.library.recordings.values()] == ["in-progress"]
        caller.hangs_up()
        await house.settle()
        log = " ".join(f"{entry.message} {entry.url}" for entry in house.exchange.log.entries())
        told = [sent for sent in house.transport.sent if "Result=" in sent]
        assert len(told) == 1
        assert "PaymentCardNumber=xxxxxxxxxxxx1881" in told[0]
        return everything(house.deps) + log + " ".join(house.transport.sent) + str(caller.notices)

    held = joined(PAY, scenario, PAY_SLOTS)
    logged = capsys.readouterr()
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    for number in (CARD, CARD[:12], CARD[4:]):
        assert number not in held + logged.out + logged.err
        assert number.encode() not in files
    assert "1881" in held


@pytest.mark.promise(32)
def test_the_recording_is_silent_while_the_card_is_taken(joined):
    """Paused before the first digit is asked for, and on again after the last: by the flow's verb, not by an agent."""

    async def scenario(house):
        caller = house.calls()
        await caller.hears("Thank you for calling")
        await caller.presses("1")
        await caller.meets("pay-step")
        (recording,) = house.exchange.part(Recorder).library.recordings.values()
        assert recording.state.value == "paused"
        await caller.presses("*")
        await caller.hears("Still there")
        assert recording.state.value == "in-progress"
        caller.hangs_up()
        await house.settle()

    nodes = "  go: {consent: Recorded., next: hello}\n  hello: {menu: 'Thank you for calling. To pay, press 1.', options: [{press: 1, next: card}], failed: bye}\n  card: {pay: Card., next: bye, failed: still}\n  still: {menu: 'Still there? Press 1.', options: [{press: 1, next: bye}], failed: bye}\n"
    joined(nodes, scenario)

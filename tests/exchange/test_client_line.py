"""The agents' softphone endpoint: a Twilio access token opens it; it rings, accepts, rejects, and carries sound."""

import asyncio
from base64 import b64encode
from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from exchange.clock import RealClock
from exchange.config import ExchangeConfig, Number
from exchange.exchange import Senses
from exchange.lines.client import add_client_line
from exchange.mixer import tone
from exchange.server import running
from exchange.twins import TwinEars, TwinPrompts, TwinVoice

ACCOUNT, KEY, SECRET = "AC" + "0" * 32, "SK" + "2" * 32, "a secret of thirty-two characters!"
NUMBER = "+15550001000"


def token(identity="ada", *, secret=SECRET, ttl=3600, grant=None):
    made = AccessToken(ACCOUNT, KEY, secret, identity=identity, ttl=ttl)
    made.add_grant(grant or VoiceGrant(incoming_allow=True, outgoing_application_sid="AP1"))
    return made.to_jwt()


class App:
    """The app, on loopback: answers by path with TwiML."""

    def __init__(self, **documents):
        self.documents = documents
        self.asked = []

    async def serve(self, request):
        self.asked.append((request.path, dict(await request.post())))
        return web.Response(text=self.documents.get(request.path[1:], "<Response/>"), content_type="text/xml")


@asynccontextmanager
async def exchange_with(app, **numbers):
    """A served exchange in real time, whose numbers ask the app."""
    site = web.Application()
    site.router.add_route("*", "/{path}", app.serve)
    runner = web.AppRunner(site, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    app.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    dialled = {NUMBER: Number(voice_url=f"{app.url}/voice"), "app:AP1": Number(voice_url=f"{app.url}/outgoing")}
    config = ExchangeConfig(port=0, numbers=dialled, api_key_sid=KEY, api_key_secret=SECRET, data_dir="")
    senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars())
    try:
        async with running(config, clock=RealClock(), senses=senses) as exchange:
            yield exchange
    finally:
        await runner.cleanup()


class Softphone:
    """A client's WebSocket, as a browser has it."""

    def __init__(self, socket):
        self.socket = socket
        self.heard = bytearray()

    async def meets(self, kind):
        """The next message of that kind; sound is kept on the way."""
        async with asyncio.timeout(10):
            while True:
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.BINARY:
                    self.heard += message.data
                elif message.type is aiohttp.WSMsgType.TEXT:
                    if message.json()["type"] == kind:
                        return message.json()
                else:
                    raise AssertionError(f"the socket closed ({message.data}) before {kind}")

    async def hears(self, frame):
        """Wait until that frame is heard."""
        async with asyncio.timeout(10):
            while frame not in self.heard:
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.BINARY:
                    self.heard += message.data


@asynccontextmanager
async def softphone(exchange, text, path="/lines/client"):
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{exchange.config.base_url}{path}?token={text}") as socket,
    ):
        yield Softphone(socket)


def departure(exchange):
    """An event that is set when somebody has left the directory."""
    gone, unregister = asyncio.Event(), exchange.directory.unregister

    def leave(address, endpoint):
        unregister(address, endpoint)
        gone.set()

    exchange.directory = SimpleNamespace(
        register=exchange.directory.register,
        unregister=leave,
        find=exchange.directory.find,
        addresses=exchange.directory.addresses,
        read_at=exchange.directory.read_at,
        read_no_more=exchange.directory.read_no_more,
    )
    return gone


async def say(phone, frame, times=10):
    for _ in range(times):
        await phone.socket.send_bytes(frame)


def test_an_agent_is_rung_with_parameters_accepts_and_talks_in_real_time():
    """The desk's softphone: registered by its token, rung as client:ada, sound both ways through a conference."""
    room = "<Response><Dial><Conference beep='false' waitUrl=''>room</Conference></Dial></Response>"
    app = App(voice=room, agent=room)
    caller_says, agent_says = tone(500, milliseconds=20), tone(900, milliseconds=20)

    async def scenario():
        async with (
            exchange_with(app) as exchange,
            softphone(exchange, token()) as agent,
            softphone(exchange, "", "/lines/phone") as caller,
        ):
            assert await agent.meets("registered") == {"type": "registered", "identity": "ada"}
            await caller.socket.send_json({"type": "dial", "to": NUMBER, "from": "+15557654321"})
            await caller.meets("answered")
            login = b64encode(f"{ACCOUNT}:{exchange.config.auth_token}".encode()).decode()
            headers = {"Authorization": f"Basic {login}"}
            calls = f"{exchange.config.base_url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
            form = {"To": "client:ada?reservation=WR1", "From": NUMBER, "Url": f"{app.url}/agent"}
            async with aiohttp.ClientSession(headers=headers) as session, session.post(calls, data=form) as answer:
                assert answer.status == 201
            incoming = await agent.meets("incoming")
            await agent.socket.send_json({"type": "accept"})
            await agent.meets("answered")
            await agent.meets("cue")
            await say(caller, caller_says)
            await agent.hears(caller_says)
            await say(agent, agent_says)
            await caller.hears(agent_says)
            await agent.socket.send_json({"type": "hangup"})
            return incoming, await agent.meets("ended")

    incoming, ended = asyncio.run(scenario())
    assert (incoming["from"], incoming["parameters"]) == (NUMBER, {"reservation": "WR1"})
    assert ended["status"] == "completed"


def test_an_agent_who_rejects_is_busy():
    """Reject is the busy signal: DialCallStatus busy."""
    app = App(voice="<Response><Dial action='/over'><Client>ada</Client></Dial></Response>")

    async def scenario():
        async with (
            exchange_with(app) as exchange,
            softphone(exchange, token()) as agent,
            softphone(exchange, "", "/lines/phone") as caller,
        ):
            await agent.meets("registered")
            await caller.socket.send_json({"type": "dial", "to": NUMBER})
            await agent.meets("incoming")
            await agent.socket.send_json({"type": "reject"})
            await caller.meets("ended")

    asyncio.run(scenario())
    assert dict(app.asked)["/over"]["DialCallStatus"] == "busy"


def test_a_newer_registration_takes_the_place_of_the_older():
    """One softphone a name: after a reload of the desk's page the new one rings, and the old one alone is told."""
    app = App(voice="<Response><Dial><Client>ada</Client></Dial></Response>")

    async def scenario():
        async with (
            exchange_with(app) as exchange,
            softphone(exchange, token()) as older,
            softphone(exchange, "", "/lines/phone") as caller,
        ):
            await older.meets("registered")
            async with softphone(exchange, token()) as newer:
                await newer.meets("registered")
                replaced = await older.meets("replaced")
                assert (await older.socket.receive()).type is aiohttp.WSMsgType.CLOSE
                await caller.socket.send_json({"type": "dial", "to": NUMBER})
                await newer.meets("incoming")
                return replaced, exchange.directory.addresses()

    replaced, addresses = asyncio.run(scenario())
    assert replaced == {"type": "replaced", "identity": "ada"}
    assert addresses == ["client:ada"]


def test_who_closes_the_softphone_is_reachable_no_more():
    """No ghost rings: <Dial> of a client that is gone says no-answer at once."""
    app = App(voice="<Response><Dial action='/over'><Client>ada</Client></Dial></Response>")

    async def scenario():
        async with exchange_with(app) as exchange, softphone(exchange, "", "/lines/phone") as caller:
            gone = departure(exchange)
            async with softphone(exchange, token()) as agent:
                await agent.meets("registered")
            await gone.wait()
            await caller.socket.send_json({"type": "dial", "to": NUMBER})
            await caller.meets("ended")

    asyncio.run(scenario())
    assert dict(app.asked)["/over"]["DialCallStatus"] == "no-answer"


def test_a_client_calls_out_through_the_application_of_its_token():
    """Twilio: Device.connect({params}): From=client:ada, ApplicationSid and the parameters reach the app."""
    app = App(outgoing="<Response><Say>connecting</Say></Response>")

    async def scenario():
        async with exchange_with(app) as exchange, softphone(exchange, token()) as agent:
            await agent.meets("registered")
            await agent.socket.send_json({"type": "dial", "parameters": {"customer": "+15550002000"}})
            await agent.meets("answered")
            await agent.meets("ended")

    asyncio.run(scenario())
    path, asked = app.asked[0]
    assert (path, asked["From"], asked["ApplicationSid"], asked["customer"]) == (
        "/outgoing",
        "client:ada",
        "AP1",
        "+15550002000",
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [("", 20101), (token(secret="x" * 32), 20107), (token(ttl=-10), 20104)],
    ids=["none", "forged", "expired"],
)
def test_a_bad_token_is_told_why_and_shown_out(text, code):
    """A browser sees no HTTP status of a WebSocket: the reason comes as a message, then 1008."""

    async def scenario():
        async with exchange_with(App()) as exchange, softphone(exchange, text) as stranger:
            refused = await stranger.meets("error")
            closed = await stranger.socket.receive()
            return refused, closed.data, exchange.directory.addresses()

    refused, close, addresses = asyncio.run(scenario())
    assert (refused["code"], close, addresses) == (code, 1008, [])


def test_messages_that_are_not_a_clients_are_answered_with_an_error():
    """A client neither registers a number nor says nonsense; its socket stays open."""

    async def scenario():
        async with exchange_with(App()) as exchange, softphone(exchange, token(grant=VoiceGrant())) as agent:
            await agent.meets("registered")
            for text in ('{"type": "register", "number": "+1555"}', "nonsense", '{"type": "dial"}', "[1]"):
                await agent.socket.send_str(text)
                await agent.meets("error")
            return exchange.directory.addresses()

    assert asyncio.run(scenario()) == []


def test_a_client_whose_token_has_expired_rings_no_more(on_rig):
    """Expiry counts by the exchange's clock: an hour later, in no time, the softphone is not rung and told why."""

    async def scenario(rig):
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{rig.base}/lines/client?token={token(ttl=10**9)}") as socket,
        ):
            assert (await socket.receive_json())["type"] == "registered"
            station = rig.exchange.directory.find("client:ada")
            await rig.settle(2 * 10**9)
            assert not station().wants_sound
            return (await socket.receive_json())["type"], rig.exchange.directory.addresses()

    def serve(site, exchange):
        exchange.config = ExchangeConfig(api_key_sid=KEY, api_key_secret=SECRET, data_dir="")
        exchange.clock._start = RealClock().now()
        add_client_line(site, exchange)

    assert on_rig({}, scenario, serve=serve) == ("unregistered", [])

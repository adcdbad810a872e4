"""The exchange on its port: phones over WebSocket, who may use them, and errors that say what to do."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from exchange.__main__ import main
from exchange.calls import Outgoing
from exchange.config import ConfigRefused, ExchangeConfig, Number, load_config, make_config
from exchange.exchange import Exchange, Senses
from exchange.lines.phone import refuse_stranger
from exchange.lines.remote import RemotePhone, remote_phone
from exchange.server import running
from exchange.twiml.verb import Inline
from exchange.twins import TwinEars, TwinPrompts, TwinVoice, sound_as_words
from foundation.errors import ServiceUnavailable

NUMBER, ME = "+15550001000", "+15557654321"
GATHER = '<Gather input="dtmf speech" numDigits="1" speechTimeout="auto" action="/menu">'
MENU = f"<Response>{GATHER}<Say>Press or say</Say></Gather></Response>"


async def app_on_a_port(answers: dict[str, str], seen: list[dict[str, str]]) -> tuple[web.AppRunner, str]:
    async def answer(request: web.Request) -> web.Response:
        form = await request.post()
        seen.append({"path": request.path, **{name: str(form[name]) for name in form}})
        return web.Response(text=answers.get(request.path, ""), content_type="text/xml")

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


def serve(tmp_path, scenario: Callable[[Exchange, list[dict[str, str]]], Awaitable[None]], **changed: object) -> None:
    """An app and an exchange on loopback ports, with twins for voice and ears, in real time."""

    async def whole() -> None:
        seen: list[dict[str, str]] = []
        answers = {"/voice": MENU, "/menu": "<Response><Say>Thank you</Say></Response>"}
        runner, url = await app_on_a_port(answers, seen)
        numbers = {NUMBER: Number(voice_url=f"{url}/voice", status_callback=f"{url}/status")}
        config = ExchangeConfig(port=0, data_dir=str(tmp_path), numbers=numbers, **changed)
        senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars())
        try:
            async with running(config, senses=senses) as exchange:
                await scenario(exchange, seen)
        finally:
            await runner.cleanup()

    asyncio.run(whole())


async def everything(socket: aiohttp.ClientWebSocketResponse) -> list[dict[str, str]]:
    return [json.loads(message.data) async for message in socket if message.type is aiohttp.WSMsgType.TEXT]


def line(exchange: Exchange) -> str:
    return exchange.config.base_url.replace("http", "ws", 1) + "/lines/phone"


def phone(exchange: Exchange) -> AbstractAsyncContextManager[RemotePhone]:
    return remote_phone(line(exchange), voice=TwinVoice())


def test_a_phone_calls_over_the_socket_hears_and_speaks(tmp_path):
    """The same scripted caller as in virtual time, over the real WebSocket: keys, sound both ways, cues, the end."""

    async def scenario(exchange: Exchange, seen: list[dict[str, str]]) -> None:
        async with phone(exchange) as connected:
            caller = connected.calls(to=NUMBER, from_=ME)
            await caller.hears("Press or say")
            await caller.silence(0.3)
            await caller.says("billing")
            await caller.hears("Thank you")
            assert await caller.ended() == "completed"
            kinds = [one["type"] for one in caller.notices if one["type"] != "cue"]
            assert kinds == ["ringing", "answered", "heard", "ended"]
            assert "Press or say" in sound_as_words(bytes(connected.sound_heard))
        menu = next(one for one in seen if one["path"] == "/menu")
        assert menu["SpeechResult"] == "billing"

    serve(tmp_path, scenario)


def test_a_phone_that_goes_away_has_hung_up(tmp_path):
    """A closed tab ends the call, and the app is told."""

    async def scenario(exchange: Exchange, _seen: list[dict[str, str]]) -> None:
        async with phone(exchange) as connected:
            caller = connected.calls(to=NUMBER, from_=ME)
            await caller.meets("gather")
            leg = exchange.leg(caller.sid)
        await asyncio.wait_for(leg.over.wait(), 5)
        assert leg.status == "completed"

    serve(tmp_path, scenario)


def test_a_registered_phone_rings_and_answers(tmp_path):
    """Callbacks ring a phone that has registered its number."""

    async def scenario(exchange: Exchange, _seen: list[dict[str, str]]) -> None:
        async with phone(exchange) as connected:
            await connected.registers(ME)
            exchange.dial(
                Outgoing(to=ME, from_=NUMBER, source=Inline("<Response><Say>It is your turn</Say></Response>"))
            )
            callee = await connected.rings()
            incoming = callee.notices[0]
            assert (incoming["from"], incoming["callSid"]) == (NUMBER, callee.sid)
            callee.accepts()
            await callee.hears("your turn")
            assert await callee.ended() == "completed"
        assert exchange.directory.addresses() == [ME] or exchange.directory.addresses() == []

    serve(tmp_path, scenario)


def test_what_a_phone_sends_wrongly_is_answered_with_an_error(tmp_path):
    """Bad JSON, an unknown type, a digit without a call, a second call: a sentence or nothing, never a crash."""

    async def scenario(exchange: Exchange, _seen: list[dict[str, str]]) -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(line(exchange)) as socket:
            for nonsense in ("{", "[]", '{"type":"sing"}', '{"type":"dial"}', '{"type":"register","number":5}'):
                await socket.send_str(nonsense)
                answer = json.loads((await socket.receive(5)).data)
                assert answer["type"] == "error"
                assert "dial" in answer["message"]
            await socket.send_bytes(b"\x00" * 37)
            await socket.send_str('{"type":"digit","digit":"1"}')
            await socket.send_str(json.dumps({"type": "dial", "to": NUMBER}))
            assert json.loads((await socket.receive(5)).data)["type"] == "ringing"
            await socket.send_str(json.dumps({"type": "dial", "to": NUMBER}))
            while True:
                received = await socket.receive(5)
                if received.type is aiohttp.WSMsgType.TEXT and json.loads(received.data)["type"] == "error":
                    break

    serve(tmp_path, scenario)


def test_a_phone_that_wants_no_sound_gets_none(tmp_path):
    """{"type": "listen", "audio": false}: cues alone."""

    async def scenario(exchange: Exchange, _seen: list[dict[str, str]]) -> None:
        async with remote_phone(line(exchange), voice=TwinVoice(), listens=False) as connected:
            caller = connected.calls(to=NUMBER, from_=ME)
            await caller.hears("Press or say")
            await caller.presses("1")
            await caller.ended()
            assert connected.sound_heard == b""

    serve(tmp_path, scenario)


def test_a_phone_in_a_call_is_told_when_the_exchange_shuts_down(tmp_path):
    """The call ends, then the socket, and nobody waits for a timeout."""

    async def whole() -> tuple[str, int]:
        seen: list[dict[str, str]] = []
        runner, url = await app_on_a_port({"/voice": MENU}, seen)
        config = ExchangeConfig(port=0, data_dir=str(tmp_path), numbers={NUMBER: Number(voice_url=f"{url}/voice")})
        senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars())
        async with aiohttp.ClientSession() as session:
            async with running(config, senses=senses) as exchange:
                socket = await session.ws_connect(line(exchange))
                await socket.send_str(json.dumps({"type": "dial", "to": NUMBER}))
                await socket.receive(5)
                reading = asyncio.create_task(everything(socket))
            told = await reading
            await runner.cleanup()
        return told[-1]["status"], socket.close_code

    assert asyncio.run(whole()) == ("completed", 1001)


@pytest.mark.parametrize(
    ("changed", "query", "origin", "status"),
    [
        pytest.param({}, "", "", 101, id="this machine"),
        pytest.param({}, "", "https://evil.example", 403, id="a page of another site"),
        pytest.param({}, "", "http://localhost:8080", 101, id="a page of this machine"),
        pytest.param({"phone_password": "p"}, "", "", 403, id="no password"),
        pytest.param({"phone_password": "p"}, "?password=p", "", 101, id="the password"),
    ],
)
def test_who_may_use_a_phone(tmp_path, changed: dict[str, str], query: str, origin: str, status: int):
    """Loopback only, unless a password is set; a foreign page in the user's browser never."""

    async def scenario(exchange: Exchange, _seen: list[dict[str, str]]) -> None:
        headers = {"Origin": origin} if origin else {}
        async with aiohttp.ClientSession() as session:
            if status == 101:
                async with session.ws_connect(line(exchange) + query, headers=headers) as socket:
                    assert not socket.closed
                return
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(line(exchange) + query, headers=headers)
            assert refused.value.status == status

    serve(tmp_path, scenario, **changed)


def test_strangers_from_elsewhere_are_refused_without_a_password():
    """The address of the peer decides, not what it says of itself."""
    from aiohttp.test_utils import make_mocked_request

    class Peer:
        def get_extra_info(self, name: str, default: object = None) -> object:
            return ("203.0.113.9", 5) if name == "peername" else default

        def is_closing(self) -> bool:
            return False

    request = make_mocked_request("GET", "/lines/phone", headers={"Host": "localhost"}, transport=Peer())
    with pytest.raises(web.HTTPForbidden, match="Forbidden"):
        refuse_stranger(request, password="")


def test_a_port_in_use_is_one_sentence_that_says_what_to_do(tmp_path):
    """Nobody should read a traceback to learn that another exchange runs."""

    async def scenario(exchange: Exchange, _seen: list[dict[str, str]]) -> None:
        senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars())
        with pytest.raises(ServiceUnavailable, match=r"the port is in use .*another port"):
            async with running(replace(exchange.config), senses=senses):
                pass

    serve(tmp_path, scenario)


def test_the_command_says_what_is_wrong_with_its_configuration(tmp_path, capsys):
    """One sentence on standard error and exit code 1."""
    missing = tmp_path / "none.json"
    assert main(["--config", str(missing)]) == 1
    assert "cannot be read" in capsys.readouterr().err
    config = tmp_path / "exchange.json"
    config.write_text("{")
    assert main(["--config", str(config)]) == 1
    assert "not JSON" in capsys.readouterr().err
    blocked = tmp_path / "file"
    blocked.write_text("")
    config.write_text(json.dumps({"port": 1, "data_dir": str(blocked / "inside")}))
    assert main(["--config", str(config)]) == 1
    assert "recordings cannot be written" in capsys.readouterr().err


def test_all_that_is_wrong_with_a_configuration_is_said_at_once(tmp_path):
    """Several mistakes, one message."""
    with pytest.raises(ConfigRefused) as refused:
        make_config({"prot": 1, "port": "x", "numbers": {"+1": {"voice": "y"}}, "faults": {"drop": "often"}})
    for words in ("'prot'; did you mean 'port'?", "port is 'x'", "numbers.+1", "faults.drop is 'often'"):
        assert words in str(refused.value)
    file = tmp_path / "good.json"
    good = {"port": 9000, "numbers": {"+1": {"voice_url": "http://app.test/voice"}}, "faults": {"duplicate": 0.5}}
    file.write_text(json.dumps(good))
    assert load_config(file).base_url == "http://127.0.0.1:9000"
    assert load_config(file).numbers["+1"].voice_method == "POST"
    assert load_config(file).faults.duplicate == 0.5

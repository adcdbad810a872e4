"""`callwright call` against a real exchange on a real port, with a small app behind it that answers in TwiML."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from aiohttp import web
from typer.testing import CliRunner, Result

from console.cli import call as command
from console.cli.call_steps import Press, Say, Silence, seconds
from exchange.config import ExchangeConfig, Number
from exchange.server import running

MENU, ECHO, RECORDING, BUSY = "+12025550100", "+12025550101", "+12025550102", "+12025550103"
SPEECH = Path(__file__).parents[1] / "data" / "speech"

DOCUMENTS = {
    "/menu": ('<Response><Gather numDigits="1" action="/chosen"><Say>For billing, press 1.</Say></Gather></Response>'),
    "/chosen": "<Response><Say>You pressed {Digits}.</Say><Hangup/></Response>",
    "/echo": (
        '<Response><Gather input="speech" speechTimeout="auto" hints="balance,billing,computer" action="/said">'
        "<Say>Say a word.</Say></Gather><Say>Nothing heard.</Say></Response>"
    ),
    "/said": "<Response><Say>You said {SpeechResult}.</Say></Response>",
    "/record": '<Response><Record maxLength="3" action="/taken"/></Response>',
    "/taken": "<Response><Say>Taken.</Say></Response>",
    "/busy": '<Response><Reject reason="busy"/></Response>',
}


async def _app() -> tuple[web.AppRunner, str]:
    async def answer(request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        return web.Response(text=DOCUMENTS[request.path].format_map(form), content_type="text/xml")

    app = web.Application()
    for path in DOCUMENTS:
        app.router.add_post(path, answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    return runner, f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="module")
def exchange_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running exchange with four numbers."""
    ready: list[str] = []
    started = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def whole() -> None:
        runner, app = await _app()
        paths = {MENU: "/menu", ECHO: "/echo", RECORDING: "/record", BUSY: "/busy"}
        config = ExchangeConfig(
            port=0,
            data_dir=str(tmp_path_factory.mktemp("exchange")),
            numbers={number: Number(voice_url=app + path) for number, path in paths.items()},
        )
        async with running(config) as exchange:
            ready.append(exchange.config.base_url)
            started.set()
            await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(whole()), daemon=True)
    thread.start()
    assert started.wait(20), "the exchange did not start"
    yield ready[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


def callwright(*arguments: str) -> Result:
    app = typer.Typer()
    app.command("call", cls=command.InOrder)(command.call)
    return CliRunner().invoke(app, list(arguments))


def events(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_call_is_shown_as_it_happens(exchange_url: str) -> None:
    """One line an event: time, who, what."""
    result = callwright(MENU, "--press", "1", "--expect", "you pressed 1", "--exchange", exchange_url)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert all(line[0].startswith("0:") for line in lines)
    happened = [" ".join(line[1:3]) for line in lines]
    assert happened[:4] == ["you calls", "exchange rings", "exchange answers", "exchange listens"]
    assert happened[-1] == "exchange ends"
    assert "you press" in happened
    assert "For billing, press 1." in result.stdout


def test_words_spoken_by_the_synthesiser_are_heard(exchange_url: str) -> None:
    """--say goes through the line as sound and comes back as text."""
    result = callwright(ECHO, "--say", "billing", "--expect", "you said billing", "--json", "--exchange", exchange_url)
    assert result.exit_code == 0, result.output
    assert {"who": "exchange", "what": "heard", "text": "“billing”"}.items() <= next(
        event for event in events(result) if event["what"] == "heard"
    ).items()


def test_a_recorded_voice_is_heard(exchange_url: str) -> None:
    """--audio plays a file: recorded human speech."""
    file = str(SPEECH / "word_computer.wav")
    result = callwright(ECHO, "--audio", file, "--expect", "you said computer", "--exchange", exchange_url)
    assert result.exit_code == 0, result.output


def test_a_message_is_spoken_after_the_beep(exchange_url: str) -> None:
    """A recording is a question too."""
    result = callwright(RECORDING, "--say", "hello, this is a message", "--expect", "taken", "--exchange", exchange_url)
    assert result.exit_code == 0, result.output


def test_an_expectation_that_fails_is_one_sentence(exchange_url: str) -> None:
    """What was waited for, how it ended, and what was said last."""
    result = callwright(MENU, "--press", "2", "--expect", "goodbye", "--exchange", exchange_url)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "/goodbye/" in result.stderr
    assert "You pressed 2." in result.stderr


def test_patience_ends(exchange_url: str) -> None:
    """A script never waits for ever."""
    result = callwright(MENU, "--expect", "goodbye", "--patience", "200ms", "--exchange", exchange_url)
    assert result.exit_code == 1
    assert "within 0.2 s" in result.stderr


def test_a_refused_call_is_told(exchange_url: str) -> None:
    """Busy is not an answer."""
    result = callwright(BUSY, "--exchange", exchange_url)
    assert result.exit_code == 1
    assert "busy" in result.stderr


def test_a_number_the_exchange_has_not_is_told(exchange_url: str) -> None:
    """The most frequent mistake of all."""
    result = callwright("+12025559999", "--exchange", exchange_url)
    assert result.exit_code == 1
    assert result.stderr.startswith("Nobody answered")


def test_no_exchange_says_how_to_start_one() -> None:
    """One sentence, not a stack of frames."""
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    result = callwright(MENU, "--exchange", f"http://127.0.0.1:{port}")
    assert result.exit_code == 1
    assert result.stderr == f"No exchange answers at http://127.0.0.1:{port}: start it with callwright up.\n"


def test_the_caller_may_hang_up_first(exchange_url: str) -> None:
    """--hang-up is a step like any other."""
    result = callwright(ECHO, "--expect", "say a word", "--hang-up", "--json", "--exchange", exchange_url)
    assert result.exit_code == 0, result.output
    assert [event["what"] for event in events(result)][-2:] == ["hang up", "ends"]


def test_steps_are_done_in_the_order_of_the_command_line() -> None:
    """The parser would sort them by option; a call is a story."""
    app = typer.Typer()
    seen: list[object] = []

    @app.command("call", cls=command.InOrder)
    def call(ctx: typer.Context, to: str, press: list[str] = [], say: list[str] = [], silence: list[str] = []) -> None:  # noqa: B006
        seen.extend(command.call_steps.steps_of(ctx))

    result = CliRunner().invoke(
        app, ["--press", "1", "--say=hello", MENU, "--press=2", "--silence", "2s", "--say", "--press"]
    )
    assert result.exit_code == 0, result.output
    assert seen == [Press("1"), Say("hello"), Press("2"), Silence(2.0), Say("--press")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--press", "12a"], "are not keys"),
        (["--silence", "2"], "500ms, 2s or 1m"),
        (["--audio", "nowhere.wav"], "is not a file"),
        (["--expect", "("], "not a regular expression"),
        (["--patience", "soon"], "is not a duration"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_before_the_call(arguments: list[str], words: str) -> None:
    """Nobody is rung for a typing mistake."""
    result = callwright(MENU, *arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.replace("│", " ").split())


def test_durations_carry_a_unit() -> None:
    """As everywhere in the house."""
    assert (seconds("500ms"), seconds("2s"), seconds("1.5s"), seconds("2m")) == (0.5, 2.0, 1.5, 120.0)

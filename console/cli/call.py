"""`callwright call`: a telephone on the terminal, which does its steps in order and shows the call as it happens."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli import call_steps
from console.cli.call_printing import Printer, as_json, as_lines
from console.cli.call_steps import InOrder

if TYPE_CHECKING:
    from console.cli.call_script import Script

__all__ = ["InOrder", "call"]

_STEPS = "Steps, done in this order"
_INTERRUPTED = 130
_EXCHANGE = "http://127.0.0.1:8090"

Words = list[str] | None


def _step(help_: str, metavar: str) -> Any:
    return typer.Option(help=help_, metavar=metavar, rich_help_panel=_STEPS)


Press = Annotated[Words, _step("Press these keys when asked.", "KEYS")]
Say = Annotated[Words, _step("Speak these words when asked.", "TEXT")]
Audio = Annotated[Words, _step("Play a sound file into the line.", "FILE")]
Silence = Annotated[Words, _step("Say nothing for so long: 2s, 500ms.", "TIME")]
Expect = Annotated[Words, _step("Wait until this is said; else fail.", "REGEX")]
HangUp = Annotated[bool, typer.Option("--hang-up", help="Hang up.", rich_help_panel=_STEPS)]


def call(
    ctx: typer.Context,
    to: Annotated[str, typer.Argument(help="The number to call, such as +12025550100.")],
    *,
    press: Press = None,
    say: Say = None,
    audio: Audio = None,
    silence: Silence = None,
    expect: Expect = None,
    hang_up: HangUp = False,
    from_: Annotated[str, typer.Option("--from", help="The number you call from.")] = "+12025550142",
    voice: Annotated[str, typer.Option(help="Who speaks for --say: man or woman.")] = "man",
    language: Annotated[str, typer.Option(help="The language --say is spoken in.")] = "en-US",
    patience: Annotated[str, typer.Option(help="How long a step waits for its moment.", metavar="TIME")] = "60s",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
    exchange: Annotated[str, typer.Option(help="The exchange's address.", envvar="EXCHANGE_URL")] = _EXCHANGE,
) -> None:
    """Call a number of the exchange from the terminal; the call is printed as it happens, one line an event.

    --press, --say and --audio wait until the exchange listens, or a person is connected; --expect waits for words.

    After the last step you stay on the line until the other side hangs up.

    Ends with 1 when an expectation fails, the call is refused, or no exchange answers.
    """
    del press, say, audio, silence, expect, hang_up  # described here; read in their order by call_steps
    from console.cli.call_script import Script

    steps = tuple(call_steps.steps_of(ctx))
    script = Script(
        to=to, from_=from_, steps=steps, patience=call_steps.seconds(patience), voice=voice, language=language
    )
    _run(script, exchange, as_json(sys.stdout) if json else as_lines(sys.stdout))


def _run(script: "Script", exchange: str, printer: Printer) -> None:
    """Make the call; leave with 1 and one sentence on standard error when it did not go as scripted."""
    from console.cli.call_script import run_call
    from exchange.ports import SoundUnavailable

    try:
        failure = asyncio.run(run_call(script, exchange, printer))
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None
    except SoundUnavailable as problem:
        failure = str(problem)
    if failure:
        typer.echo(failure, err=True)
        raise typer.Exit(1)

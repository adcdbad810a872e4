"""`callwright call`: a telephone on the terminal, which does its steps in order and shows the call as it happens."""

import asyncio
import sys
from typing import Annotated

import typer

from console.cli import call_steps
from console.cli.call_printing import Printer, as_json, as_lines
from console.cli.call_steps import InOrder

__all__ = ["InOrder", "call"]

_STEPS = "Steps, done in this order"
_INTERRUPTED = 130

Words = list[str]


def call(
    ctx: typer.Context,
    to: Annotated[str, typer.Argument(help="The number to call, such as +12025550100.")],
    *,
    press: Annotated[Words | None, typer.Option(help="Press these keys when asked.", rich_help_panel=_STEPS)] = None,
    say: Annotated[Words | None, typer.Option(help="Speak these words when asked.", rich_help_panel=_STEPS)] = None,
    audio: Annotated[
        Words | None, typer.Option(help="Play a sound file into the line.", metavar="FILE", rich_help_panel=_STEPS)
    ] = None,
    silence: Annotated[
        Words | None, typer.Option(help="Say nothing for so long: 2s, 500ms.", metavar="TIME", rich_help_panel=_STEPS)
    ] = None,
    expect: Annotated[
        Words | None,
        typer.Option(help="Wait until this is said; else fail.", metavar="REGEX", rich_help_panel=_STEPS),
    ] = None,
    hang_up: Annotated[bool, typer.Option("--hang-up", help="Hang up.", rich_help_panel=_STEPS)] = False,
    from_: Annotated[str, typer.Option("--from", help="The number you call from.")] = "+12025550142",
    voice: Annotated[str, typer.Option(help="Who speaks for --say: man or woman.")] = "man",
    language: Annotated[str, typer.Option(help="The language --say is spoken in.")] = "en-US",
    patience: Annotated[str, typer.Option(help="How long a step waits for its moment.", metavar="TIME")] = "60s",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
    exchange: Annotated[
        str, typer.Option(help="Where the exchange is.", envvar="EXCHANGE_URL")
    ] = "http://127.0.0.1:8090",
) -> None:
    """Call a number of the exchange from the terminal; the call is printed as it happens, one line an event.

    --press, --say and --audio wait until the exchange listens, or a person is connected; --expect waits for words.

    After the last step you stay on the line until the other side hangs up.

    Ends with 1 when an expectation fails, the call is refused, or no exchange answers.
    """
    del press, say, audio, silence, expect, hang_up  # described here; read in their order by call_steps
    from console.cli.call_script import Script, run_call
    from exchange.ports import SoundUnavailable

    script = Script(
        to=to,
        from_=from_,
        steps=tuple(call_steps.steps_of(ctx)),
        patience=call_steps.seconds(patience),
        voice=voice,
        language=language,
    )
    printer: Printer = as_json(sys.stdout) if json else as_lines(sys.stdout)
    try:
        failure = asyncio.run(run_call(script, exchange, printer))
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None
    except SoundUnavailable as problem:
        failure = str(problem)
    if failure:
        typer.echo(failure, err=True)
        raise typer.Exit(1)

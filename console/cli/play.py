"""`callwright play`: talk to a call flow in the terminal, with keys and words, without a telephone."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def play(
    site: Annotated[Path, typer.Argument(help="The folder of a site.")],
    *,
    flow: Annotated[str, typer.Option(help="The flow to talk to.", show_default="that of the first number")] = "",
    at: Annotated[
        str, typer.Option(help="The moment, such as 2026-03-02T10:00.", show_default="now", metavar="MOMENT")
    ] = "",
    from_: Annotated[str, typer.Option("--from", help="The number you call from, or `withheld`.")] = "+12025550142",
    to: Annotated[str, typer.Option(help="The number you call.", show_default="the flow's first")] = "",
    language: Annotated[str, typer.Option(help="The language to begin in.", show_default="the number's")] = "",
    mocks: Annotated[
        Path | None,
        typer.Option(
            help="A test file whose `given` and `mock` hold here.", metavar="FILE", show_default="real web services"
        ),
    ] = None,
    test: Annotated[str, typer.Option("-k", help="The test in that file, by words of its name.")] = "",
    twiml: Annotated[bool, typer.Option("--twiml", help="Show the TwiML of each step.")] = False,
) -> None:
    """Talk to a call flow: type keys or words, and see what a caller hears, the slots and the queue.

    A line of keys is pressed, any other line is spoken, an empty line is silence; :help tells what else there is.

    Reads from a pipe too, one line a turn.
    """
    from console.cli.play_setting import Setting, set_up
    from console.cli.play_table import Table

    setting = Setting(site, flow, at, from_, to, language, mocks, test)
    Table(set_up(setting), sys.stdout, twiml=twiml).play(sys.stdin)

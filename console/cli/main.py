"""The `callwright` command: every part of the house by name."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from console.cli import (
    call,
    calls,
    check,
    db,
    diff,
    dnc,
    draw,
    emergency,
    erase,
    importing,
    models,
    new,
    people,
    play,
    publish,
    rebuild,
    recordings,
    replay,
    retention,
    simulate,
    test,
    transcribe,
    why,
)
from foundation.errors import CallwrightError, SettingsRefused

app = typer.Typer(
    name="callwright",
    help="A contact centre kept in git: call flows in YAML, fair queues, live transcripts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models.app, name="models", help="The speech models that listen: list, get, check.")
app.add_typer(db.app, name="db", help="The database's tables: upgrade, downgrade, current.")
app.add_typer(people.app, name="user", help="Who may log in: add, list, password.")
app.add_typer(dnc.app, name="dnc", help="Numbers that are never called back: add, remove, list, import.")
app.add_typer(emergency.app, name="emergency", help="Opening hours switched to emergency: on, off, list.")
app.add_typer(importing.app, name="import", help="Flows of other systems made into sites: studio, twiml.")
app.add_typer(calls.app, name="calls", help="The calls of the past: export.")
app.add_typer(recordings.app, name="recordings", help="How recordings stand, and the keys that lock them.")
app.command("erase")(erase.erase)
app.command("export-person")(erase.export_person)
app.command("hold")(retention.hold)
app.command("release")(retention.release)
app.command("holds")(retention.held)
app.command("check")(check.check)
app.command()(new.new)
app.command()(publish.publish)
app.command()(publish.versions)
app.command()(publish.rollback)
app.command()(diff.diff)
app.command()(replay.replay)
app.command("why")(why.why)
app.command("rebuild")(rebuild.rebuild)
app.command("call", cls=call.InOrder)(call.call)
app.command("test")(test.run)
app.command("transcribe")(transcribe.transcribe)
app.command("play")(play.play)
app.command("draw")(draw.draw)
app.command("simulate")(simulate.simulate)


@app.command()
def up(
    *,
    site: Annotated[
        Path | None,
        typer.Option(help="The folder of the site to run, or bank, clinic, utility.", show_default="bank"),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="What is saved in the folder goes live once in order.")
    ] = False,
) -> None:
    """Start everything on this machine with nothing installed beforehand, and print where to click."""
    from console.up import up as start

    raise typer.Exit(start(site, watch=watch))


@app.command()
def web() -> None:
    """The web app: webhooks, pages, live events (gunicorn, threads)."""
    from console.processes import run_web

    run_web()


@app.command()
def media() -> None:
    """The media process: streams of sound in, words out."""
    from console.processes import run_media

    run_media()


@app.command()
def worker() -> None:
    """Work that may be late: recordings fetched, converted, measured."""
    from console.processes import run_worker

    run_worker()


@app.command()
def ticker() -> None:
    """Fires what is due: ringing that ends, rings that loosen, callbacks. Several may run."""
    from console.processes import run_ticker

    run_ticker()


@app.command()
def exchange() -> None:
    """The telephone exchange of our own, which does to the app what Twilio does."""
    from console.processes import run_exchange

    run_exchange()


def run() -> None:
    """Run the command line; what cannot be done is told in a sentence and ends with status 1."""
    try:
        app()
    except SettingsRefused as refused:
        for problem in refused.problems:
            typer.echo(problem.sentence(), err=True)
        sys.exit(1)
    except CallwrightError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    run()

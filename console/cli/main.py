"""The `callwright` command: every part of the house by name."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from console.cli import call, db, emergency, models, people
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
app.add_typer(emergency.app, name="emergency", help="Opening hours switched to emergency: on, off, list.")
app.command("call", cls=call.InOrder)(call.call)


@app.command()
def up(
    *,
    site: Annotated[
        Path | None,
        typer.Option(help="The folder of the site to run, or bank, clinic, utility.", show_default="bank"),
    ] = None,
) -> None:
    """Start everything on this machine with nothing installed beforehand, and print where to click."""
    from console.up import up as start

    raise typer.Exit(start(site))


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


@app.command()
def check(site: Annotated[Path, typer.Argument(help="The folder of a site.")]) -> None:
    """Read a whole site and report every problem at once, with its place and what to do."""
    from call_flows.check.command import run_check

    raise typer.Exit(run_check(site, sys.stdout))


@app.command()
def rebuild() -> None:
    """Restore the present (waiting callers, agents) in Redis from the truth in SQL, every caller in place."""
    from console.processes import run_rebuild

    typer.echo(run_rebuild())


@app.command()
def publish(site: Annotated[Path, typer.Argument(help="The folder of a site.")]) -> None:
    """Let new calls use this version of the site; calls that run stay on the version they began with."""
    from console.processes import run_publish

    typer.echo(run_publish(site))


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

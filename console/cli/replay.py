"""`callwright replay`: a call stepped again from its log; last week's calls stepped through another version."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from call_flows.loader import load_site
from console.cli import replay_printing
from console.cli.publish import Format
from console.shelf import OpenShelf, open_shelf
from foundation.errors import CallwrightError, Problem
from ivr.against import Against, Report
from ivr.replay import NotReplayable, Replayed, Verdict, count_calls, read_log, read_logs
from ivr.replay import replay as step_again

LONGEST = 10_000
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class SpanRefused(CallwrightError):
    """What was written is no span of time: write 7d, 12h or 30m."""


def replay(
    call: Annotated[str, typer.Argument(help="The call's id, as on its page.", show_default=False)] = "",
    *,
    as_test: Annotated[
        Path | None, typer.Option(help="Write the call as a test, private answers made up.", metavar="FILE")
    ] = None,
    since: Annotated[str, typer.Option(help="With --against: calls of this long ago until now.")] = "7d",
    against: Annotated[
        str, typer.Option(help="A folder or a version through which past calls are stepped.", metavar="SITE")
    ] = "",
    format_: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.text,
) -> None:
    """Step a call again from its log with the version it was on; every step must come out as it was logged.

    Ends with status 1 when one does not. With --against, says which of the past calls would go differently on another
    version, where they part, and how many.
    """
    if bool(call) == bool(against):
        raise typer.BadParameter("Name a call, or a site with --against.")
    with open_shelf() as open_:
        if against:
            report, calls = _compare(open_, against, since)
            replay_printing.print_report(sys.stdout, report, calls, as_json=format_ is Format.json)
            return
        steps = _steps(open_, call)
        replay_printing.print_steps(sys.stdout, call, steps, as_json=format_ is Format.json)
        if as_test is not None:
            _write_test(open_, call, steps, as_test)
    raise typer.Exit(0 if all(step.verdict in {Verdict.EXACT, Verdict.LANE} for step in steps) else 1)


def _steps(open_: OpenShelf, call: str) -> list[Replayed]:
    log = read_log(open_.db, call)
    site = open_.version(log.version)
    if site is None:
        raise NotReplayable(Problem("not_replayable", "The version this call was on is gone.", log.version[:12]))
    return list(step_again(site, log, open_.logbook))


def _compare(open_: OpenShelf, named: str, since: str) -> tuple[Report, int]:
    until = open_.clock.now()
    began = until - read_span(since)
    new = load_site(Path(named)) if Path(named).is_dir() else open_.site(named)
    calls = count_calls(open_.db, began, until)
    with _progress(calls) as tick:
        report = Against(new, open_.version, open_.logbook).report(read_logs(open_.db, began, until), tick)
    return report, calls


def read_span(text: str) -> timedelta:
    """A span such as 7d."""
    number, unit = text[:-1], text[-1:]
    if unit not in UNITS or not number.isdecimal() or not 0 < int(number) < LONGEST:
        todo = "Write 7d, 12h or 30m."
        raise SpanRefused(Problem("bad_span", "This is no span of time.", text[:20], todo))
    return timedelta(**{UNITS[unit]: int(number)})


@contextmanager
def _progress(calls: int) -> Iterator[Callable[[], object]]:
    """A bar on a terminal, when there is enough to do that somebody would wait."""
    if calls < replay_printing.WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Stepping calls"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("calls", total=calls)
        yield lambda: bar.advance(task)


def _write_test(open_: OpenShelf, call: str, steps: list[Replayed], file: Path) -> None:
    from ivr.as_test import as_test

    log = read_log(open_.db, call)
    site = open_.version(log.version)
    if site is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(as_test(site, log, steps), encoding="utf-8")
    typer.echo(f"Written: {file}. It passes on the version the call was on.", err=True)

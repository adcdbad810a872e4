"""`callwright simulate`: a site's queues under a virtual clock, by the engine that runs them live."""

import json
import math
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from console.cli.simulate_calls import Asked
    from console.cli.simulate_playing import Effort
    from console.cli.simulate_setting import Setting
    from routing.simulate.past import PastCall


class Form(StrEnum):
    """How results are printed."""

    text = "text"
    json = "json"
    csv = "csv"


Many = list[str]


def simulate(
    site: Annotated[
        Path | None, typer.Argument(help="The folder of a site.", show_default="the site that runs")
    ] = None,
    *,
    rate: Annotated[Many, typer.Option(help="Calls an hour: billing=30. Again for other queues.")] = [],  # noqa: B006
    rates: Annotated[
        Path | None, typer.Option(help="A table of calls: half_hour, calls, and maybe weekday, queue.", metavar="CSV")
    ] = None,
    log: Annotated[
        Path | None, typer.Option(help="Real calls: arrived, queue, waited, handled, outcome.", metavar="CSV")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="Learn from Callwright's own calls.")] = False,
    days: Annotated[int, typer.Option(help="How many days of them.", min=1)] = 28,
    column: Annotated[Many, typer.Option(help="OURS=THEIRS: how --log calls a column; date+time joins two.")] = [],  # noqa: B006
    value: Annotated[Many, typer.Option(help="THEIRS=answered, abandoned or elsewhere: a word of --log.")] = [],  # noqa: B006
    only: Annotated[Many, typer.Option(help="COLUMN=VALUE: only such rows of --log.")] = [],  # noqa: B006
    queue: Annotated[str, typer.Option(help="The queue of a file that names none.")] = "",
    handling: Annotated[
        Many, typer.Option(help="Seconds a call takes, or a law: 240, billing=gamma:240:2, lognormal.")
    ] = [],  # noqa: B006
    patience: Annotated[Many, typer.Option(help="Seconds callers wait, or a law, or never.")] = [],  # noqa: B006
    staff: Annotated[
        Path | None, typer.Option(help="Who works when: shifts.", metavar="YAML", show_default="the site's agents")
    ] = None,
    day: Annotated[str, typer.Option(help="tue, or a date.", show_default="the busiest")] = "",
    hours: Annotated[str, typer.Option(help="08:00-20:00.", show_default="while anybody calls")] = "",
    as_they_came: Annotated[bool, typer.Option("--as-they-came", help="The very callers of --day in the log.")] = False,
    accept: Annotated[float, typer.Option(help="The share who take a callback.", min=0, max=1)] = 0.5,
    what_if: Annotated[Many, typer.Option(help="A change, such as 'callbacks off' or 'add 2 billing:3'.")] = [],  # noqa: B006
    suggest: Annotated[bool, typer.Option("--suggest", help="Find the agents each half-hour needs.")] = False,
    by_half_hour: Annotated[bool, typer.Option("--by-half-hour", help="Tables of half-hours too.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the day by half-hour.", metavar="SVG")] = None,
    replications: Annotated[int, typer.Option(help="How many such days.", min=1)] = 20,
    calls: Annotated[int, typer.Option(help="Instead: as many days as have so many calls.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same answer.", min=0)] = 1,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
    form: Annotated[Form, typer.Option("--format", help="text, json or csv (half-hours).")] = Form.text,
) -> None:
    """Simulate a day of a site: its own queues, rings, overflow and callbacks, by the engine that runs them live.

    Say who calls (--rate, --rates, --log or --history), who works (--staff) and what might be otherwise (--what-if);
    every variant meets the same callers, and each change is told with its interval of 95 %.
    """
    from console.cli.simulate_calls import Asked, pairs
    from console.cli.simulate_playing import Effort
    from routing.simulate.past_table import Reading

    reading = Reading(
        dict(pairs(column, "--column")), dict(pairs(value, "--value")), dict(pairs(only, "--only")), queue
    )
    asked = Asked(rate, rates, log, days if history else None, reading, handling, patience)
    setting = _setting(site, asked, day, hours, accept, staff, as_they_came=as_they_came)
    if calls:
        expected = sum(sum(one) for one in setting.calls.values())
        replications = max(2, math.ceil(calls / max(expected, 1.0)))
    effort = Effort(replications, seed, workers)
    if suggest:
        _suggest(setting, effort, form)
        return
    _play(setting, effort, what_if, form, plot, by_half_hour=by_half_hour)


def _setting(
    site: Path | None, asked: "Asked", day: str, hours: str, accept: float, staff: Path | None, *, as_they_came: bool
) -> "Setting":
    from call_flows.loader import load_site
    from console.cli.simulate_calls import CannotSimulate, callers_of, day_of
    from console.cli.simulate_setting import Day, Setting, in_hours, span_for
    from foundation.errors import Problem
    from foundation.settings import load_settings

    loaded = load_site(site or load_settings().site_dir, services={})
    queues = [str(name) for name in loaded.site.queues]
    known = callers_of(asked, queues, _history(asked, loaded.zone))
    if asked.rate and not known.past and asked.rates is None:
        known.rates = in_hours(known.rates, loaded)
    weekday, date = day_of(day, known.rates)
    if as_they_came and (date is None or not known.past):
        told = "Callers come as they came on a date of a log."
        raise CannotSimulate(
            Problem("no_date", told, where="--as-they-came", todo="Write --log FILE --day 2026-03-02.")
        )
    if not known.rates.on(weekday):
        raise CannotSimulate(Problem("nobody_calls", "Nobody calls on that day.", where="--day", todo="Name another."))
    span = span_for(hours, known, weekday)
    return Setting(loaded, known, Day(weekday, span, date, as_they_came), accept, staff)


def _history(asked: "Asked", zone: object) -> "list[PastCall]":
    if asked.history is None:
        return []
    from datetime import tzinfo

    from console.looking import looking
    from foundation.clock import SystemClock
    from foundation.db import Database
    from foundation.settings import load_settings
    from routing.simulate.past_rows import read_history

    assert isinstance(zone, tzinfo)  # noqa: S101 - a site's zone
    database, now = Database(load_settings().database_url), SystemClock().now()
    try:
        with looking(database) as session:
            return read_history(session, now - timedelta(days=asked.history), now, zone)
    finally:
        database.dispose()


def _suggest(setting: "Setting", effort: "Effort", form: Form) -> None:
    from rich.console import Console

    from console.cli import simulate_printing as printing
    from console.cli.simulate_playing import suggestions

    found = suggestions(setting, effort)
    if form is Form.json:
        typer.echo(json.dumps(printing.as_data(None, found, setting), indent=2))
    elif form is Form.csv:
        typer.echo(printing.as_csv(None, found, setting), nl=False)
    else:
        out = Console(highlight=False)
        printing.print_setting(setting, out)
        for queue, one in found.items():
            printing.print_suggestion(queue, one, setting, out)


def _play(
    setting: "Setting", effort: "Effort", what_ifs: list[str], form: Form, plot: Path | None, *, by_half_hour: bool
) -> None:
    from rich.console import Console

    from console.cli import simulate_printing as printing
    from console.cli.simulate_playing import run, variants
    from foundation.clock import SystemClock

    in_parts = by_half_hour or plot is not None or form is Form.csv
    scenarios = variants(setting, what_ifs)
    ran = run(setting, scenarios, effort, SystemClock(), in_parts=in_parts)
    if plot is not None:
        _draw(
            plot, {queue: printing.picture(ran, queue, f"{setting.site.site.site}, {queue}") for queue in ran.figures}
        )
    if form is Form.json:
        typer.echo(json.dumps(printing.as_data(ran, {}, setting), indent=2))
    elif form is Form.csv:
        typer.echo(printing.as_csv(ran, {}, setting), nl=False)
    else:
        out = Console(highlight=False)
        printing.print_setting(setting, out)
        printing.print_run(ran if by_half_hour else replace(ran, half_hours=()), out)


def _draw(plot: Path, pictures: dict[str, str]) -> None:
    """One file for one queue; for several the queue's name is put before the ending."""
    for queue, text in pictures.items():
        file = plot if len(pictures) == 1 else plot.with_name(f"{plot.stem}-{queue}{plot.suffix}")
        file.write_text(text, encoding="utf-8")
        typer.echo(f"Drawn: {file}", err=True)

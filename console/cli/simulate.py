"""`callwright simulate`: a site's queues under a virtual clock, by the engine that runs them live."""

import json
import math
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from console.cli import simulate_options as options
from console.cli.simulate_options import Form

if TYPE_CHECKING:
    from console.cli.simulate_calls import Asked
    from console.cli.simulate_playing import Effort
    from console.cli.simulate_setting import Setting
    from routing.simulate.past import PastCall


def simulate(
    site: options.Site = None,
    *,
    rate: options.Rate = None,
    rates: options.Rates = None,
    log: options.Log = None,
    history: options.History = False,
    days: options.Days = 28,
    column: options.Column = None,
    value: options.Value = None,
    only: options.Only = None,
    queue: options.Queue = "",
    handling: options.Handling = None,
    patience: options.Patience = None,
    staff: options.Staff = None,
    day: options.Day = "",
    hours: options.Hours = "",
    as_they_came: options.AsTheyCame = False,
    accept: options.Accept = 0.5,
    what_if: options.WhatIf = None,
    suggest: options.Suggest = False,
    by_half_hour: options.ByHalfHour = False,
    plot: options.Plot = None,
    replications: options.Replications = 20,
    calls: options.Calls = 0,
    seed: options.Seed = 1,
    workers: options.Workers = 1,
    form: options.AForm = Form.text,
) -> None:
    """Simulate a day of a site: its own queues, rings, overflow and callbacks, by the engine that runs them live.

    Say who calls (--rate, --rates, --log or --history), who works (--staff) and what might be otherwise (--what-if):
    every variant meets the same callers, and each change is told with its interval of 95 %.
    """
    asked = _asked(rate, rates, log, days if history else None, (column, value, only, queue), handling, patience)
    setting = _setting(site, asked, day, hours, accept, staff, as_they_came=as_they_came)
    effort = _effort(setting, calls, replications, seed, workers)
    shown = _Shown(form, plot, by_half_hour)
    _suggest(setting, effort, form) if suggest else _play(setting, effort, what_if or [], shown)


@dataclass(frozen=True, slots=True)
class _Shown:
    """How results are shown."""

    form: Form
    plot: Path | None
    by_half_hour: bool


def _asked(
    rate: options.Many,
    rates: Path | None,
    log: Path | None,
    history: int | None,
    reading: tuple[options.Many, options.Many, options.Many, str],
    handling: options.Many,
    patience: options.Many,
) -> "Asked":
    from console.cli.simulate_calls import Asked, pairs
    from routing.simulate.past_table import Reading

    names = ("--column", "--value", "--only")
    column, value, only = (dict(pairs(one or (), name)) for one, name in zip(reading[:3], names, strict=True))
    read = Reading(column, value, only, reading[3])
    return Asked(rate or (), rates, log, history, read, handling or (), patience or ())


def _effort(setting: "Setting", calls: int, replications: int, seed: int, workers: int) -> "Effort":
    """As many days as were asked for, or as have so many calls."""
    from console.cli.simulate_playing import Effort

    if calls:
        expected = sum(sum(one) for one in setting.calls.values())
        replications = max(2, math.ceil(calls / max(expected, 1.0)))
    return Effort(replications, seed, workers)


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


def _history(asked: "Asked", zone: tzinfo) -> "list[PastCall]":
    if asked.history is None:
        return []
    from console.looking import looking
    from foundation.clock import SystemClock
    from foundation.db import Database
    from foundation.settings import load_settings
    from routing.simulate.past_rows import read_history

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


def _play(setting: "Setting", effort: "Effort", what_ifs: list[str], shown: _Shown) -> None:
    from rich.console import Console

    from console.cli import simulate_printing as printing
    from console.cli.simulate_playing import run, variants
    from foundation.clock import SystemClock

    form, plot = shown.form, shown.plot
    in_parts = shown.by_half_hour or plot is not None or form is Form.csv
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
        printing.print_run(ran if shown.by_half_hour else replace(ran, half_hours=()), out)


def _draw(plot: Path, pictures: dict[str, str]) -> None:
    """One file for one queue; for several the queue's name is put before the ending."""
    for queue, text in pictures.items():
        file = plot if len(pictures) == 1 else plot.with_name(f"{plot.stem}-{queue}{plot.suffix}")
        file.write_text(text, encoding="utf-8")
        typer.echo(f"Drawn: {file}", err=True)

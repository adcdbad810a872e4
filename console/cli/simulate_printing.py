"""What a simulation found, as tables on the terminal, as JSON, as CSV, and as a picture."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from console.cli.simulate_calls import words
from console.cli.simulate_playing import BASE, Ran
from console.cli.simulate_setting import HALF, Setting, not_played
from foundation.spreadsheet import csv_text
from routing.simulate import Estimate, Result
from routing.simulate.chart import Panel, Series, chart
from routing.simulate.figures import OCCUPANCY, Figure
from routing.simulate.rates import DAYS
from routing.simulate.suggest import Suggestion

MAYBE = ("sent away", "callbacks", "callback delay")
SITE = "all"
"""The row of figures that are of no single queue."""


def print_setting(setting: Setting, out: Console) -> None:
    """What is simulated, and what was taken for granted."""
    opens, closes = (clock(at) for at in setting.day.span)
    day = setting.day.date.date().isoformat() if setting.day.date else DAYS[setting.day.weekday]
    came = ", callers as they came" if setting.day.as_they_came else ""
    out.print(f"[bold]{setting.site.site.site}[/bold], {day} {opens}-{closes}{came}")
    for told in (*setting.known.told, *not_played(setting.site)):
        out.print(f"  {told}", style="dim", highlight=False)
    for queue, (fits, patience) in setting.known.fits.items():
        if fits or patience:
            table = Table("law", "parameters", "distance", title=f"{queue}: how well laws fit", title_justify="left")
            for fit in fits:
                table.add_row(f"handling {fit.name}", words(fit.law), f"{fit.distance:.3f}")
            for one in patience:
                table.add_row(f"patience {one.name}", words(one.law), _plain(one.distance, "n3"))
            out.print(table)


def print_run(ran: Ran, out: Console) -> None:
    """A table for each queue, a row for each variant and one for what it changes; half-hours where asked for."""
    for queue, figures in ran.figures.items():
        if any(ran.base.values[figures[0].above]):
            out.print(_table(queue, figures, ran))
            for name, result in ran.results.items():
                if ran.half_hours:
                    out.print(_half_hours(queue, name, result, ran))
    busy = "; ".join(f"{name} {_with_interval(OCCUPANCY.of(one), '%', ' ')}" for name, one in ran.results.items())
    out.print(f"Occupancy of all agents: {busy}.")
    pace = ran.calls / ran.seconds if ran.seconds > 0 else math.inf
    several = len(ran.results) > 1
    each = f"{ran.effort.replications} days{f' of each of {len(ran.results)} variants' if several else ''}"
    out.print(f"{ran.calls:,} calls simulated in {ran.seconds:.1f} s ({each}): {pace:,.0f} calls/s", highlight=False)


def _table(queue: str, figures: Sequence[Figure], ran: Ran) -> Table:
    aim, callers = ran.setting.aims[queue], figures[0].of(ran.base)
    title = f"{queue}: {callers.mean:.0f} callers a day, aim {aim.target:.0%} within {aim.within:.0f} s"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("", min_width=12)
    shown = [one for one in figures[1:] if _is_told(one, ran)]
    for figure in shown:
        table.add_column(_head(figure), justify="right")
    for name, result in ran.results.items():
        table.add_row(name, *(_with_interval(one.of(result), one.unit) for one in shown))
        if name != BASE:
            changes = (_change(one.change(result, ran.base), one.unit) for one in shown)
            table.add_row("[dim]  change[/dim]", *changes)
    return table


def _head(figure: Figure) -> str:
    return figure.name.replace(" ", "\n") + (", s" if figure.unit == "s" else "")


def _is_told(figure: Figure, ran: Ran) -> bool:
    """Nobody was sent away, no callback was taken: nothing to tell."""
    found = [figure.of(result).mean for result in ran.results.values()]
    return figure.name not in MAYBE or any(value > 0 for value in found if not math.isnan(value))


def _half_hours(queue: str, name: str, result: Result, ran: Ran) -> Table:
    table = Table("from", title=f"{queue} by half-hour, {name}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    figures = [figure for figure in ran.by_half_hour(queue) if _is_told(figure, ran)]
    for figure in figures:
        table.add_column(_head(figure), justify="right")
    for span in ran.half_hours:
        at = clock(ran.setting.day.span[0] + span[0])
        table.add_row(at, *(_with_interval(one.between(span).of(result), one.unit, " ") for one in figures))
    return table


def print_suggestion(queue: str, found: Suggestion, setting: Setting, out: Console) -> None:
    """The staff of each half-hour."""
    aim = setting.aims[queue]
    title = f"{queue}: agents for {aim.target:.0%} within {aim.within:.0f} s"
    table = Table(
        "from", "calls", "by formula", "agents", "service level", "95 % interval", title=title, title_justify="left"
    )
    for slot in found.slots:
        span = f"{slot.low:.0%} to {slot.high:.0%}"
        at = clock(setting.day.span[0] + slot.start)
        table.add_row(at, f"{slot.calls:.1f}", str(slot.by_formula), str(slot.agents), _plain(slot.level, "%"), span)
    out.print(table)
    level = _with_interval(found.level, "%")
    pace = found.calls / found.seconds if found.seconds > 0 else math.inf
    out.print(
        f"{found.hours:g} agent-hours on calls (breaks are to be added), service level of the day {level}; "
        f"{found.calls:,} calls in {found.rounds} staffs tried: {pace:,.0f} calls/s a process",
        highlight=False,
    )


def as_data(ran: Ran | None, found: Mapping[str, Suggestion], setting: Setting) -> dict[str, Any]:
    """Everything for programs; the same for the same seed, so without the seconds it took."""
    data: dict[str, Any] = {
        "site": str(setting.site.site.site),
        "day": DAYS[setting.day.weekday],
        "from": clock(setting.day.span[0]),
        "until": clock(setting.day.span[1]),
        "assumed": [*setting.known.told, *not_played(setting.site)],
    }
    if ran is not None:
        data |= {"seed": ran.effort.seed, "replications": ran.effort.replications, "calls": ran.calls}
        data["variants"] = [_variant(name, result, ran) for name, result in ran.results.items()]
    if found:
        data["staff"] = {
            queue: [
                {
                    "from": clock(setting.day.span[0] + slot.start),
                    "calls": slot.calls,
                    "by_formula": slot.by_formula,
                    "agents": slot.agents,
                    "service_level": _number(slot.level),
                    "low": slot.low,
                    "high": slot.high,
                }
                for slot in one.slots
            ]
            for queue, one in found.items()
        }
    return data


def _variant(name: str, result: Result, ran: Ran) -> dict[str, Any]:
    queues: dict[str, Any] = {}
    for queue, figures in (*ran.figures.items(), (SITE, (OCCUPANCY,))):
        queues[queue] = {figure.name: _estimate(figure.of(result)) for figure in figures}
        if name != BASE:
            for figure in figures:
                queues[queue][figure.name]["change"] = _estimate(figure.change(result, ran.base))
    hours = {
        queue: [
            {"from": clock(ran.setting.day.span[0] + span[0])}
            | {figure.name: _estimate(figure.between(span).of(result)) for figure in ran.by_half_hour(queue)}
            for span in ran.half_hours
        ]
        for queue in ran.figures
    }
    return {"name": name, "queues": queues, **({"half_hours": hours} if ran.half_hours else {})}


def as_csv(ran: Ran | None, found: Mapping[str, Suggestion], setting: Setting) -> str:
    """Half-hours as rows: each variant's figures, or the suggested staff."""
    if ran is None:
        head = ("queue", "from", "calls", "by_formula", "agents", "service_level", "low", "high")
        return csv_text(head, _staff_rows(found, setting))
    return csv_text(("variant", "queue", "from", "figure", "mean", "half_width"), _rows(ran))


def _rows(ran: Ran) -> Iterator[tuple[object, ...]]:
    for name, result in ran.results.items():
        for queue in ran.figures:
            for span in ran.half_hours:
                at = clock(ran.setting.day.span[0] + span[0])
                for figure in ran.by_half_hour(queue):
                    one = _estimate(figure.between(span).of(result))
                    yield name, queue, at, figure.name, one["mean"], one["half_width"]


def _staff_rows(found: Mapping[str, Suggestion], setting: Setting) -> Iterator[tuple[object, ...]]:
    for queue, one in found.items():
        for slot in one.slots:
            at, level = clock(setting.day.span[0] + slot.start), _number(slot.level)
            yield queue, at, slot.calls, slot.by_formula, slot.agents, level, slot.low, slot.high


def picture(ran: Ran, queue: str, title: str) -> str:
    """One queue's day: service level, hold, abandonment and callback delay by half-hour, a line for each variant."""
    panels = []
    for figure in ran.by_half_hour(queue)[1:]:
        lines = [Series(name, _points(figure, result, ran)) for name, result in ran.results.items()]
        lines = [line for line in lines if not all(math.isnan(point[0]) for point in line.points)]
        aim = ran.setting.aims[queue].target if figure.name == "service level" else None
        if lines:
            panels.append(Panel(figure.name, lines, figure.unit, aim))
    told = f"{title}: " + ", ".join(panel.title for panel in panels) + f" by half-hour for {', '.join(ran.results)}."
    return chart(title, told, panels, opens=ran.setting.day.span[0], step=HALF)


def _points(figure: Figure, result: Result, ran: Ran) -> list[tuple[float, float, float]]:
    found = [figure.between(span).of(result) for span in ran.half_hours]
    most = 1.0 if figure.unit == "%" else math.inf
    return [
        (one.mean, max(0.0, one.mean - one.half_width), min(most, one.mean + one.half_width))
        if not math.isnan(one.half_width)
        else (one.mean, one.mean, one.mean)
        for one in found
    ]


def clock(seconds: float) -> str:
    """The time of day so many seconds after midnight."""
    return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}"


def _with_interval(one: Estimate, unit: str, between: str = "\n") -> str:
    if math.isnan(one.mean):
        return "-"
    return (
        f"{_plain(one.mean, unit)}{'' if math.isnan(one.half_width) else f'{between}±{_plain(one.half_width, unit)}'}"
    )


def _change(one: Estimate, unit: str) -> str:
    """Bold where the interval leaves no doubt that there is a change."""
    if math.isnan(one.mean):
        return "-"
    told = f"{one.mean:+.1%}" if unit == "%" else f"{one.mean:+.1f}"
    if math.isnan(one.half_width):
        return told
    style = "bold" if abs(one.mean) > one.half_width else "dim"
    return f"[{style}]{told}\n±{_plain(one.half_width, unit)}[/{style}]"


def _plain(value: float, unit: str) -> str:
    if math.isnan(value):
        return "-"
    return {"%": f"{value:.1%}", "n3": f"{value:.3f}"}.get(unit, f"{value:.1f}")


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"mean": _number(one.mean), "half_width": _number(one.half_width)}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)

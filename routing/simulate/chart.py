"""Charts of a day as SVG that needs nothing else: panels one above the other, a line for each variant, its interval."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

WIDTH, LEFT, RIGHT, TOP, PANEL, GAP, FOOT = 900.0, 64.0, 24.0, 84.0, 150.0, 46.0, 44.0
COLOURS: Final = ("#1a56db", "#c2410c", "#0f766e", "#7e22ce", "#a16207", "#be123c")
DASHES: Final = ("", "7 4", "2 3", "9 3 2 3", "", "7 4")
"""With the colours: a line is told from the others without seeing colour."""
_INK, _LINE, _SOFT = "#202124", "#5f6368", "#dadce0"
_FONT: Final = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"'
HOUR = 3600.0
TEN = 10
MOST_HOURS = 12


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, and for each half-hour the middle, the low and the high end; not a number leaves a gap."""

    name: str
    points: Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of axes: its title, its unit (`%`, `s` or empty), and a line to reach, where there is one."""

    title: str
    series: Sequence[Series]
    unit: str = ""
    aim: float | None = None


def chart(title: str, told: str, panels: Sequence[Panel], *, opens: float, step: float = 1800.0) -> str:
    """The picture; `opens` is the first point's moment in seconds after midnight, points stand `step` seconds wide."""
    height = TOP + len(panels) * (PANEL + GAP) + FOOT - GAP
    names = list(dict.fromkeys(one.name for panel in panels for one in panel.series))
    body = "".join(
        "".join(_panel(panel, names, TOP + number * (PANEL + GAP), opens, step)) for number, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="{WIDTH:.0f}"'
        f' height="{height:.0f}" role="img" aria-labelledby="chart-title chart-desc" {_FONT}>'
        f'<title id="chart-title">{escape(title)}</title><desc id="chart-desc">{escape(told)}</desc>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f"{_words(LEFT, 26, title, size=16, weight=600)}{''.join(_legend(names))}{body}</svg>\n"
    )


def _legend(names: Sequence[str]) -> Iterator[str]:
    x = LEFT
    for number, name in enumerate(names):
        yield f'<path d="M{x:.1f} 44h26" {_stroke(number)}/>'
        yield _words(x + 32, 48, name, size=12)
        x += 50 + 6.6 * len(name)


def _panel(panel: Panel, names: Sequence[str], top: float, opens: float, step: float) -> Iterator[str]:
    points = max((len(one.points) for one in panel.series), default=1)
    most = 1.0 if panel.unit == "%" else _ceiling(panel)
    wide, bottom = (WIDTH - LEFT - RIGHT) / max(1, points), top + PANEL
    yield _words(LEFT, top - 8, panel.title, size=12.5, weight=600)
    for part in range(5):
        y, value = bottom - part / 4 * PANEL, most * part / 4
        yield f'<path d="M{LEFT:.1f} {y:.1f}H{WIDTH - RIGHT:.1f}" stroke="{_SOFT if part else _LINE}" fill="none"/>'
        yield _words(LEFT - 8, y + 4, _number(value, panel.unit), size=11, colour=_LINE, anchor="end")
    yield from _hours(opens, points * step, bottom, wide / step)
    if panel.aim is not None:
        y = bottom - panel.aim / most * PANEL
        yield f'<path d="M{LEFT:.1f} {y:.1f}H{WIDTH - RIGHT:.1f}" stroke="{_INK}" stroke-dasharray="3 3" fill="none"/>'
        yield _words(WIDTH - RIGHT, y - 4, f"aim {_number(panel.aim, panel.unit)}", size=11, anchor="end")
    for one in panel.series:
        number = names.index(one.name)
        for run in _runs(one.points):
            spots = [
                (LEFT + (place + 0.5) * wide, [bottom - min(v, most) / most * PANEL for v in v3]) for place, v3 in run
            ]
            yield _band(spots, number)
            line = " ".join(f"{x:.1f},{ys[0]:.1f}" for x, ys in spots)
            yield f'<polyline points="{line}" {_stroke(number)}><title>{escape(one.name)}</title></polyline>'
            if len(spots) == 1:
                yield f'<circle cx="{spots[0][0]:.1f}" cy="{spots[0][1][0]:.1f}" r="3" fill="{_colour(number)}"/>'


def _hours(opens: float, length: float, bottom: float, scale: float) -> Iterator[str]:
    every = HOUR * (1 if length <= MOST_HOURS * HOUR else 2)
    at = math.ceil(opens / every) * every
    while at <= opens + length:
        x = LEFT + (at - opens) * scale
        yield f'<path d="M{x:.1f} {bottom:.1f}v4" stroke="{_LINE}"/>'
        yield _words(x, bottom + 17, f"{int(at // HOUR):02d}:00", size=11, colour=_LINE, anchor="middle")
        at += every


def _runs(points: Sequence[tuple[float, float, float]]) -> Iterator[list[tuple[int, tuple[float, float, float]]]]:
    """Stretches without a gap."""
    for known, run in groupby(enumerate(points), key=lambda point: not math.isnan(point[1][0])):
        if known:
            yield list(run)


def _band(spots: Sequence[tuple[float, list[float]]], number: int) -> str:
    if any(math.isnan(y) for _, ys in spots for y in ys):
        return ""
    there = " ".join(f"{x:.1f},{ys[2]:.1f}" for x, ys in spots)
    back = " ".join(f"{x:.1f},{ys[1]:.1f}" for x, ys in reversed(spots))
    return f'<polygon points="{there} {back}" fill="{_colour(number)}" fill-opacity="0.14"/>'


def _ceiling(panel: Panel) -> float:
    """A round number above all middles, and above the ends of intervals unless they are far away."""
    middles = [point[0] for one in panel.series for point in one.points if not math.isnan(point[0])]
    highs = [point[2] for one in panel.series for point in one.points if not math.isnan(point[2])]
    most = max([*middles, min(max(highs, default=0.0), 1.6 * max(middles, default=0.0)), panel.aim or 0.0, 1e-9])
    unit = 10 ** math.floor(math.log10(most))
    return float(next(step * unit for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if step * unit >= most))


def _number(value: float, unit: str) -> str:
    if unit == "%":
        return f"{value:.0%}"
    return f"{value:,.{0 if value >= TEN or value == round(value) else 2}f}{' ' + unit if unit else ''}"


def _stroke(number: int) -> str:
    dashes = DASHES[number % len(DASHES)]
    return f'stroke="{_colour(number)}" stroke-width="2.2" fill="none"' + (
        f' stroke-dasharray="{dashes}"' if dashes else ""
    )


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _words(
    x: float, y: float, text: str, *, size: float, weight: int = 400, colour: str = _INK, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )

"""The demonstration day of docs/simulate.md: `python -m docs.demonstration_day` makes its picture and its figures.

They are made from what is in docs/bank_day: calls by half-hour, and who worked. `--from-log` makes these first from
the log of the "Anonymous Bank" (I. Guedj and A. Mandelbaum, Technion; CALLWRIGHT_DATA), and plays the very callers too.
"""

import argparse
import csv
import gzip
import io
import json
import os
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from call_flows.loader import load_site
from console.cli.simulate_calls import Asked, callers_of
from console.cli.simulate_playing import BASE, Effort, Ran, run, variants
from console.cli.simulate_printing import picture
from console.cli.simulate_setting import Day, Setting
from foundation.clock import SystemClock
from routing.simulate.figures import OCCUPANCY
from routing.simulate.past_table import Reading
from routing.simulate.rates import DAYS

HERE = Path(__file__).parent
FOLDER = HERE / "bank_day"
PICTURE, FIGURES, PAGE = HERE / "pictures" / "demonstration_day.svg", FOLDER / "figures.json", HERE / "simulate.md"
DATE, MONTH = "1999-02-09", "1999-02"
SPAN = (7 * 3600.0, 24 * 3600.0)
HANDLING, PATIENCE = "gamma:173.3:0.96", "exponential:342"
"""The day's conversations and the month's patience, as `callwright simulate` fits them to the log."""
ACCEPT, WITHOUT, EFFORT = 0.5, "callbacks off", Effort(replications=40, seed=1999)
AWAY = 600
"""Seconds without a call after which an agent is taken to be away: of ten and twenty minutes the one that is nearer."""
SHORT, IN_TIME = 5, 20
"""The aim of docs/bank_day/site.yaml, in seconds."""
SLOTS, OPENS = 48, 14
"""Half-hours of a day, and the one in which agents come."""
BEGIN, END = "<!-- the day: begin -->\n", "<!-- the day: end -->\n"
TOLD = ("service level", "abandoned", "lost", "on hold", "ASA", "callbacks", "callback delay")
LOG = Reading(
    {"arrived": "date+arr", "waited": "q_time", "handled": "ser_time"},
    {"AGENT": "answered", "HANG": "abandoned"},
    {"req": "True"},
    "calls",
)


def main() -> None:
    """Write the picture, the figures, and the table of the page."""
    parser = argparse.ArgumentParser(prog="python -m docs.demonstration_day", description=__doc__)
    parser.add_argument("--from-log", action="store_true", help="begin from the bank's log")
    of_log: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))["log"] if FIGURES.exists() else {}
    if parser.parse_args().from_log:
        (FOLDER / "calls.csv").write_text(calls_table(), encoding="utf-8")
        (FOLDER / "staff.yaml").write_text(staff_file(), encoding="utf-8")
        of_log = {"really": really(), "as_they_came": figures(as_they_came())}
    ran = by_rates()
    PICTURE.write_text(drawn(ran), encoding="utf-8")
    FIGURES.write_text(json.dumps({"log": of_log, "rates": figures(ran)}, indent=1) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page.partition(BEGIN)[0] + BEGIN + table() + END + page.partition(END)[2], encoding="utf-8")


def by_rates() -> Ran:
    """The day from what is in the folder: anybody can play it."""
    asked = Asked(rates=FOLDER / "calls.csv", handling=[HANDLING], patience=[PATIENCE])
    return _played(asked, Day(DAYS.index("tue"), SPAN))


def as_they_came() -> Ran:
    """The day of its very callers, with measured lengths and patience; needs the log."""
    asked = Asked(log=log_file(), reading=LOG, handling=["measured"])
    site = load_site(FOLDER, services={})
    known = callers_of(asked, ["calls"], [])
    date = next(call.arrived for call in known.past if call.arrived.date().isoformat() == DATE)
    day = Day(date.weekday(), SPAN, date, as_they_came=True)
    month = [call for call in known.past if call.arrived.date().isoformat().startswith(MONTH)]
    reading = replace(LOG, only={"req": "True", "date": DATE})
    today = callers_of(replace(asked, reading=reading), ["calls"], [])
    lately = callers_of(Asked(rates=FOLDER / "calls.csv", handling=[HANDLING]), ["calls"], month)
    known.service, known.patience = today.service, lately.patience
    return _run(Setting(site, known, day, ACCEPT, FOLDER / "staff.yaml"))


def _played(asked: Asked, day: Day) -> Ran:
    known = callers_of(asked, ["calls"], [])
    return _run(Setting(load_site(FOLDER, services={}), known, day, ACCEPT, FOLDER / "staff.yaml"))


def _run(setting: Setting) -> Ran:
    return run(setting, variants(setting, [WITHOUT]), EFFORT, SystemClock(), in_parts=True)


def figures(ran: Ran) -> dict[str, dict[str, list[float]]]:
    """The day's figures of each variant, with the half width of each; rounded, for they are read by people."""
    found = {}
    for name, result in ran.results.items():
        one = {figure.name: figure.of(result) for figure in (*ran.figures["calls"], OCCUPANCY)}
        found[name] = {
            key: [round(value.mean, 4), round(value.half_width, 4)] for key, value in one.items() if value.count
        }
    return found


def drawn(ran: Ran) -> str:
    """The picture: callbacks on and off, by half-hour."""
    named = {"callbacks on": ran.results[BASE], WITHOUT: ran.results[WITHOUT]}
    return picture(replace(ran, results=named), "calls", "A bank's Tuesday, callbacks on and off")


def table() -> str:
    """The table of the page, from the figures."""
    known = json.loads(FIGURES.read_text(encoding="utf-8"))
    really_so = known["log"]["really"]
    rows = [
        "| | service level | abandoned | lost | on hold | ASA | callbacks | callback delay |",
        "|---|---|---|---|---|---|---|---|",
        _row("what really happened (no callbacks)", {name: [value] for name, value in really_so.items()}),
    ]
    for source, told in (("as_they_came", "the callers as they came"), ("rates", "callers by half-hourly rates")):
        found = known["log"]["as_they_came"] if source == "as_they_came" else known["rates"]
        rows += [
            _row(f"{told}, callbacks {'off' if name == WITHOUT else 'on'}", found[name]) for name in (WITHOUT, BASE)
        ]
    return "\n".join(rows) + "\n"


def _row(name: str, found: dict[str, list[float]]) -> str:
    return f"| {name} | " + " | ".join(_cell(key, found.get(key, [])) for key in TOLD) + " |"


def _cell(key: str, found: list[float]) -> str:
    if not found or (key == "callbacks" and found[0] == 0):
        return "-"
    share = key in {"service level", "abandoned", "lost"}
    unit = "" if key == "callbacks" else " s"
    mean, *width = (f"{value:.1%}" if share else f"{value:.1f}" for value in found)
    return f"{mean}{f' ± {width[0]}' if width else ''}{'' if share else unit}"


def log_file() -> Path:
    """The bank's log."""
    folder = Path(os.environ.get("CALLWRIGHT_DATA") or HERE.parents[1] / "shared" / "data")
    file = folder / "routing" / "anonymous_bank_clean.csv.gz"
    if not file.is_file():
        raise SystemExit("the bank's log is not here; set CALLWRIGHT_DATA to the folder of the reference data")
    return file


def rows_of_day() -> list[dict[str, str]]:
    """The calls of the day that asked for an agent."""
    with gzip.open(log_file(), "rt", encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["req"] == "True" and row["date"] == DATE]


def calls_table() -> str:
    """The calls of each half-hour of the day."""
    counts = [0] * SLOTS
    for row in rows_of_day():
        counts[int(row["arr"]) // 1800] += 1
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["queue", "weekday", "half_hour", "calls"])
    writer.writerows(["calls", "tue", _clock(slot * 30), count] for slot, count in enumerate(counts) if count)
    return out.getvalue()


def staff_file() -> str:
    """Who worked, as far as the log shows it: on a call, or within ten minutes of one; rounded for each half-hour."""
    there = [0.0] * SLOTS
    for spans in _stays().values():
        for slot in range(SLOTS):
            start, end = slot * 1800, slot * 1800 + 1800
            there[slot] += sum(max(0, min(until, end) - max(since, start)) for since, until in spans) / 1800
    counts = [max(1, round(count)) if slot >= OPENS else 0 for slot, count in enumerate(there)]
    lines = ["# Who worked on the demonstration day, as far as the bank's log shows it; made from it.", "shifts:"]
    for desk in range(max(counts)):
        spans = ", ".join(f'"{span}"' for span in _spans([count > desk for count in counts]))
        hours = f"hours: {{tue: [{spans}]}}"
        lines.append(f"  - {{name: desk {desk + 1}, count: 1, skills: {{banking: 3}}, {hours}}}")
    return "\n".join(lines) + "\n"


def _stays() -> dict[str, list[list[int]]]:
    stays: dict[str, list[list[int]]] = defaultdict(list)
    for row in sorted(rows_of_day(), key=lambda row: int(row["ser_start"])):
        if row["served"] == "True":
            since, mine = int(row["ser_start"]), stays[row["server"]]
            until = since + int(row["ser_time"])
            if mine and since - mine[-1][1] <= AWAY:
                mine[-1][1] = max(until, mine[-1][1])
            else:
                mine.append([since, until])
    return stays


def _spans(there: list[bool]) -> list[str]:
    edges = [slot for slot in range(SLOTS + 1) if (slot < SLOTS and there[slot]) != (slot > 0 and there[slot - 1])]
    return [f"{_clock(since * 30)}-{_clock(until * 30)}" for since, until in zip(edges[::2], edges[1::2], strict=True)]


def really() -> dict[str, float]:
    """The day's figures as they were, by the same definitions."""
    rows = rows_of_day()
    answered = [max(0, int(row["ser_start"]) - int(row["arr"])) for row in rows if row["served"] == "True"]
    left = [int(row["q_time"]) for row in rows if row["served"] != "True"]
    counted = len(answered) + sum(wait >= SHORT for wait in left)
    return {
        "callers": len(rows),
        "service level": round(sum(wait <= IN_TIME for wait in answered) / counted, 4),
        "abandoned": round(sum(wait >= SHORT for wait in left) / counted, 4),
        "lost": round(sum(wait >= SHORT for wait in left) / len(rows), 4),
        "on hold": round((sum(answered) + sum(left)) / len(rows), 4),
        "ASA": round(sum(answered) / len(answered), 4),
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


if __name__ == "__main__":
    main()

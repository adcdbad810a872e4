"""The place where a call's events become lines on a terminal, or JSON for programs."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TextIO


class Who(StrEnum):
    """Whose doing an event is."""

    you = "you"
    exchange = "exchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: seconds since the call was made, who, what, and the words if there are any."""

    at: float
    who: Who
    what: str
    text: str = ""


Printer = Callable[[Event], None]

_COLOURS = {
    "says": "bold",
    "heard": "cyan",
    "answers": "green",
    "ends": "magenta",
    "refuses": "red",
}


def as_json(out: TextIO) -> Printer:
    """Each event as one JSON object on a line of its own."""

    def show(event: Event) -> None:
        out.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
        out.flush()

    return show


def as_lines(out: TextIO) -> Printer:
    """Each event on one line for people: time, who, what; in colour where the terminal has it."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False, soft_wrap=True)

    def show(event: Event) -> None:
        mine = event.who is Who.you
        line = Text(f"{_clock(event.at):>7}  ", style="dim")
        line.append(f"{event.who:<9}", style="cyan" if mine else "dim")
        line.append(event.what, style=_COLOURS.get(event.what, "cyan" if mine else ""))
        if event.text:
            line.append(f"  {event.text}", style="bold" if event.what == "says" else "")
        console.print(line)

    return show


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"

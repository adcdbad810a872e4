"""The place where the steps of `callwright call` are read, in the order in which they stand on the command line."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

_ORDER = "callwright.call.steps"


@dataclass(frozen=True, slots=True)
class Press:
    """Press these keys, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Say:
    """Speak these words into the line."""

    text: str


@dataclass(frozen=True, slots=True)
class Audio:
    """Play a sound file into the line."""

    path: Path


@dataclass(frozen=True, slots=True)
class Silence:
    """Say nothing for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Expect:
    """Go on when something that matches has been said, or heard; fail when it never is."""

    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Step = Press | Say | Audio | Silence | Expect | HangUp


def seconds(written: str) -> float:
    """A duration with its unit: 500ms, 2s, 1.5s, 2m."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m)", written.strip())
    if not match:
        raise typer.BadParameter(f"{written!r} is not a duration: write 500ms, 2s or 1m")
    return float(match[1]) * {"ms": 0.001, "s": 1.0, "m": 60.0}[match[2]]


def _keys(written: str) -> Press:
    if not re.fullmatch(r"[0-9*#]+", written):
        raise typer.BadParameter(f"{written!r} are not keys: a telephone has 0-9, * and #")
    return Press(written)


def _audio(written: str) -> Audio:
    path = Path(written)
    if not path.is_file():
        raise typer.BadParameter(f"{written} is not a file")
    return Audio(path)


def _expect(written: str) -> Expect:
    try:
        return Expect(re.compile(written, re.IGNORECASE))
    except re.error as problem:
        raise typer.BadParameter(f"{written!r} is not a regular expression: {problem}") from problem


_READ: dict[str, Callable[[str], Step]] = {
    "--press": _keys,
    "--say": Say,
    "--audio": _audio,
    "--silence": lambda written: Silence(seconds(written)),
    "--expect": _expect,
}
_WITH_VALUE = {"--from", "--exchange", "--patience", "--voice", "--language"}  # options that are no steps


class InOrder(TyperCommand):
    """A command that remembers the order of its steps, which the parser alone would sort by option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note the steps, then parse as ever."""
        ctx.meta[_ORDER] = tuple(_written_steps(list(args)))
        return super().parse_args(ctx, args)


def steps_of(ctx: typer.Context) -> list[Step]:
    """The steps of this command line. Raises BadParameter naming what is wrong."""
    return [HangUp() if option == "--hang-up" else _READ[option](value) for option, value in ctx.meta.get(_ORDER, ())]


def _written_steps(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    rest = list(arguments)
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        if option == "--":
            return
        if option == "--hang-up":
            yield option, ""
        elif option in _READ or option in _WITH_VALUE:
            value = value if equals else rest.pop(0) if rest else ""
            if option in _READ:
                yield option, value

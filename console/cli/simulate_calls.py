"""Who calls in a simulation: rates as said, as in a table, or as counted from past calls; their laws, with the fits."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from foundation.errors import CallwrightError, Problem
from routing.simulate import Exponential, Gamma, LogNormal
from routing.simulate.fitting import NAMES, Fit, TooFew, fit_services
from routing.simulate.laws import NEVER, Fixed, Law
from routing.simulate.past import PastCall, of_queue, services, waits
from routing.simulate.past_table import Reading, read_calls, read_rates
from routing.simulate.rates import DAYS, Rates, counted
from routing.simulate.survival import PatienceFit, fit_patience
from routing.simulate.what_if import check_queue

HANDLING: Final = LogNormal(240.0, 1.0)
PATIENCE: Final = Exponential(180.0)
"""What is taken where nothing is said and nothing is known; told each time."""
NEVER_WORD: Final = "never"
LAWS: Final = "SECONDS, or LAW:MEAN such as exponential:180, gamma:180:2 (shape), lognormal:180:1.2 (variance ÷ mean²)"


class CannotSimulate(CallwrightError):
    """What is asked for cannot be simulated; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of callers, each word still as it was written."""

    rate: Sequence[str] = ()
    rates: Path | None = None
    log: Path | None = None
    history: int | None = None
    reading: Reading = field(default_factory=Reading)
    handling: Sequence[str] = ()
    patience: Sequence[str] = ()


@dataclass(slots=True)
class Known:
    """What is known of callers: rates, past calls, and how each queue's laws were found, in words."""

    rates: Rates
    past: list[PastCall]
    service: dict[str, Law] = field(default_factory=dict)
    patience: dict[str, Law] = field(default_factory=dict)
    fits: dict[str, tuple[list[Fit], list[PatienceFit]]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def callers_of(asked: Asked, queues: Sequence[str], history: Sequence[PastCall]) -> Known:
    """Rates and laws for every queue that is called. Raises CannotSimulate, TableUnreadable, ChangeRefused."""
    past = list(history)
    if asked.log is not None:
        past = read_calls(asked.log, asked.reading)
    known = Known(_rates(asked, queues, past), past)
    if not known.rates.queues:
        raise CannotSimulate(_nobody(asked))
    for queue in known.rates.queues:
        check_queue(queue, queues)
    handling, patience = _by_queue(asked.handling, queues), _by_queue(asked.patience, queues)
    for queue in known.rates.queues:
        _laws(known, queue, handling.get(queue, ""), patience.get(queue, ""))
    return known


def _rates(asked: Asked, queues: Sequence[str], past: Sequence[PastCall]) -> Rates:
    if asked.rates is not None:
        return read_rates(asked.rates, asked.reading.queue or queues[0])
    if past:
        return counted(past)
    flat = {check_queue(queue, queues): _number(n, f"--rate {queue}={n}") for queue, n in pairs(asked.rate, "--rate")}
    return Rates({(queue, day): [per_hour / 2] * 48 for queue, per_hour in flat.items() for day in range(len(DAYS))})


def _nobody(asked: Asked) -> Problem:
    if asked.history is not None:
        told = f"The history has no callers in the last {asked.history} days."
        return Problem("nobody_calls", told, todo="Say how many call: --rate billing=30 (an hour), or --log FILE.")
    todo = "Write --rate billing=30 (an hour), --rates FILE, --log FILE of real calls, or --history."
    return Problem("nobody_calls", "Nobody calls.", todo=todo)


def _laws(known: Known, queue: str, handling: str, patience: str) -> None:
    past = of_queue(known.past, queue)
    fits: list[Fit] = []
    patiences: list[PatienceFit] = []
    try:
        fits = fit_services(services(past))
    except TooFew as few:
        if known.past:
            known.told.append(f"{queue}: {few}.")
    if past:
        patiences = fit_patience(*waits(past))
    known.fits[queue] = fits, patiences
    known.service[queue] = _service(known, queue, handling, fits)
    known.patience[queue] = _patience(known, queue, patience, patiences)


def _service(known: Known, queue: str, written: str, fits: Sequence[Fit]) -> Law:
    chosen = next((fit for fit in fits if fit.name == written), fits[0] if fits and not written else None)
    if chosen is not None:
        known.told.append(f"{queue}: handling {chosen.name}, {words(chosen.law)}, fitted to {chosen.count:,} calls.")
        return chosen.law
    if written in NAMES:
        told = f"There are too few past calls to fit {written} to."
        raise CannotSimulate(Problem("law_unfitted", told, todo=f"Write --handling {queue}={LAWS}."))
    law = _law(written, "--handling") if written else HANDLING
    known.told.append(f"{queue}: handling {words(law)}{'' if written else ', for nothing was said (--handling)'}.")
    return law


def _patience(known: Known, queue: str, written: str, fits: Sequence[PatienceFit]) -> Law:
    chosen = next((fit for fit in fits if fit.name == written), fits[0] if fits and not written else None)
    if chosen is not None:
        known.told.append(
            f"{queue}: patience {chosen.name}, {words(chosen.law)}, from {chosen.waits:,} waits, "
            f"{chosen.gave_up:,} of them given up."
        )
        return chosen.law
    if written in NAMES:
        told = f"There are too few past calls to fit {written} to."
        raise CannotSimulate(Problem("law_unfitted", told, todo=f"Write --patience {queue}={LAWS}, or never."))
    law = _law(written, "--patience") if written else PATIENCE
    known.told.append(f"{queue}: patience {words(law)}{'' if written else ', for nothing was said (--patience)'}.")
    return law


def words(law: Law) -> str:
    """The law in a few words."""
    if math.isinf(law.mean):
        return "without end"
    kind = {"Willing": "", "Measured": "", "Fixed": "always ", "LogNormal": "lognormal "}.get(
        type(law).__name__, f"{type(law).__name__.lower()} "
    )
    more = f", variance {law.scv:.2g} × mean²" if isinstance(law, LogNormal) else ""
    more = f", shape {law.shape:.2g}" if isinstance(law, Gamma) else more
    return f"{kind}mean {law.mean:.0f} s{more}"


def _law(written: str, option: str) -> Law:
    name, *numbers = written.split(":")
    if name == NEVER_WORD:
        return NEVER
    if not numbers:
        mean = _number(name, option)
        return LogNormal(mean, HANDLING.scv) if option == "--handling" else Exponential(mean)
    mean, *shape = (_number(number, option) for number in numbers)
    more = shape[0] if shape else 1.0
    made: Mapping[str, Law] = {
        "exponential": Exponential(mean),
        "fixed": Fixed(mean),
        "lognormal": LogNormal(mean, more),
        "gamma": Gamma(mean, more),
        "erlang": Gamma(mean, max(1.0, round(more))),
    }
    if name not in made:
        told = f"'{name}' is no law. There are {', '.join(made)}, and never."
        raise CannotSimulate(Problem("law_unknown", told, where=option, todo=f"Write {LAWS}."))
    return made[name]


def pairs(written: Iterable[str], option: str) -> list[tuple[str, str]]:
    """`NAME=VALUE` each. Raises CannotSimulate."""
    found = []
    for one in written:
        name, equals, value = one.partition("=")
        if not (equals and name and value):
            raise CannotSimulate(Problem("pair_unread", f"'{one}' is no pair.", where=option, todo="Write NAME=VALUE."))
        found.append((name, value))
    return found


def _by_queue(written: Sequence[str], queues: Sequence[str]) -> dict[str, str]:
    """What holds for each queue: for one it is named for, else for all."""
    found: dict[str, str] = {}
    for one in written:
        queue, equals, value = one.partition("=")
        if equals:
            found[check_queue(queue, queues)] = value
        else:
            found = {**dict.fromkeys(queues, one), **found}
    return found


def _number(written: str, where: str) -> float:
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        todo = "Write a number above 0, such as 30."
        raise CannotSimulate(Problem("number_unread", f"'{written}' is no number above 0.", where=where, todo=todo))
    return number


def day_of(written: str, rates: Rates) -> tuple[int, datetime | None]:
    """The day of the week (0 is Monday), and the date where one was written; else the busiest day."""
    if not written:
        return rates.busiest(), None
    if written.lower() in DAYS:
        return DAYS.index(written.lower()), None
    try:
        date = datetime.fromisoformat(written)
    except ValueError:
        told = f"'{written}' is no day."
        raise CannotSimulate(Problem("day_unread", told, where="--day", todo="Write tue, or 2026-03-02.")) from None
    return date.weekday(), date

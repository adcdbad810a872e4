"""What the callers of one replication bring with them, drawn before anything happens, so that nothing can change it.

Times are whole microseconds, as the engine counts them.
"""

from dataclasses import dataclass, field

import numpy as np

from routing.simulate.chance import Chance
from routing.simulate.laws import Floats, Law
from routing.simulate.scenario import Callers, Scenario

FOREVER = 1 << 61
"""The patience, in microseconds, of somebody who does not hang up."""


@dataclass(slots=True)
class Calls:
    """A column for each thing known of a caller, in order of arrival.

    `callers` is the position of his kind in the scenario; `accepts` decides, against the chance of accepting, whether
    he takes a callback, and `answers`, attempt by attempt, whether he picks up when dialled.
    """

    arrival: list[int]
    callers: list[int]
    service: list[int]
    patience: list[int]
    accepts: list[float] = field(default_factory=list)
    answers: list[list[float]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.arrival)

    def copy_of(self, call: int, now: int) -> int:
        """The same caller once more, from now on; the number of the new call."""
        for column in (self.callers, self.service, self.patience):
            column.append(column[call])
        self.arrival.append(now)
        if self.accepts:
            self.accepts.append(self.accepts[call])
        if self.answers:
            self.answers.append(self.answers[call])
        return len(self.arrival) - 1


def draw_calls(scenario: Scenario, chance: Chance) -> Calls:
    """Everybody who will call. The callers of one queue are the same whatever the others, or the staff, are."""
    busyness = float(scenario.busyness.draw(chance.of("busyness"), 1)[0])
    until = scenario.window.closes + scenario.window.tail
    parts = [_draw_kind(callers, chance, until, busyness) for callers in scenario.callers]
    kinds = np.concatenate([np.full(len(part[0]), number) for number, part in enumerate(parts)])
    columns = [np.concatenate([part[index] for part in parts]) for index in range(4)]
    order = np.argsort(columns[0], kind="stable")
    arrival, service, patience, accepts = (column[order] for column in columns)
    rules = [callers.callbacks for callers in scenario.callers if callers.callbacks]
    attempts = max((rule.attempts for rule in rules if rule.answer < 1), default=0)
    answers = chance.of("answers").random((len(order), attempts)) if attempts else np.empty((0, 0))
    return Calls(
        arrival=_micros(arrival),
        callers=kinds[order].tolist(),
        service=_micros(service),
        patience=_micros(patience),
        accepts=accepts.tolist() if rules else [],
        answers=answers.tolist(),
    )


def _draw_kind(
    callers: Callers, chance: Chance, until: float, busyness: float
) -> tuple[Floats, Floats, Floats, Floats]:
    times = callers.arrivals.times(chance.of("arrivals", callers.queue), until, busyness)
    service = _by_time(callers.service, chance, ("service", callers.queue), times)
    patience = _by_time(callers.patience, chance, ("patience", callers.queue), times)
    return times, service, patience, chance.of("accepts", callers.queue).random(len(times))


def _by_time(
    law: Law | tuple[tuple[float, Law], ...], chance: Chance, purpose: tuple[str, str], times: Floats
) -> Floats:
    """One draw for each time, by the law of that time."""
    if not isinstance(law, tuple):
        return law.draw(chance.of(*purpose), len(times))
    drawn = np.stack([part.draw(chance.of(*purpose), len(times)) for _, part in law])
    which = np.searchsorted([start for start, _ in law], times, side="right") - 1
    found: Floats = drawn[which, np.arange(len(times))]
    return found


def _micros(seconds: Floats) -> list[int]:
    capped = np.minimum(np.rint(seconds * 1e6), float(FOREVER))
    whole: list[int] = capped.astype(np.int64).tolist()
    return whole

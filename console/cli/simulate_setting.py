"""A site as a scenario: its queues, rings, overflow and callbacks as the designer wrote them, on one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from call_flows.facts import Facts, QueueFacts
from call_flows.loaded import LoadedSite
from call_flows.loader import load_site
from call_flows.offering import is_offering
from console.cli.simulate_calls import CannotSimulate, Known
from console.cli.simulate_staff import everybody, on_duty, read_staff
from console.wiring import DISCIPLINES, queue_configs
from foundation.errors import Problem
from routing.config import QueueConfig, ServiceLevel
from routing.match import AgentChoice
from routing.simulate import CallbackMode, Callbacks, Callers, Choice, Group, Listed, Scenario, Window
from routing.simulate.arrivals import Arrivals
from routing.simulate.past import moments
from routing.simulate.rates import SLOTS, Rates, span_of, table_of
from routing.simulate.what_if import Known as Nameable
from routing.simulate.what_if import changed

LONGEST_OFFER: Final = 3600
"""Estimates up to so many seconds are tried to see from which on callbacks are offered."""
HALF: Final = 1800.0


@dataclass(frozen=True, slots=True)
class Day:
    """The day: of the week, from when to when in seconds after midnight, its date where the callers are a date's."""

    weekday: int
    span: tuple[float, float]
    date: datetime | None = None
    as_they_came: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """All a run needs: the site, who calls, the day, what share takes a callback, and the staff's file."""

    site: LoadedSite
    known: Known
    day: Day
    accept: float
    staff: Path | None = None

    @property
    def aims(self) -> dict[str, ServiceLevel]:
        """What each queue is to reach."""
        return {config.name: config.service_level for config in queue_configs(self.site.site)}

    @property
    def calls(self) -> dict[str, list[float]]:
        """Mean calls of each half-hour of the day, by queue, from the opening on."""
        first, last = int(self.day.span[0] // HALF), int(-(-self.day.span[1] // HALF))
        return {queue: calls[first:last] for queue, calls in self.known.rates.on(self.day.weekday).items()}

    def scenario(self, site: LoadedSite | None = None, staff: Path | None = None) -> Scenario:
        """The base: the day as it would be; or with another site's rules, or another staff."""
        loaded = site or self.site
        configs = {config.name: config for config in queue_configs(loaded.site)}
        arrivals = self._arrivals()
        callers = tuple(
            self._callers(loaded, config, arrivals.get(name))
            for name, config in configs.items()
            if name in arrivals or any(one.overflow and one.overflow.to == name for one in configs.values())
        )
        least = any(config.agent_choice is AgentChoice.LEAST_OCCUPIED for config in configs.values())
        return Scenario(
            callers,
            self._groups(loaded, staff or self.staff),
            Window(self.day.span[1] - self.day.span[0]),
            discipline=DISCIPLINES[loaded.site.next_caller],
            choice=Choice.LEAST_OCCUPIED if least else Choice.LONGEST_IDLE,
        )

    def variant(self, words: str) -> Scenario:
        """The base with changes; `site FOLDER` and `staff FILE` among them take the rules or the shifts from there."""
        site, staff, rest = None, None, []
        for change in (part.strip() for part in words.split(",")):
            verb, _, where = change.partition(" ")
            if verb == "site":
                site = load_site(Path(where.strip()))
            elif verb == "staff":
                staff = Path(where.strip())
            else:
                rest.append(change)
        scenario = self.scenario(site, staff)
        offer = Callbacks(offer_above=120.0, accept=self.accept)
        known = Nameable([str(skill) for skill in (site or self.site).site.skills], offer)
        return changed(scenario, ", ".join(rest), known) if rest else scenario

    def _arrivals(self) -> Mapping[str, Arrivals]:
        day = self.day
        if not day.as_they_came or day.date is None:
            return {queue: table_of(calls, day.span) for queue, calls in self.known.rates.on(day.weekday).items()}
        found = {queue: moments(self.known.past, queue, day.date) for queue in self.known.rates.queues}
        opens, closes = day.span
        return {
            queue: Listed(tuple(at - opens for at in ats if opens <= at < closes))
            for queue, ats in found.items()
            if ats
        }

    def _callers(self, loaded: LoadedSite, config: QueueConfig, arrivals: Arrivals | None) -> Callers:
        name = config.name
        first = next(iter(self.known.service))
        least = config.agent_choice is AgentChoice.LEAST_OCCUPIED
        return Callers(
            name,
            arrivals if arrivals is not None else Listed(()),
            self.known.service.get(name, self.known.service[first]),
            self.known.patience.get(name, self.known.patience[first]),
            rings=config.rings,
            credit=min(config.credit, config.most_credit),
            max_wait=config.max_wait,
            max_size=config.max_size,
            callbacks=_callbacks(loaded, name, self.accept, self.day),
            overflow=config.overflow,
            choice=Choice.LEAST_OCCUPIED if least else Choice.LONGEST_IDLE,
        )

    def _groups(self, loaded: LoadedSite, staff: Path | None) -> tuple[Group, ...]:
        if staff is not None:
            groups = on_duty(read_staff(staff, loaded.site), loaded.site, self.day.weekday, self.day.span)
        else:
            groups = everybody(loaded.site)
        if not any(group.most for group in groups):
            todo = "Give agents in site.yaml, or shifts on that day with --staff FILE."
            raise CannotSimulate(Problem("nobody_works", "Nobody works on that day.", todo=todo))
        return groups


def span_for(written: str, known: Known, weekday: int) -> tuple[float, float]:
    """From when to when, in half-hours: as written (08:00-20:00), else while anybody calls."""
    if not written:
        return span_of(known.rates.on(weekday))
    parts = [part.strip().partition(":") for part in written.split("-")]
    slots = [
        int(hour) * 2 + (minute == "30")
        for hour, _, minute in parts
        if hour.isdigit() and minute in {"00", "30"} and int(hour) * 2 <= SLOTS
    ]
    if len(slots) != 2 or not 0 <= slots[0] < slots[1] <= SLOTS:  # noqa: PLR2004 - from and until
        told = f"'{written}' is no span of a day."
        raise CannotSimulate(Problem("span_unread", told, where="--hours", todo="Write 08:00-20:00, in half-hours."))
    return slots[0] * HALF, slots[1] * HALF


def in_hours(rates: Rates, site: LoadedSite) -> Rates:
    """Constant rates hold while the queue is open by its `hours:`; a queue without any is always open."""
    found: dict[tuple[str, int], list[float]] = {}
    for (queue, day), calls in rates.calls.items():
        name = site.site.queues[queue].hours
        spans = [(0, SLOTS * 30)] if name is None else site.site.hours[name].week[day]
        is_open = [any(start < slot * 30 + 30 and slot * 30 < until for start, until in spans) for slot in range(SLOTS)]
        found[queue, day] = [one if open_then else 0.0 for one, open_then in zip(calls, is_open, strict=True)]
    return Rates(found)


def not_played(site: LoadedSite) -> list[str]:
    """What the site says and a simulation leaves out, in words."""
    told = []
    for name, queue in site.site.queues.items():
        rules = {
            "when_waiting": any(ring.when_waiting is not None for ring in queue.rings),
            "skip_unstaffed": queue.skip_unstaffed,
            "known_agent": queue.known_agent is not None,
            "when_nobody: leave": queue.when_nobody == "leave",
            "leave_when_empty": queue.leave_when_empty,
        }
        told += [f"{name}: {rule} is not played." for rule, is_there in rules.items() if is_there]
    told += [
        f"{agent.login}: next_caller is not played." for agent in site.site.agents if agent.next_caller is not None
    ]
    return told


def _callbacks(site: LoadedSite, queue: str, accept: float, day: Day) -> Callbacks | None:
    policy = site.site.queues[queue].callback if queue in site.site.queues else None
    if policy is None:
        return None
    above = offered_above(site, queue, day)
    if above is None:
        return None
    return Callbacks(
        above,
        accept,
        mode=CallbackMode.BEHIND_LIVE if policy.place == "behind" else CallbackMode.KEEP_PLACE,
        due_within=None if policy.promise is None else float(policy.promise),
        attempts=policy.attempts,
        retry_after=float(policy.retry_after[0]) if policy.retry_after else 600.0,
    )


def offered_above(site: LoadedSite, queue: str, day: Day) -> float | None:
    """The seconds of estimated wait above which `offer_when` holds; None where it holds for no wait up to an hour."""
    date = day.date or datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=day.weekday)
    middle = date.replace(tzinfo=site.zone) + timedelta(seconds=sum(day.span) / 2)

    def offers(seconds: int) -> bool:
        facts = Facts(middle, queues={queue: QueueFacts(agents=1, ewt_seconds=float(seconds))})
        return is_offering(site, queue, facts, was=False)

    return next((float(seconds - 1) for seconds in range(LONGEST_OFFER + 1) if offers(seconds)), None)

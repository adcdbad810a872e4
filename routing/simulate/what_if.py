"""What-if: a scenario with something changed, said in words, as a supervisor would.

    callbacks off            callbacks on billing        calls +20%              calls -10% billing
    add 2 billing:3          remove ana                  remove 2 evening        teach carla billing:3

Several changes are joined by commas. Callers, their moments and their calls stay those of the base.
"""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from foundation.errors import CallwrightError, Problem
from routing.simulate.arrivals import Arrivals, Listed, Poisson, RateTable
from routing.simulate.scenario import Callbacks, Callers, Group, Scenario

GRAMMAR = "Write callbacks on|off, calls +20%, add 2 SKILL:LEVEL, remove [N] NAME, or teach NAME SKILL:LEVEL."
LEVELS = range(1, 11)


class ChangeRefused(CallwrightError):
    """A change names a queue, a skill or an agent that is not there, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Known:
    """What changes may name; `offer` is the rule of callbacks for a queue whose site has none."""

    skills: Sequence[str]
    offer: Callbacks


def changed(scenario: Scenario, words: str, known: Known) -> Scenario:
    """The scenario with every change made. Raises ChangeRefused."""
    for change in words.split(","):
        verb, *rest = change.split() or [""]
        act = _VERBS.get(verb)
        if act is None:
            raise _refused("change_unknown", f"'{change.strip()}' is no change.", verb, _VERBS)
        scenario = act(scenario, rest, known)
    return scenario


def check_queue(name: str, queues: Iterable[str]) -> str:
    """The name, if there is such a queue. Raises ChangeRefused with the nearest one."""
    there = list(queues)
    if name not in there:
        raise _refused("queue_unknown", f"There is no queue '{name}'.", name, there, f"The queues are {_list(there)}.")
    return name


def check_skill(name: str, skills: Iterable[str]) -> str:
    """The name, if there is such a skill. Raises ChangeRefused with the nearest one."""
    there = list(skills)
    if name not in there:
        raise _refused("skill_unknown", f"There is no skill '{name}'.", name, there, f"The skills are {_list(there)}.")
    return name


def _callbacks(scenario: Scenario, words: Sequence[str], known: Known) -> Scenario:
    if not words or words[0] not in {"on", "off"}:
        raise _refused("change_unread", "Callbacks are on or off.", "", ())

    def turned(callers: Callers) -> Callers:
        rule = None if words[0] == "off" else callers.callbacks or known.offer
        return replace(callers, callbacks=rule)

    return _of_queues(scenario, words[1:], turned)


def _calls(scenario: Scenario, words: Sequence[str], _known: Known) -> Scenario:
    try:
        factor = 1 + float(words[0].removesuffix("%")) / 100
    except (IndexError, ValueError):
        raise _refused("change_unread", "How many more or fewer calls?", "", ()) from None
    return _of_queues(scenario, words[1:], lambda one: replace(one, arrivals=_times(one.arrivals, max(0.0, factor))))


def _times(arrivals: Arrivals, factor: float) -> Arrivals:
    if isinstance(arrivals, Poisson):
        return Poisson(arrivals.per_second * factor)
    if isinstance(arrivals, RateTable):
        return RateTable(tuple((start, rate * factor) for start, rate in arrivals.rates), arrivals.until)
    if isinstance(arrivals, Listed):
        raise _refused("calls_are_listed", "These callers come as they did: there are no more, and no fewer.", "", ())
    return arrivals


def _of_queues(scenario: Scenario, queues: Sequence[str], change: Callable[[Callers], Callers]) -> Scenario:
    for queue in queues:
        check_queue(queue, (callers.queue for callers in scenario.callers))
    callers = tuple(change(one) if not queues or one.queue in queues else one for one in scenario.callers)
    return replace(scenario, callers=callers)


def _add(scenario: Scenario, words: Sequence[str], known: Known) -> Scenario:
    count = int(words[0]) if words and words[0].isdigit() else 1
    skills = _skills(words[1:] if words and words[0].isdigit() else words, known)
    name = "added " + " ".join(f"{skill}:{level}" for skill, level in skills.items())
    return replace(scenario, groups=(*scenario.groups, Group(name, skills, count)))


def _remove(scenario: Scenario, words: Sequence[str], _known: Known) -> Scenario:
    count = int(words[0]) if words and words[0].isdigit() else None
    name = " ".join(words if count is None else words[1:])
    _check_group(name, scenario)

    def fewer(group: Group) -> Group:
        steps = tuple((start, 0 if count is None else max(0, there - count)) for start, there in group.steps)
        return replace(group, count=steps) if group.name == name else group

    return replace(scenario, groups=tuple(fewer(group) for group in scenario.groups))


def _teach(scenario: Scenario, words: Sequence[str], known: Known) -> Scenario:
    split = next((place for place, word in enumerate(words) if ":" in word), len(words))
    name, skills = " ".join(words[:split]), _skills(words[split:], known)
    _check_group(name, scenario)
    groups = tuple(
        replace(group, skills={**group.skills, **skills}) if group.name == name else group for group in scenario.groups
    )
    return replace(scenario, groups=groups)


def _skills(words: Sequence[str], known: Known) -> dict[str, int]:
    found = {}
    for word in words:
        skill, _, level = word.partition(":")
        check_skill(skill, known.skills)
        if not level.isdigit() or int(level) not in LEVELS:
            raise _refused("level_unread", f"'{word}' has no level from 1 to 10.", "", ())
        found[skill] = int(level)
    if not found:
        raise _refused("skill_wanted", "Which skills do they have?", "", ())
    return found


def _check_group(name: str, scenario: Scenario) -> None:
    there = [group.name for group in scenario.groups]
    if name not in there:
        raise _refused("agent_unknown", f"Nobody here is called '{name}'.", name, there, f"There are {_list(there)}.")


def _refused(code: str, what: str, word: str, there: Iterable[str], todo: str = GRAMMAR) -> ChangeRefused:
    near = difflib.get_close_matches(word.lower(), list(there), n=1)
    return ChangeRefused(Problem(code, what, todo=f"Did you mean '{near[0]}'? {todo}" if near else todo))


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


_VERBS: dict[str, Callable[[Scenario, Sequence[str], Known], Scenario]] = {
    "callbacks": _callbacks,
    "calls": _calls,
    "add": _add,
    "remove": _remove,
    "teach": _teach,
}

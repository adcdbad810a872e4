"""What a whole site does otherwise: its numbers, hours, queues and settings, then each flow."""

from collections.abc import Iterator, Mapping
from typing import Final

from call_flows.changes.change import Change, ChangeKind, compared, told
from call_flows.changes.flows import flow_changes
from call_flows.hours import DAYS, Hours, Spans
from call_flows.loaded import LoadedSite
from call_flows.site import Agent, NumberEntry
from call_flows.strict import Strict

_APART: Final = frozenset({"site", "description", "numbers", "hours", "agents"})


def changes_between(before: LoadedSite, after: LoadedSite) -> tuple[Change, ...]:
    """Everything that is otherwise for a caller; what only reads differently is left out."""
    return (*_site(before, after), *_flows(before, after))


def _site(before: LoadedSite, after: LoadedSite) -> Iterator[Change]:
    old, new = before.site, after.site
    yield from _numbers(old.numbers, new.numbers)
    yield from _hours(old.hours, new.hours)
    for name in type(new).model_fields:
        if name not in _APART:
            yield from _setting(name, getattr(old, name), getattr(new, name))
    yield from _agents(old.agents, new.agents)


def _flows(before: LoadedSite, after: LoadedSite) -> Iterator[Change]:
    for name, flow in before.flows.items():
        successor = after.flows.get(name)
        if successor is None:
            yield Change(ChangeKind.REMOVED, name, "", "the flow is gone")
        else:
            yield from flow_changes(flow, successor)
    for name, flow in after.flows.items():
        if name not in before.flows:
            nodes = f"{len(flow.nodes)} {'node' if len(flow.nodes) == 1 else 'nodes'}"
            yield Change(ChangeKind.ADDED, name, "", f"the flow is new ({nodes})")


def _numbers(before: Mapping[str, NumberEntry], after: Mapping[str, NumberEntry]) -> Iterator[Change]:
    for number in {**before, **after}:
        old, new = before.get(number), after.get(number)
        if old == new:
            continue
        if new is None:
            yield Change(ChangeKind.REMOVED, "", number, "is not answered any more; it was by", _answer(old))
        elif old is None:
            yield Change(ChangeKind.ADDED, "", number, "is answered by", "", _answer(new))
        else:
            yield Change(ChangeKind.REWIRED, "", number, "is answered by", _answer(old), _answer(new))


def _answer(entry: NumberEntry | None) -> str:
    if entry is None:
        return ""
    return f"{entry.flow} in {entry.language}" if entry.language else str(entry.flow)


def _hours(before: Mapping[str, Hours], after: Mapping[str, Hours]) -> Iterator[Change]:
    for name in {**before, **after}:
        old, new, place = before.get(name), after.get(name), f"hours {name}"
        if old == new:
            continue
        if old is None or new is None:
            kind = ChangeKind.ADDED if old is None else ChangeKind.REMOVED
            yield Change(kind, "", place, "are new" if old is None else "are gone")
            continue
        for days, was, now in _days(old, new):
            yield Change(ChangeKind.CHANGED, "", place, f"{days} open", was, now)
        for day in sorted({*old.dates, *new.dates}):
            was, now = _date(old, day), _date(new, day)
            if was != now:
                yield Change(ChangeKind.CHANGED, "", place, f"on {day} open", was, now)
        if (old.country, old.subdivision) != (new.country, new.subdivision):
            yield compared("", place, "holidays of", old.country or None, new.country or None)


def _days(old: Hours, new: Hours) -> Iterator[tuple[str, str, str]]:
    """Runs of days that change alike."""
    runs: list[tuple[int, int, str, str]] = []
    for day in range(len(DAYS)):
        was, now = spans_told(old.week[day]), spans_told(new.week[day])
        if was == now:
            continue
        if runs and runs[-1][1] == day - 1 and runs[-1][2:] == (was, now):
            runs[-1] = (runs[-1][0], day, was, now)
        else:
            runs.append((day, day, was, now))
    for first, last, was, now in runs:
        yield (DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"), was, now


def _date(hours: Hours, day: str) -> str:
    return spans_told(hours.dates[day]) if day in hours.dates else "as on any such day"


def spans_told(spans: Spans) -> str:
    """Opening spans as a designer writes them."""
    return ", ".join(f"{_clock(start)}-{_clock(until)}" for start, until in spans) or "not at all"


def _clock(minute: int) -> str:
    day = 24 * 60
    return "24:00" if minute == day else f"{minute % day // 60:02d}:{minute % 60:02d}"


def _agents(before: list[Agent], after: list[Agent]) -> Iterator[Change]:
    old, new = ({agent.login: agent for agent in agents} for agents in (before, after))
    for login in {**old, **new}:
        was, now, place = old.get(login), new.get(login), f"agent {login}"
        if was is None or now is None:
            kind = ChangeKind.ADDED if was is None else ChangeKind.REMOVED
            skills = told((was or now or before[0]).skills)
            yield Change(kind, "", place, "is new, with" if was is None else "is gone, with", "", skills)
        elif was.skills != now.skills:
            yield compared("", place, "skills", was.skills, now.skills)


def _setting(path: str, old: object, new: object) -> Iterator[Change]:
    """A part of site.yaml, taken apart until what differs is small enough to be told."""
    if old == new:
        return
    before, after = _inside(old), _inside(new)
    if before is None or after is None:
        yield from _said(path, old, new)
        return
    for key in {**before, **after}:
        yield from _setting(f"{path} {key}", before.get(key), after.get(key))


def _said(path: str, old: object, new: object) -> Iterator[Change]:
    first, _, rest = path.partition(" ")
    name, _, inner = rest.partition(" ")
    place = f"{first.removesuffix('s')} {name}" if first == "queues" and name else first
    if first == "queues" and not inner:
        kind = ChangeKind.ADDED if old is None else ChangeKind.REMOVED
        yield Change(kind, "", place, "is new" if old is None else "is gone")
        return
    yield compared("", place, (inner if first == "queues" else rest) or "it is", _read(old), _read(new))


def _inside(value: object) -> dict[str, object] | None:
    if isinstance(value, Strict):
        return {(info.alias or name): getattr(value, name) for name, info in type(value).model_fields.items()}
    if isinstance(value, dict):
        return {str(key): one for key, one in value.items()}
    return None


def _read(value: object) -> object:
    """A value to be told: models as mappings, without what is left at nothing."""
    inside = _inside(value)
    if inside is not None:
        return {key: _read(one) for key, one in inside.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_read(one) for one in value]
    return getattr(value, "source", None) or value

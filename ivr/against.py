"""Calls that were, stepped through another version of the site: which of them would go differently, and where."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from call_flows.actions import Action, Collect, Enqueue, Play, Say, TakeCard
from call_flows.changes import renamed_nodes
from call_flows.engine import advance, begin
from call_flows.loaded import LoadedSite
from call_flows.notes import CallEnded, ExitTaken, NodeEntered
from call_flows.state import CallState, Step
from ivr.logbook import Beginning, Logbook, Unreadable
from ivr.replay import CallLog, LogLine

EXAMPLES: Final = 3
Renames = Mapping[str, Mapping[str, str]]
"""By flow: nodes that only have another name, by the old one."""


class Going(StrEnum):
    """How a call would go on the other version, the gravest first."""

    UNANSWERED = "unanswered"  # nobody answers that number any more
    WAY = "another way"
    DEED = "something else is done"  # other skills asked for, another number dialled, ...
    WORDS = "other words"
    SAME = "the same"
    UNREADABLE = "cannot be told"


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a call would first go differently: the node, what happened there, and what follows in both."""

    going: Going
    where: str = ""
    event: str = ""
    was: str = ""
    becomes: str = ""


SAME: Final = Parting(Going.SAME)


@dataclass(slots=True)
class Report:
    """All calls of a span: how many go how, where they part, and some of them by name."""

    calls: int = 0
    goings: Counter[Going] = field(default_factory=Counter)
    partings: dict[Parting, list[str]] = field(default_factory=dict)
    counts: Counter[Parting] = field(default_factory=Counter)

    def add(self, call_id: str, parting: Parting) -> None:
        """Count one call."""
        self.calls += 1
        self.goings[parting.going] += 1
        if parting is SAME:
            return
        self.counts[parting] += 1
        examples = self.partings.setdefault(parting, [])
        if len(examples) < EXAMPLES:
            examples.append(call_id)


class Against:
    """Steps logged calls through both versions, theirs and the new one."""

    def __init__(self, new: LoadedSite, version_of: Callable[[str], LoadedSite | None], logbook: Logbook) -> None:
        self._new = new
        self._version_of = version_of
        self._logbook = logbook
        self._pairs: dict[str, _Pair | None] = {}

    def report(self, logs: Iterable[CallLog], tick: Callable[[], object] = lambda: None) -> Report:
        """Compare every call; `tick` is called after each."""
        report = Report()
        for log in logs:
            report.add(log.call_id, self.parting(log))
            tick()
        return report

    def parting(self, log: CallLog) -> Parting:
        """Where one call would first go differently, in the gravest way."""
        pair = self._pair(log.version)
        begun = log.lines[0].kept.begin if log.lines else None
        if pair is None or begun is None or begun.flow not in pair.old.flows:
            return Parting(Going.UNREADABLE, becomes="the version is gone" if pair is None else "not kept")
        if pair.untouched(log):
            return SAME
        return self._step_both(pair, log, begun)

    def _step_both(self, pair: "_Pair", log: CallLog, begun: Beginning) -> Parting:
        number = self._new.answers(begun.dialled)
        if number is None and pair.old.answers(begun.dialled) is not None:
            return Parting(Going.UNANSWERED, begun.dialled)
        flow = str(number.flow) if number is not None else begun.flow
        if flow != begun.flow or flow not in self._new.flows:
            return Parting(Going.WAY, begun.dialled, "arrived", begun.flow, flow)
        language = str(number.language or self._new.flows[flow].language) if number is not None else begun.language
        state = begin(self._new, flow=flow, language=language, caller=begun.caller, dialled=begun.dialled)
        return self._walk(pair, log, begun.state(pair.old), state)

    def _walk(self, pair: "_Pair", log: CallLog, old: CallState, new: CallState) -> Parting:
        """Step the new version; the old one only where what comes out is not what the log's sum says it was."""
        milder, alike = SAME, old == new
        for line in log.lines:
            if line.kept.notes is None:
                continue
            try:
                event = self._logbook.read(line.kind, line.kept)
            except Unreadable as unreadable:
                return milder if milder is not SAME else Parting(Going.UNREADABLE, becomes=str(unreadable))
            becomes = advance(pair.new, new, event)
            if alike and self._logbook.sum_of(becomes) == line.kept.sum:
                old = new = becomes.state
                continue
            was = advance(pair.old, old, event)
            parting = _parting(pair.renames, line, old, was, becomes)
            if parting.going is Going.WAY:
                return parting
            if milder is SAME or (milder.going is Going.WORDS and parting.going is Going.DEED):
                milder = parting
            old, new = was.state, becomes.state
            alike = old == new
        return milder

    def _pair(self, version: str) -> "_Pair | None":
        if version not in self._pairs:
            old = self._version_of(version)
            self._pairs[version] = None if old is None else _Pair.of(old, self._new)
        return self._pairs[version]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two versions, and what is the same in both."""

    old: LoadedSite
    new: LoadedSite
    renames: Renames
    alike: frozenset[str]
    """Flows whose text is the same; empty when site.yaml is not."""

    @classmethod
    def of(cls, old: LoadedSite, new: LoadedSite) -> "_Pair":
        both = [name for name in old.flows if name in new.flows]
        renames = {name: renamed_nodes(old.flows[name], new.flows[name]) for name in both}
        same_site = old.site == new.site
        alike = frozenset(name for name in both if same_site and _text(old, name) == _text(new, name))
        return cls(old, new, renames, alike)

    def untouched(self, log: CallLog) -> bool:
        """Whether the call met nothing that was changed: then it need not be stepped."""
        return bool(self.alike) and all(
            note.get("flow", "") in self.alike
            for line in log.lines
            for note in line.kept.notes or ()
            if note.get("kind") == "node_entered"
        )


def _text(site: LoadedSite, flow: str) -> str:
    return site.texts.get(site.flows[flow].places.file, "")


def _parting(renames: Renames, line: LogLine, before: CallState, was: Step, becomes: Step) -> Parting:
    old, new = _way(was, renames), _way(becomes, {})
    where = before.hold or before.at
    place = f"{where.flow}.{where.node}" if where.node else where.flow
    if old != new:
        at = next(
            (i for i, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
        )
        stood = next((f"{flow}.{node}" for flow, node, exit_name in reversed(old[:at]) if not exit_name), place)
        return Parting(Going.WAY, stood, _heard(line), _told(old, at), _told(new, at))
    if was.actions == becomes.actions:
        return SAME
    spoken, speaks = _words(was.actions), _words(becomes.actions)
    if spoken != speaks:
        first = next((pair for pair in zip(spoken, speaks, strict=False) if pair[0] != pair[1]), None)
        lost = next(iter(spoken[len(speaks) :]), "")
        added = next(iter(speaks[len(spoken) :]), "")
        said, says = first or (lost, added)
        return Parting(Going.WORDS, _last_node(old, place), "", said, says)
    return Parting(Going.DEED, _last_node(old, place), "", _deeds(was.actions), _deeds(becomes.actions))


def _way(step: Step, renames: Renames) -> list[tuple[str, str, str]]:
    """The nodes come to and the exits taken, under their new names."""
    way = []
    for note in step.notes:
        if isinstance(note, NodeEntered):
            way.append((note.flow, renames.get(note.flow, {}).get(note.node, note.node), ""))
        elif isinstance(note, ExitTaken):
            way.append((note.flow, renames.get(note.flow, {}).get(note.node, note.node), note.exit))
        elif isinstance(note, CallEnded):
            way.append(("", "", note.reason))
    return way


def _told(way: list[tuple[str, str, str]], at: int) -> str:
    if at >= len(way):
        return "waits"
    flow, node, exit_name = way[at]
    if not flow:
        return f"the call ends: {exit_name}"
    return f"{flow}.{node} by {exit_name}" if exit_name else f"comes to {flow}.{node}"


def _last_node(way: list[tuple[str, str, str]], place: str) -> str:
    return next((f"{flow}.{node}" for flow, node, exit_name in reversed(way) if flow and not exit_name), place)


def _heard(line: LogLine) -> str:
    """What happened there, as the log tells it to anybody: private answers are masked in it."""
    for note in line.kept.notes or ():
        if note.get("kind") == "answered":
            return str(note.get("digits") or note.get("speech") or "nothing")
    return line.kind


def _words(actions: Iterable[Action]) -> list[str]:
    said: list[str] = []
    for action in actions:
        if isinstance(action, Say | Play):
            said.append(_spoken(action))
        elif isinstance(action, Collect | TakeCard):
            said += [_spoken(prompt) for prompt in action.prompts]
    return said


def _spoken(prompt: Say | Play) -> str:
    return prompt.text or (f"♪ {prompt.prompt}" if isinstance(prompt, Play) else "")


def _deeds(actions: Iterable[Action]) -> str:
    told = []
    for action in actions:
        if isinstance(action, Say | Play):
            continue
        values: dict[str, Any] = {"queue": action.queue, "rings": action.rings} if isinstance(action, Enqueue) else {}
        told.append(f"{type(action).__name__}{' ' + repr(values) if values else ''}")
    return ", ".join(told)

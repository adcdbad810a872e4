"""From a Studio flow to the flows of a site: one for each way in, with every widget in at least one of them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from call_flows.importers.made import MadeFlow, Part, pruned, strings
from call_flows.importers.naming import Names, node_name, snake
from call_flows.importers.plan import SitePlan
from call_flows.importers.spoken_languages import DEFAULT, known_language
from call_flows.importers.studio.bench import Bench
from call_flows.importers.studio.source import CALL_EVENTS, MESSAGE_EVENTS, StudioFlow, Widget
from call_flows.importers.studio.value import LiquidRefused
from call_flows.importers.studio.variables import Reads, Variables
from call_flows.importers.studio.widgets import HOMELESS, SILENT, VOICE_ONLY, WIDGETS

_SUFFIX: Final = {
    "incomingCall": "",
    "incomingRequest": "on_request",
    "incomingParent": "as_subflow",
    "incomingMessage": "on_message",
    "incomingConversationMessage": "on_conversation",
}
_HEARD: Final = frozenset({"gather-input-on-call", "say-play"})


@dataclass(slots=True)
class Built:
    """What was made of one Studio flow."""

    flows: dict[str, MadeFlow] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    others: dict[str, MadeFlow] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def build(
    source: StudioFlow,
    name: str,
    site: SitePlan,
    names: Names,
    subflows: Mapping[str, str],
    reads: Reads,
    *,
    returns: bool = False,
) -> Built:
    """Make the flows. `reads` tells what is read of each widget; it is learned anew on the way.

    A flow that `returns` is a subflow: it begins where its parent calls it, and comes back where a call would end.
    """
    built = Built()
    on_phone = _on_the_phone(source)
    for widget in source.widgets.values():
        built.parts[widget.name] = Part(widget.name, widget.kind, on_the_phone=widget.name in on_phone)
    trigger = built.parts.setdefault(source.trigger.name, Part("Trigger", "trigger"))
    trigger.on_the_phone = True
    maker = _Maker(source, site, names, dict(subflows), reads, built, returns=returns)
    first = "incomingParent" if returns and source.trigger.wired("incomingParent") else "incomingCall"
    events = sorted((*CALL_EVENTS, *MESSAGE_EVENTS), key=first.__ne__)
    made: dict[str, str] = {}
    for event in events:
        start = source.trigger.leads(event)
        suffix = "" if event == first else _SUFFIX[event] or "on_call"
        if event != first and start and start in made:
            trigger.note(f"{event} begins where {made[start]} does.")
        elif event == first or start:
            maker.flow("_".join(filter(None, (name, suffix))), start)
            made[start] = event
    _aside(maker, name)
    _tell_of_ways_in(trigger, source, first)
    return built


def _on_the_phone(source: StudioFlow) -> set[str]:
    """What a call can come to: from the REST trigger or as a subflow only where something is heard or connected."""
    found = source.reachable(source.trigger.leads("incomingCall"))
    for event in CALL_EVENTS:
        reached = source.reachable(source.trigger.leads(event))
        if any(source.widgets[name].kind in VOICE_ONLY for name in reached):
            found |= reached
    return found


def _tell_of_ways_in(trigger: Part, source: StudioFlow, first: str) -> None:
    if not source.trigger.wired(first):
        trigger.note(f"Calls end at once: {first} leads nowhere.")
    for event in (*CALL_EVENTS, *MESSAGE_EVENTS):
        if event != first and source.trigger.wired(event):
            trigger.note(f"{event} has a flow of its own, which no number leads to.")


def _aside(maker: "_Maker", name: str) -> None:
    """Widgets that no way leads to are kept, in flows of their own."""
    number = 1
    while missing := maker.missing():
        fed = {way.next for left in missing for way in maker.source.widgets[left].transitions if way.next != left}
        root = next((left for left in missing if left not in fed), missing[0])
        maker.flow("_".join(filter(None, (name, "aside", str(number) if number > 1 else ""))), root)
        maker.built.parts[root].note("No way leads to it here: it is kept in a flow of its own.")
        number += 1


@dataclass(slots=True)
class _Maker:
    """Makes one flow after the other, with what they share."""

    source: StudioFlow
    site: SitePlan
    names: Names
    subflows: dict[str, str]
    reads: Reads
    built: Built
    returns: bool = False
    language: str = ""
    nodes: dict[str, str] = field(default_factory=dict)
    end: str = ""

    def __post_init__(self) -> None:
        for widget in self.source.widgets:
            wish = node_name(widget)
            taken = set(self.nodes.values())
            self.nodes[widget] = wish if wish not in taken else f"{wish}-{len(taken)}"
        self.nodes.setdefault(self.source.trigger.name, "Trigger")
        ends = ("the_end", "the_end_of_the_call", "nothing_follows")
        self.end = next(end for end in ends if end not in self.nodes.values())
        spoken = Counter(_languages(self.source.widgets.values()))
        self.language = spoken.most_common(1)[0][0] if spoken else DEFAULT
        self.site.language(self.language)

    def missing(self) -> list[str]:
        """Widgets that stand in no flow yet."""
        return [part.name for part in self.built.parts.values() if not part.flows and part.kind != "trigger"]

    def flow(self, name: str, start: str) -> None:
        """One flow, from the widget at which it begins."""
        variables = Variables(self.source, self.names, self.reads)
        made = MadeFlow(name, " ".join(self.source.description.split())[:200], self.language, end=self.end)
        made.ending = "return" if self.returns else "hang_up"
        bench = Bench(
            self.source,
            made,
            self.site,
            variables,
            self.reads,
            self.built.parts,
            self.nodes,
            _constants(self.source),
            self.subflows,
            self.built.others,
        )
        bench.switches = _switches(self.source, self.language)
        for widget in self._order(start):
            bench.at, bench.looked_at = widget, set()
            _translate(bench)
            _tell_of_lost_ways(bench)
        made.start = self.nodes[start] if start in self.source.widgets else bench.end()
        pruned(made)
        for widget in self.source.widgets.values():
            part = self.built.parts[widget.name]
            if widget.kind == "trigger" or self.nodes[widget.name] in made.nodes:
                part.flows.append(name)
        for slot, private in variables.slots().items():
            if _mentions(made, slot):
                made.slots.setdefault(slot, {"type": "text", **({"private": True} if private else {})})
        made.slots = {slot: made.slots[slot] for slot in made.slots if _mentions(made, slot)}
        if self.end in made.nodes:
            made.nodes[self.end] = made.nodes.pop(self.end)
        self.built.flows[name] = made

    def _order(self, start: str) -> Iterator[Widget]:
        """Widgets in the order in which a reader follows the call."""
        seen: list[str] = []
        pending = [start]
        while pending:
            name = pending.pop(0)
            if name in seen or name not in self.source.widgets or self.source.widgets[name].kind == "trigger":
                continue
            seen.append(name)
            pending = [way.next for way in self.source.widgets[name].transitions if way.next] + pending
        return (self.source.widgets[name] for name in seen)


def _translate(bench: Bench) -> None:
    kind = bench.at.kind
    translator = WIDGETS.get(kind)
    if translator is None:
        reason = HOMELESS.get(kind, f"'{kind[:40]}' is no widget of Studio.")
        bench.leave(reason, silent=kind in SILENT)
        return
    try:
        translator(bench)
    except LiquidRefused as refused:
        for name in [name for name in bench.made.nodes if name == bench.entry or name.startswith(f"{bench.entry}.")]:
            del bench.made.nodes[name]
        bench.leave(f"It could not be carried over: {refused}.")


def _tell_of_lost_ways(bench: Bench) -> None:
    for way in bench.at.transitions:
        if way.next and way.event not in bench.looked_at:
            bench.part.note(f"The event '{way.event}' has no counterpart: its way to {way.next} is not taken.")


def _mentions(made: MadeFlow, slot: str) -> bool:
    word = re.compile(rf"(?<![\w.]){re.escape(slot)}(?!\w)")
    return any(word.search(text) for node in made.nodes.values() for text in strings(node.body))


def _languages(widgets: Any) -> Iterator[str]:
    """The languages spoken and listened for; what is listened for counts double."""
    for widget in widgets:
        if widget.kind in _HEARD:
            yield from filter(None, [known_language(widget.text("language"))])
        if widget.kind == "gather-input-on-call" and widget.wired("speech"):
            yield from filter(None, [known_language(widget.text("gather_language"))] * 2)


def _switches(source: StudioFlow, language: str) -> bool:
    listened = {
        known_language(widget.text("gather_language")) or language
        for widget in source.widgets.values()
        if widget.kind == "gather-input-on-call" and widget.wired("speech")
    }
    return len(listened | {language}) > 1


def _constants(source: StudioFlow) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for widget in source.widgets.values():
        if widget.kind == "set-variables":
            for key, value in widget.pairs("variables"):
                found.setdefault(key, []).append(value)
    return {key: values[0].strip() for key, values in found.items() if len(values) == 1 and "{" not in values[0]}


def flow_name(wish: str) -> str:
    """A flow's name as ours are."""
    return snake(wish)[:40].rstrip("_") or "imported"

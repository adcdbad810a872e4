"""Where one flow is made: the widget at hand, the nodes so far, and where each event leads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from call_flows.importers.made import MadeFlow, MadeNode, Part
from call_flows.importers.plan import SitePlan
from call_flows.importers.spoken_languages import apology
from call_flows.importers.studio import liquid_reading
from call_flows.importers.studio.source import StudioFlow, Widget
from call_flows.importers.studio.value import Rendered
from call_flows.importers.studio.variables import Reads, Variables

GOOD: Final = ("success", "completed", "return", "next", "sent", "answered", "audioComplete", "incomingMessage")
BAD: Final = ("failed", "fail", "failure", "failedToEnqueue", "callFailure", "deliveryFailure", "timeout", "hangup")


@dataclass(slots=True)
class Bench:
    """One flow in the making."""

    source: StudioFlow
    made: MadeFlow
    site: SitePlan
    variables: Variables
    reads: Reads
    parts: dict[str, Part]
    nodes: dict[str, str]
    """The node by which each widget is entered."""
    constants: dict[str, str] = field(default_factory=dict)
    """Variables of theirs that are set in one place only, to a fixed text."""
    subflows: dict[str, str] = field(default_factory=dict)
    """The flows of ours that stand for subflows of theirs."""
    others: dict[str, MadeFlow] = field(default_factory=dict)
    """Flows that are made beside this one."""
    at: Widget = field(default_factory=lambda: Widget("", "trigger"))
    looked_at: set[str] = field(default_factory=set)
    """Events of the widget at hand that were looked at: the others have no counterpart, and are told of."""
    switches: bool = False
    """Whether callers are listened to in several languages, so that every text names its own."""

    @property
    def part(self) -> Part:
        """What becomes of the widget at hand."""
        return self.parts[self.at.name]

    @property
    def entry(self) -> str:
        """The node by which the widget at hand is entered."""
        return self.nodes[self.at.name]

    def put(self, name: str, body: dict[str, Any], comment: str = "") -> str:
        """Add a node. The first of a widget says where it came from."""
        if name == self.entry and not comment:
            comment = f"Studio: {self.at.name} ({self.at.kind})"
        self.made.nodes[name] = MadeNode(name, body, comment)
        return name

    def goes(self, event: str, *, quiet: bool = False) -> str:
        """The node to which an event of the widget at hand leads; where it leads nowhere, the end of the call."""
        target = self.at.leads(event)
        self.looked_at.add(event)
        if target in self.source.widgets:
            return self.nodes[target]
        if target:
            self.part.note(f"{event} leads to '{target}', which is not in the flow: the call ends there.")
        elif not quiet and event not in self.part.unwired:
            self.part.unwired.append(event)
        return self.end()

    def end(self) -> str:
        """The node at which the call ends without a word, as it does in Studio where nothing follows."""
        return self.made.end_node().name

    def reach(self, event: str) -> None:
        """An event of the widget at hand that was told of, and has no way of its own here."""
        self.looked_at.add(event)

    def render(self, template: str) -> Rendered:
        """A template of the widget at hand in our terms. Raises `LiquidRefused`."""
        return liquid_reading.translate(template, self.variables.resolver(self.at.name, self.part.note))

    def slot(self, *key: str | int, private: bool = False) -> str:
        """A slot of the flow, declared."""
        name = self.variables.slot(*key)
        self.made.slots.setdefault(name, {"type": "text", **({"private": True} if private else {})})
        return name

    def leave(self, reason: str, *, silent: bool = False) -> None:
        """Leave the widget at hand as a marked node with all its ways out: an apology, then the way of failure."""
        self.part.leave(reason)
        ways = {way.event: self.goes(way.event) for way in self.at.transitions}
        way = next((ways[event] for event in (*BAD, *GOOD) if self.at.wired(event)), self.end())
        others = {event: target for event, target in ways.items() if target not in {way, self.made.end}}
        after = way if not others else f"{self.entry}.way"
        begin: dict[str, Any] = {"tag": f"left open {self.at.name}"} if silent else {"say": apology(self.made.language)}
        self.put(self.entry, {**begin, "todo": reason, "next": after})
        if others:
            slot = self.slot(self.at.name, "way")
            cases = [{"if": f"{slot} == '{event}'", "next": target} for event, target in others.items()]
            self.put(after, {"when": cases, "else": way}, f"Its other ways out, for what will stand in {self.entry}.")

    def reads_after(self, target: str, *keys: tuple[str | int, ...]) -> bool:
        """Whether something that the widget at hand leaves behind is read further on, until it comes round again."""
        reached = self.source.reachable(target, without=self.at.name)
        if self.at.name in self.source.reachable(target):
            reached.add(self.at.name)  # what it says itself may read what it left the last time
        return any(self.reads.of(*key) & reached for key in keys)


Translator = Callable[[Bench], None]
"""Makes the nodes of the widget at hand."""

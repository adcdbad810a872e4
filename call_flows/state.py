"""Where a call stands: a frozen value that goes to the database and back as JSON between two steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from call_flows.actions import Action
from call_flows.notes import Note, Plain

NOTHING: Final[Mapping[str, Plain]] = {}


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the flows: the node, how often it was tried, what it remembers, and where sub-flows return to."""

    flow: str
    node: str
    tries: int = 0
    scratch: Mapping[str, Plain] = field(default_factory=dict)
    stack: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "flow": self.flow,
            "node": self.node,
            "tries": self.tries,
            "scratch": dict(self.scratch),
            "stack": [list(frame) for frame in self.stack],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Position":
        """From what `to_json` wrote."""
        stack = tuple((str(flow), str(node)) for flow, node in data["stack"])
        return cls(data["flow"], data["node"], data["tries"], dict(data["scratch"]), stack)


@dataclass(frozen=True, slots=True)
class CallState:
    """One call between two steps. `node` of `at` is empty before the first step."""

    at: Position
    language: str
    caller: str = ""
    dialled: str = ""
    slots: Mapping[str, Plain] = field(default_factory=dict)
    hold: Position | None = None
    """Where the waiting caller is in the hold flow; None when not waiting."""
    ended: bool = False
    silent: int = 0
    """Questions in a row that the caller left without any answer."""
    inner: int = 0
    """Inner actions since the caller last heard anything."""
    steps: int = 0

    @property
    def journey_node(self) -> str:
        """The node the call stands at, as `flow.node`."""
        return f"{self.at.flow}.{self.at.node}"

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "at": self.at.to_json(),
            "language": self.language,
            "caller": self.caller,
            "dialled": self.dialled,
            "slots": dict(self.slots),
            "hold": None if self.hold is None else self.hold.to_json(),
            "ended": self.ended,
            "silent": self.silent,
            "inner": self.inner,
            "steps": self.steps,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CallState":
        """From what `to_json` wrote."""
        hold = data["hold"]
        return cls(
            at=Position.from_json(data["at"]),
            language=data["language"],
            caller=data["caller"],
            dialled=data["dialled"],
            slots=dict(data["slots"]),
            hold=None if hold is None else Position.from_json(hold),
            ended=data["ended"],
            silent=data["silent"],
            inner=data["inner"],
            steps=data["steps"],
        )


@dataclass(frozen=True, slots=True)
class Step:
    """What one event led to: the new state, what to do, and what to write into the log."""

    state: CallState
    actions: tuple[Action, ...]
    notes: tuple[Note, ...]

"""The verb `split`: send shares of the callers different ways, the same caller always the same way."""

import hashlib
from typing import TYPE_CHECKING, ClassVar, Final

from pydantic import Field

from call_flows.nodes.base import Node, Outcome
from call_flows.places import Path
from call_flows.strict import Strict
from call_flows.turn import Turn
from call_flows.values import NodeName, Share

if TYPE_CHECKING:
    from call_flows.check.finding import Finding

_PARTS: Final = 2**64


class Part(Strict):
    """One share of the callers."""

    share: Share = Field(description="How many of the callers, such as 20%.")
    next: NodeName = Field(description="Where they go.")


class SplitNode(Node):
    """Sends shares of the callers different ways, by a hash of their number: who calls again goes the same way.

    Callers who withhold their number all take the first share.
    """

    verb: ClassVar[str] = "split"

    split: list[Part] = Field(min_length=2, description="The shares, which make 100% together.")
    experiment: str = Field(
        "",
        max_length=64,
        description="Splits of one name divide callers alike; without one, each divides in its own way.",
    )

    def exit_name(self, path: Path) -> str:
        """Shares are counted from one."""
        return f"share {int(path[1]) + 1}"

    def check(self, finding: "Finding") -> None:
        """The shares make a whole."""
        total = sum(float(part.share) for part in self.split)
        if abs(total - 1) > 1e-9:
            what = f"The shares make {total * 100:g}% together."
            finding.report("E210", ("split",), what, word=f"{total * 100:g}%", todo="Let them make 100%.")

    def enter(self, turn: Turn) -> Outcome:
        """Decide at once."""
        number = turn.facts.caller.number or turn.caller
        if not number:
            return "share 1"
        at = _place(f"{self.experiment or turn.flow.name + '.' + turn.node_name}:{number}")
        reached = 0.0
        for count, part in enumerate(self.split, start=1):
            reached += float(part.share)
            if at < reached:
                return f"share {count}"
        return f"share {len(self.split)}"


def _place(key: str) -> float:
    """Where a caller stands between 0 and 1."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / _PARTS

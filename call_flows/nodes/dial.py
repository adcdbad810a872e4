"""The verb `dial`: connect a number, an agent or a SIP address."""

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from call_flows.actions import Dial, DialTarget
from call_flows.actions import HangUp as HangUpAction
from call_flows.events import DialEnded, Event
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName, Text
from foundation.phone import NumberRefused, dialable, is_emergency

if TYPE_CHECKING:
    from call_flows.check.finding import Finding


class DialNode(Node):
    """Connects the caller to another party: `+12025550199`, `sip:desk@example.com`, or `agent:ana`.

    The emergency number of a country the site dials may be written too, and is dialled at any hour. See that the
    carrier knows the address of the number that is shown.
    """

    verb: ClassVar[str] = "dial"
    waits = Waits.PERSON
    on_hold = False

    dial: Text = Field(description="Whom: a number in E.164, sip: and an address, or agent: and a login.")
    timeout: Duration = Field(Duration(30), description="How long it rings.")
    caller_id: str = Field("", description="The number shown to the party; else the one that was called.")
    whisper: str = Field("", description="Said to the party before the caller is heard.")
    answered: NodeName | None = Field(None, description="When the party has hung up and the caller stays.")
    busy: NodeName | None = Field(None, description="When the line is busy; else `failed`.")
    no_answer: NodeName | None = Field(None, description="When nobody answers; else `failed`.")
    failed: NodeName = Field(description="When it could not be connected.")

    def check(self, finding: "Finding") -> None:
        """A fixed number must be one that this site dials."""
        if not self.dial.is_fixed or finding.site is None:
            return
        target, address = target_of(self.dial.source)
        if target is DialTarget.NUMBER and _refusal(address, finding.site.dialing.countries, fixed=True):
            todo = "Write it as +12025550199, and see dialing: countries: in site.yaml."
            finding.report("E012", ("dial",), f"'{address}' is not a number this site dials.", word=address, todo=todo)
        known = [agent.login for agent in finding.site.agents]
        if target is DialTarget.AGENT and address not in known:
            finding.unknown("E111", "agent", address, known, ("dial",))

    def enter(self, turn: Turn) -> Outcome:
        """Ring; a number that may not be dialled fails at once."""
        target, address = target_of(self.dial.fill(turn.__getitem__, _plain))
        countries = turn.site.site.dialing.countries
        if target is DialTarget.NUMBER and _refusal(address, countries, fixed=self.dial.is_fixed):
            turn.fault("number_refused")
            return "failed"
        turn.actions.append(Dial(target, address, float(self.timeout), self.caller_id or turn.dialled, self.whisper))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Leave by the way the dialled leg ended."""
        if not isinstance(event, DialEnded):
            return self.enter(turn)
        outcome = str(event.outcome)
        if outcome == "answered" and self.answered is None:
            turn.end("served", HangUpAction())
            return None
        return outcome


def target_of(written: str) -> tuple[DialTarget, str]:
    """What kind of party an address names."""
    kind, _, rest = written.strip().partition(":")
    if kind == "agent":
        return DialTarget.AGENT, rest.strip()
    return (DialTarget.SIP, written.strip()) if kind in {"sip", "sips"} else (DialTarget.NUMBER, written.strip())


def _refusal(number: str, countries: list[str], *, fixed: bool) -> str:
    if fixed and is_emergency(number, countries):
        return ""  # the flow's own word, at any hour; what came from a caller never dials help
    try:
        dialable(number, countries=countries)
    except NumberRefused as refused:
        return refused.problem.code
    return ""


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in "+:@.-_")[:120]

"""The verb `customer`: look up the caller's record, or change it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import Field

from call_flows.actions import ChangeCustomer, FindCustomer
from call_flows.events import CustomerAnswered, Event
from call_flows.facts import CallerFacts
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.nodes.fetch import MAX_IN_A_ROW
from call_flows.places import Path
from call_flows.plain import clean
from call_flows.text import Template
from call_flows.turn import Turn
from call_flows.values import NodeName, SlotName, Text
from foundation.phone import NumberRefused, parse_number

if TYPE_CHECKING:
    from call_flows.check.finding import Finding

Kept = Literal["name", "tier", "language"]
Read = Literal["name", "tier", "language", "calls"]
_LONGEST: Final = {"name": 120, "tier": 32, "language": 16}


class CustomerNode(Node):
    """Looks the customer's record up by number, or changes it. What it holds can be read as `caller.name` and so on.

    A caller's own record is looked up when the call begins, too: this verb is for another number, for slots, and for
    branching on whether there is one.
    """

    verb: ClassVar[str] = "customer"
    waits = Waits.SERVICE

    customer: Literal["look_up", "update"] = Field(description="Look it up, or change it.")
    number: Text | None = Field(None, description="Whose record; else that of the number that calls.")
    into: dict[SlotName, Read] = Field(default_factory=dict, description="Slots and what of the record fills them.")
    set: dict[Kept, Text] = Field(default_factory=dict, description="Of an update: the record's new values.")
    add_tags: list[str] = Field(default_factory=list, max_length=20, description="Of an update: tags to add.")
    drop_tags: list[str] = Field(default_factory=list, max_length=20, description="Of an update: tags to take away.")
    create: bool = Field(False, description="Of an update: make a record where there is none.")
    known: NodeName = Field(description="When there is a record.")
    unknown: NodeName = Field(description="When there was none, whether one is made now or not.")
    failed: NodeName | None = Field(None, description="When records cannot be had now; else `unknown`.")

    def fills(self, exit_name: str) -> Iterable[str]:
        """A record may lack a name: nothing is sure but the count of calls."""
        return [str(name) for name, field in self.into.items() if field == "calls" and exit_name == "known"]

    def logs(self) -> Iterable[tuple[Path, Template]]:
        """A record is read by everybody in the house."""
        return [(("set", key), text) for key, text in self.set.items()]

    def check(self, finding: "Finding") -> None:
        """Only an update changes, and it changes something."""
        changes = [key for key in ("set", "add_tags", "drop_tags", "create") if getattr(self, key)]
        if self.customer == "look_up" and changes:
            what = "A record that is looked up is not changed."
            finding.report("E211", (changes[0],), what, word=changes[0], todo="Write customer: update.")
        if self.customer == "update" and not changes:
            what = "This update changes nothing."
            finding.report("E211", ("customer",), what, word="update", todo="Write set:, add_tags: or drop_tags:.")

    def enter(self, turn: Turn) -> Outcome:
        """Ask for it."""
        number = self._number(turn)
        if not number:
            return "unknown"
        turn.inner += 1
        if turn.inner > MAX_IN_A_ROW:
            turn.fault("too_many_fetches")
            return self._failed()
        if self.customer == "look_up":
            turn.actions.append(FindCustomer(number))
        else:
            turn.actions.append(self._change(turn, number))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Take what the record says."""
        if not isinstance(event, CustomerAnswered):
            return self.enter(turn)
        if event.error:
            turn.fault("customer_failed", event.error)
            return self._failed()
        for name, field in self.into.items():
            slot = turn.flow.header.slots.get(str(name))
            turn.set_slot(str(name), None if slot is None else slot.coerce(_of(event.record, field)))
        return "known" if event.known else "unknown"

    def _change(self, turn: Turn, number: str) -> ChangeCustomer:
        values = {key: clean(text.fill(turn.__getitem__, clean))[: _LONGEST[key]] for key, text in self.set.items()}
        return ChangeCustomer(
            number,
            {key: value for key, value in values.items() if value},
            tuple(tag[:40] for tag in self.add_tags),
            tuple(tag[:40] for tag in self.drop_tags),
            self.create,
        )

    def _number(self, turn: Turn) -> str:
        written = turn.facts.caller.number or turn.caller
        if self.number is not None:
            written = self.number.fill(turn.__getitem__, clean)
        try:
            return parse_number(written, region=turn.site.site.dialing.countries[0])
        except NumberRefused:
            return ""

    def _failed(self) -> str:
        return "failed" if self.failed is not None else "unknown"


def _of(record: CallerFacts | None, field: str) -> object:
    return None if record is None else getattr(record, field) or None

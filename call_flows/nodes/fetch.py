"""The verb `fetch`: ask a web service, and put what it answers into slots."""

import json
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field

from call_flows.actions import Fetch
from call_flows.events import Event, Fetched
from call_flows.json_path import JsonPath, parse_path, pick
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.text import Template, as_written
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName, SlotName, Text, refuse

if TYPE_CHECKING:
    from call_flows.check.finding import Finding

LONGEST: Final = 10.0
MAX_IN_A_ROW: Final = 12
"""Web services and promises asked one after the other without the caller hearing anything."""
_OK: Final = range(200, 300)
_MISSING: Final = frozenset({404, 410})


def _path(source: str) -> str:
    if parse_path(source) is None:
        todo = "Write $.name, $.name.other or $.list[0]."
        raise refuse("E012", f"'{source[:60]}' is not a path into an answer.", word=source, todo=todo)
    return source


PathText = Annotated[str, AfterValidator(_path)]


class FetchNode(Node):
    """Asks a web service while the caller waits. Values in the address are made safe; the answer is JSON."""

    verb: ClassVar[str] = "fetch"
    waits = Waits.SERVICE

    fetch: Text = Field(description="The address; {{ service.name }} stands for one of the site's services.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field("GET", description="How it is asked.")
    headers: dict[str, Text] = Field(default_factory=dict, description="Headers to send.")
    body: dict[str, Text] | None = Field(None, description="A JSON object to send.")
    timeout: Duration = Field(Duration(3), description="How long to wait, ten seconds at most.")
    into: dict[SlotName, PathText] = Field(default_factory=dict, description="Slots and where their values stand.")
    next: NodeName = Field(description="Where the call goes with the answer.")
    missing: NodeName | None = Field(None, description="When there is no such thing (404); else `failed`.")
    failed: NodeName = Field(description="For everything else: an error, a wrong answer, no answer in time.")

    def check(self, finding: "Finding") -> None:
        """The address must be one, and nobody waits longer than ten seconds in silence."""
        if not self.fetch.source.startswith(("http://", "https://", "{{")):
            todo = "Write https://…, or {{ service.name }}/… with the service in site.yaml."
            finding.report("E012", ("fetch",), "This is not a web address.", word=self.fetch.source[:60], todo=todo)
        if self.timeout > LONGEST:
            finding.report(
                "E013", ("timeout",), "A caller is not kept waiting longer than ten seconds.", todo="Write 3s."
            )

    def enter(self, turn: Turn) -> Outcome:
        """Ask."""
        turn.inner += 1
        if turn.inner > MAX_IN_A_ROW:
            turn.fault("too_many_fetches")
            return "failed"
        body = None
        headers = {name: _header(template, turn) for name, template in self.headers.items()}
        if self.body is not None:
            values = {key: template.fill(turn.__getitem__, str) for key, template in self.body.items()}
            body = json.dumps(values, ensure_ascii=False)
            headers.setdefault("Content-Type", "application/json")
        turn.actions.append(Fetch(_address(self.fetch, turn), self.method, headers, body, float(self.timeout)))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Take the answer apart."""
        if not isinstance(event, Fetched):
            return self.enter(turn)
        if event.status in _MISSING:
            return "missing" if self.missing is not None else "failed"
        if event.status is None or event.status not in _OK:
            turn.fault("fetch_failed", f"{event.status or ''} {event.error}"[:120].strip())
            return "failed"
        for name, source in self.into.items():
            slot = turn.flow.header.slots.get(str(name))
            path: JsonPath | None = parse_path(source)
            value = None if slot is None or path is None else slot.coerce(pick(event.body, path))
            if value is None:
                turn.fault("answer_unfit", str(name))
                return "failed"
            turn.set_slot(str(name), value)
        return "next"


def _quote(text: str) -> str:
    return quote(text[:500], safe="")


def _address(template: Template, turn: Turn) -> str:
    """The address: services stand as they are, every other value is quoted so that it cannot change the address."""
    made = []
    for part in template.parts:
        if isinstance(part, str):
            made.append(part)
        elif part.name.startswith("service."):
            made.append(as_written(turn[part.name]))
        else:
            made.append(_quote(as_written(turn[part.name])))
    return "".join(made)


def _header(template: Template, turn: Turn) -> str:
    return "".join(char for char in template.fill(turn.__getitem__, str) if char.isprintable())[:1000]

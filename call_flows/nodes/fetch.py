"""The verb `fetch`: ask a web service, and put what it answers into slots."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, Field

from call_flows.actions import Fetch
from call_flows.events import Event, Fetched
from call_flows.json_path import JsonPath, parse_path, pick
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.nodes.fetch_body import Body, fill_body
from call_flows.places import Path
from call_flows.plain import as_written
from call_flows.secret import PREFIX, mark, name_of, unmarked
from call_flows.text import Template
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName, SlotName, Text, refuse

if TYPE_CHECKING:
    from call_flows.check.finding import Finding

LONGEST: Final = 10.0
MAX_IN_A_ROW: Final = 12
"""Web services and promises asked one after the other without the caller hearing anything."""
REPEATABLE: Final = frozenset({"GET", "PUT", "DELETE"})
_OK: Final = range(200, 300)
_MISSING: Final = frozenset({404, 410})
_MAYBE: Final = "?"
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"


def _path(source: str) -> str:
    if parse_path(source.removesuffix(_MAYBE)) is None:
        todo = "Write $.name, $.name.other or $.list[0]; with a ? at the end where it may be missing."
        raise refuse("E012", f"'{source[:60]}' is not a path into an answer.", word=source, todo=todo)
    return source


PathText = Annotated[str, AfterValidator(_path)]


class FetchNode(Node):
    """Asks a web service while the caller waits. Values in the address are made safe; the answer is JSON.

    Private and local addresses are asked only where `services` in site.yaml names them. A secret is sent by its name,
    {{ secret.name }}, in headers and bodies.
    """

    verb: ClassVar[str] = "fetch"
    waits = Waits.SERVICE

    fetch: Text = Field(description="The address; {{ service.name }} stands for one of the site's services.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field("GET", description="How it is asked.")
    headers: dict[str, Text] = Field(default_factory=dict, description="Headers to send.")
    body: Body | None = Field(None, description="A JSON object to send; a value that is one {{ slot }} keeps its type.")
    form: dict[str, Text] | None = Field(None, description="A form to send, in place of a body.")
    timeout: Duration = Field(Duration(3), description="How long to wait for each try, ten seconds at most.")
    retries: int = Field(
        0, ge=0, le=3, description="How often GET, PUT or DELETE is tried again; all tries end within ten seconds."
    )
    into: dict[SlotName, PathText] = Field(
        default_factory=dict,
        description="Slots and where their values stand; `$.name?` may be missing, and then empties the slot.",
    )
    status: SlotName | None = Field(None, description="The slot that takes the answer's status, 200 or another.")
    next: NodeName = Field(description="Where the call goes with the answer.")
    missing: NodeName | None = Field(None, description="When there is no such thing (404); else `failed`.")
    failed: NodeName = Field(description="For everything else: an error, a wrong answer, no answer in time.")

    def fills(self, exit_name: str) -> Iterable[str]:
        """Everything named, or the call leaves by `failed`."""
        status = [str(self.status)] if self.status is not None else []
        return [*map(str, self.into), *status] if exit_name == "next" else status

    def carried(self) -> Iterator[tuple[Path, Template]]:
        """Everything that is sent, beside the address."""
        for path, value in self.walk():
            if isinstance(value, Template) and path[0] in {"headers", "body", "form"}:
                yield path, value

    def check(self, finding: "Finding") -> None:
        """The address must be one, and nobody waits longer than ten seconds in silence."""
        if not self.fetch.source.startswith(("http://", "https://", "{{")):
            todo = "Write https://…, or {{ service.name }}/… with the service in site.yaml."
            finding.report("E012", ("fetch",), "This is not a web address.", word=self.fetch.source[:60], todo=todo)
        if self.timeout > LONGEST:
            finding.report(
                "E013", ("timeout",), "A caller is not kept waiting longer than ten seconds.", todo="Write 3s."
            )
        if self.retries and self.method not in REPEATABLE:
            what = f"A {self.method} is not tried again: the service might do it twice."
            finding.report("E212", ("retries",), what, word=self.method, todo="Take retries away.")
        if self.form is not None and (self.body is not None or self.method == "GET"):
            what = "A form is sent by POST, and in place of a body."
            finding.report("E212", ("form",), what, word="form", todo="Write method: POST, and one of form and body.")
        if self.body is not None and self.method == "GET":
            finding.report("E212", ("body",), "A GET carries no body.", word="body", todo="Write method: POST.")

    def enter(self, turn: Turn) -> Outcome:
        """Ask."""
        turn.inner += 1
        if turn.inner > MAX_IN_A_ROW:
            turn.fault("too_many_fetches")
            return "failed"
        body = None
        headers = {name: filled(template, turn, _printable) for name, template in self.headers.items()}
        if self.body is not None:
            body = json.dumps(fill_body(self.body, turn), ensure_ascii=False)
            headers.setdefault("Content-Type", _JSON)
        elif self.form is not None:
            body = _form(self.form, turn)
            headers.setdefault("Content-Type", _FORM)
        retries = self.retries if self.method in REPEATABLE else 0
        address = _address(self.fetch, turn)
        turn.actions.append(Fetch(address, self.method, headers, body, float(self.timeout), retries))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Take the answer apart."""
        if not isinstance(event, Fetched):
            return self.enter(turn)
        if self.status is not None:
            taken = turn.flow.header.slots.get(str(self.status))
            turn.set_slot(str(self.status), None if taken is None else taken.coerce(event.status or ""))
        if event.status in _MISSING:
            return "missing" if self.missing is not None else "failed"
        if event.status is None or event.status not in _OK:
            turn.fault("fetch_failed", f"{event.status or ''} {event.error}"[:120].strip())
            return "failed"
        return self._taken_apart(turn, event)

    def _taken_apart(self, turn: Turn, event: Fetched) -> Outcome:
        for name, source in self.into.items():
            slot = turn.flow.header.slots.get(str(name))
            path: JsonPath | None = parse_path(source.removesuffix(_MAYBE))
            value = None if slot is None or path is None else slot.coerce(pick(event.body, path))
            if value is None and slot is not None and source.endswith(_MAYBE):
                value = slot.coerce("")
            elif value is None:
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


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:1000]


def _form(fields: Mapping[str, Template], turn: Turn) -> str:
    """The fields as a form; a secret's mark is no part of a value, and so is not quoted."""
    made = []
    for name, template in fields.items():
        made.append(f"{quote(name, safe='')}={filled(template, turn, _quote_plus, fixed=_quote_plus)}")
    return "&".join(made)


def _quote_plus(text: str) -> str:
    return urlencode({"": text[:2000]})[1:]


def filled(template: Template, turn: Turn, safe: Callable[[str], str], fixed: Callable[[str], str] = str) -> str:
    """A text with its values made safe, and marks for secrets. No caller's words can be taken for a mark."""
    made = []
    for part in template.parts:
        if isinstance(part, str):
            made.append(fixed(part))
        elif part.name.startswith(PREFIX):
            made.append(mark(name_of(part)))
        else:
            made.append(safe(unmarked(as_written(turn[part.name]))))
    return "".join(made)

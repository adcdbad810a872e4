"""The same call twice: through the oracle, and through our engine on the imported site, with the same world outside."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from call_flows.actions import (
    Collect,
    Dial,
    Enqueue,
    Fetch,
    HangUp,
    Pause,
    Play,
    RecordMessage,
    Say,
    SendMessage,
    TakeCard,
)
from call_flows.engine import advance, begin
from call_flows.events import (
    CallArrived,
    Collected,
    DialEnded,
    DialOutcome,
    Fetched,
    HungUp,
    MessageAnswered,
    MessageRecorded,
    PaymentEnded,
    QueueEnded,
    QueueOutcome,
    Resumed,
)
from call_flows.facts import CallerFacts, Facts
from call_flows.importers.made import Imported
from call_flows.loader import load_texts
from call_flows.notes import CallEnded, NodeEntered
from tests.call_flows.importers.studio_oracle import Answered, Gathered, HangsUp

NOW = datetime(2026, 3, 2, 15, 4, tzinfo=UTC)
CALLER, DIALLED = "+12025550142", "+12025550100"
DIALS = {
    "completed": DialOutcome.ANSWERED,
    "busy": DialOutcome.BUSY,
    "no-answer": DialOutcome.NO_ANSWER,
    "failed": DialOutcome.FAILED,
}


@dataclass
class Script:
    """A world that draws what happens, remembers it, and hangs up after so many waits."""

    draw: Callable[[str], Any]
    most: int = 10
    happened: list[tuple[str, Any]] = field(default_factory=list)

    def _take(self, kind: str) -> Any:
        if len(self.happened) >= self.most:
            raise HangsUp
        found = self.draw(kind)
        self.happened.append((kind, found))
        return found

    def gathered(self, _widget: str) -> Gathered:
        return self._take("gather")

    def answered(self, _widget: str) -> Answered:
        return self._take("service")

    def dialled(self, _widget: str) -> str:
        return self._take("dial")

    def queued(self, _widget: str) -> bool:
        return self._take("queue")

    def recorded(self, _widget: str) -> float:
        return self._take("record")

    def sent(self, _widget: str) -> bool:
        return self._take("message")

    def paid(self, _widget: str) -> bool:
        return self._take("pay")


@dataclass
class Driven:
    """What our engine made of a call."""

    entered: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    ended: str = ""


def drive(imported: Imported, happened: list[tuple[str, Any]], flow: str = "") -> Driven:
    """Run the imported site in the same world."""
    site = load_texts(imported.texts)
    state = begin(site, flow=flow or imported.name, caller=CALLER, dialled=DIALLED)
    facts = Facts(NOW, caller=CallerFacts(CALLER))
    event: Any = CallArrived(facts)
    world = iter(happened)
    driven = Driven()
    for _ in range(400):
        step = advance(site, state, event)
        state = step.state
        driven.entered += [note.node for note in step.notes if isinstance(note, NodeEntered)]
        driven.ended = next((note.reason for note in step.notes if isinstance(note, CallEnded)), "")
        for action in step.actions:
            driven.said += [prompt.text for prompt in _heard(action) if prompt.text.strip()]
        last = step.actions[-1]
        if state.ended or isinstance(last, HangUp):
            break
        event = _event(last, facts, world)
        if event is None:
            advance(site, state, HungUp(facts))
            break
    return driven


def _heard(action: Any) -> tuple[Say | Play, ...]:
    return (action,) if isinstance(action, Say | Play) else tuple(getattr(action, "prompts", ()))


def _event(action: Any, facts: Facts, world: Any) -> Any:  # noqa: PLR0911 - one for each kind of wait
    if isinstance(action, Pause):
        return Resumed(facts)
    kind, found = next(world, ("", None))
    if not kind:
        return None
    match action:
        case Collect():
            assert kind == "gather", f"the engine listens, Studio waits for a {kind}"
            return _collected(action, facts, found)
        case Fetch():
            assert kind == "service", f"the engine asks a service, Studio waits for a {kind}"
            return Fetched(facts, found.status, found.body)
        case Dial():
            assert kind == "dial"
            return DialEnded(facts, DIALS[found])
        case Enqueue():
            assert kind == "queue"
            return QueueEnded(facts, QueueOutcome.ANSWERED if found else QueueOutcome.FAILED)
        case RecordMessage():
            assert kind == "record"
            return MessageRecorded(facts, "RE1", found)
        case SendMessage():
            assert kind == "message"
            return MessageAnswered(facts, taken=found)
        case TakeCard():
            assert kind == "pay"
            return PaymentEnded(facts, taken=found, result="success" if found else "too-many-failed-attempts")
    raise AssertionError(f"nobody waits like this in Studio: {action}")


def _collected(collect: Collect, facts: Facts, done: Gathered) -> Collected:
    """What a carrier makes of what the caller does, given how it was told to listen."""
    digits = ""
    for key in done.keys if collect.keys else "":
        if collect.finish_on_key and key in collect.finish_on_key:
            break
        digits += key
        if collect.max_digits and len(digits) == collect.max_digits:
            break
    words = done.words.strip() if collect.speech and not done.keys else ""
    return Collected(facts, digits=digits, speech=words, confidence=0.9 if words else None)

"""A call that was, written as a test: it passes on the version the call was on, and names nobody."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from call_flows.actions import Collect, Dial, Enqueue, Fetch, LeaveQueue, Play, Say
from call_flows.events import (
    CallbackAnswered,
    Collected,
    CustomerAnswered,
    DialEnded,
    DialOutcome,
    Event,
    Fetched,
    HungUp,
    MessageAnswered,
    MessageRecorded,
    PaymentEnded,
    QueueEnded,
    QueueOutcome,
)
from call_flows.facts import CallerFacts, Facts
from call_flows.loaded import LoadedSite
from call_flows.nodes.consent import ConsentNode
from call_flows.scenario.given import WITHHELD
from call_flows.scenario.playing import play
from call_flows.scenario.reading import read_tests
from call_flows.scenario.world import world_of
from foundation.errors import Problem
from ivr.replay import CallLog, NotReplayable, Replayed
from ivr.stand_ins import Stood, stand_in

WORDS: Final = 9
MOST_REPAIRS: Final = 40
FAILURES: Final = {"timeout", "refused", "unreachable", "too_large", "private_address"}
_SOFT: Final = ("hears", "after", "expect", "callback")
"""Steps that a test may do without: the timing of another day may not allow them."""


def as_test(site: LoadedSite, log: CallLog, steps: Sequence[Replayed]) -> str:
    """The test, as YAML. Raises NotReplayable when the call cannot be told as one."""
    stood = stand_in(site, log, steps)
    written = _Writer(site)
    for one in stood:
        written.take(one)
    began = stood[0].before
    data: dict[str, Any] = {
        "test": f"as on {stood[0].event.facts.now.astimezone(site.zone):%d %B %Y at %H:%M}, call {log.call_id[-6:]}",
        "flow": began.at.flow,
        "given": written.given(began.caller, began.dialled, stood[0].event.facts),
    }
    if written.mocks:
        data["mock"] = written.mocks
    data["call"] = written.steps or [{"hangs_up": True}]
    return _repaired(site, data)


def _repaired(site: LoadedSite, data: dict[str, Any]) -> str:
    """The test's text, without what did not come the same way in the test's own time."""
    world = world_of(site)
    for _ in range(MOST_REPAIRS):
        text = _yaml(data)
        scenarios, problems = read_tests(site, text, "replayed.yaml")
        if problems or not scenarios:
            raise NotReplayable(Problem("not_a_test", str(problems[0]) if problems else "The test is empty."))
        failure = play(world, scenarios[0]).failure
        if failure is None:
            return text
        at = next((n for n, (_step, place) in enumerate(scenarios[0].steps) if place == failure.place), None)
        if at is None or not set(data["call"][at]) & set(_SOFT):
            break
        del data["call"][at]
    told = " ".join(failure.lines()) if failure is not None else ""
    raise NotReplayable(Problem("not_a_test", f"The call cannot be told as a test: {told}"))


_BEFALLS: Final = {QueueOutcome.CLOSED: "closes", QueueOutcome.NOBODY: "empties"}
"""What befalls those who wait already, by the exit it sends them to."""
_REFUSED: Final = {QueueOutcome.FULL, QueueOutcome.FAILED, *_BEFALLS}


@dataclass(slots=True)
class _Writer:
    """A dialogue in the making."""

    site: LoadedSite
    steps: list[dict[str, Any]] = field(default_factory=list)
    mocks: list[dict[str, Any]] = field(default_factory=list)
    customer: CallerFacts | None = None
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    _said: str = ""
    _queue: str = ""
    _before: Stood | None = None

    def take(self, one: Stood) -> None:
        """Add one step of the call."""
        self.steps += self._deeds(one)
        if one.event.facts.resumed and self._queue in self.queues:
            self.queues[self._queue]["resumed"] = True
        on_hold = one.step.state.hold is not None
        for action in one.step.actions:
            if isinstance(action, Say | Play) and not on_hold and action.text:
                self._said = action.text
            elif isinstance(action, Collect) and not on_hold:
                self._said = next((prompt.text for prompt in reversed(action.prompts) if prompt.text), self._said)
            elif isinstance(action, Enqueue):
                self._enqueued(action, one.event.facts)
        if one.step.state.ended and not isinstance(one.event, HungUp):
            self._hear()
            self.steps.append({"expect": {"ended": True}})
        self._before = one

    def given(self, caller: str, dialled: str, facts: Facts) -> dict[str, Any]:
        """What the dialogue begins with."""
        made: dict[str, Any] = {
            "at": facts.now.astimezone(self.site.zone).isoformat(timespec="seconds"),
            "from": caller or WITHHELD,
        }
        if dialled in self.site.site.numbers:
            made["to"] = dialled
        known = self.customer or (facts.caller if facts.caller.known else None)
        if known is not None:
            made["customer"] = _customer(known)
        if self.queues:
            made["queues"] = self.queues
        if facts.callbacks:
            owed = facts.callbacks[0]
            at = {} if owed.due_at is None else {"at": owed.due_at.astimezone(self.site.zone).isoformat()}
            calling = {"being_called": True} if owed.being_called else {}
            made["callback"] = {"queue": owed.queue, **at, **calling}
        return made

    def _hear(self) -> None:
        """What the caller has just heard, if anything was said since."""
        if self._said:
            self.steps.append({"hears": _beginning(self._said)})
            self._said = ""

    def _enqueued(self, action: Enqueue, facts: Facts) -> None:
        self._said, self._queue = "", action.queue
        expected: dict[str, Any] = {"queued": action.queue}
        if action.rings:
            expected["needs"] = dict(action.rings[0][1])
        if action.priority:
            expected["priority"] = action.priority
        self.steps.append({"expect": expected})
        queue = facts.queues.get(action.queue)
        if queue is not None:
            known = {"waiting": queue.waiting, "agents": queue.agents}
            wait = {"wait": f"{queue.ewt_seconds:.0f}s"} if queue.ewt_seconds is not None else {}
            safe = {} if queue.is_ewt_safe else {"safe": False}
            self.queues[action.queue] = {**known, **wait, **safe, "open": queue.is_open}

    def _deeds(self, one: Stood) -> Iterator[dict[str, Any]]:
        """What the caller, or the world, does; nothing for what happens by itself."""
        match one.event:
            case Collected():
                yield from self._answer(one, one.event)
            case QueueEnded(outcome=outcome):
                yield from self._wait_over(one, outcome)
            case DialEnded(outcome=outcome):
                yield from self._dial_over(outcome)
            case MessageRecorded(seconds=seconds):
                self._hear_into(one)
                yield {"leaves_message": f"{max(1, round(seconds))}s"} if seconds > 0 else {"silence": True}
            case CallbackAnswered():
                yield from self._callback(one, one.event)
            case HungUp():
                self._hear_into(one)
                yield {"hangs_up": True}
            case _:
                self._world(one.event)

    def _callback(self, one: Stood, event: CallbackAnswered) -> Iterator[dict[str, Any]]:
        """What became of a wish: promised, moved, cancelled, used; of one that was refused, the mock that refuses."""
        doing = str((one.before.hold or one.before.at).scratch.get("doing") or "promise")
        if doing in {"cancel", "use"}:
            if event.promised:
                yield {"callback": "cancelled" if doing == "cancel" else "used"}
            elif event.reason == "being_called":
                self.mocks.append({"callback": "being_called"})
            return
        if event.reason == "slot_full":
            free = [moment.astimezone(self.site.zone).isoformat(timespec="minutes") for moment in event.nearest]
            self.mocks.append({"callback": "full", "free": free, "times": 1})
        elif not event.promised:
            self.mocks.append({"callback": "refused", "reason": event.reason or "number_refused"})
        if doing == "promise":
            before = self._before.event.facts.callbacks if self._before is not None else ()
            moved = bool(before) and len(event.facts.callbacks) == len(before)
            yield {"callback": ("moved" if moved else "promised") if event.promised else "refused"}

    def _hear_into(self, one: Stood) -> None:
        if one.before.hold is None:
            self._hear()

    def _answer(self, one: Stood, event: Collected) -> Iterator[dict[str, Any]]:
        on_hold = one.before.hold is not None
        if not (event.digits or event.speech):
            node = self.site.flows[one.before.at.flow].nodes.get(one.before.at.node)
            if on_hold or isinstance(node, ConsentNode):
                return
            self._hear()
            yield {"silence": True}
            return
        self._hear_into(one)
        yield {"presses": event.digits} if event.digits else {"says": event.speech}

    def _wait_over(self, one: Stood, outcome: QueueOutcome) -> Iterator[dict[str, Any]]:
        before = self._before
        actions = before.step.actions if before is not None else ()
        if outcome is QueueOutcome.ANSWERED:
            yield {"agent": "answers"}
            yield {"agent": "hangs up"}
        elif outcome is QueueOutcome.TIMED_OUT:
            waiting = next((action for action in actions if isinstance(action, Enqueue)), None)
            seconds = waiting.max_wait if waiting is not None and waiting.max_wait else one.event.facts.waited_seconds
            yield {"after": f"{round(seconds) + 1}s"}
        elif outcome in _REFUSED and not _leaves(actions):
            queue = next((action.queue for action in actions if isinstance(action, Enqueue)), "")
            if not queue and outcome in _BEFALLS:
                yield {"queue": _BEFALLS[outcome]}
                return
            self.mocks.append({"queue": queue, "gives": outcome.value})
            self.steps = [step for step in self.steps if step.get("expect", {}).get("queued") != queue]

    def _dial_over(self, outcome: DialOutcome) -> Iterator[dict[str, Any]]:
        actions = self._before.step.actions if self._before is not None else ()
        dialled = next((action.address for action in actions if isinstance(action, Dial)), "*")
        if outcome is DialOutcome.ANSWERED:
            yield {"agent": "answers"}
            yield {"agent": "hangs up"}
        else:
            self.mocks.append({"dial": dialled, "gives": outcome.value})

    def _world(self, event: Event) -> None:
        match event:
            case Fetched():
                self.mocks.append(self._fetched(event))
            case CustomerAnswered(error=error) if error:
                self.mocks.append({"customer": "*", "failure": error})
            case CustomerAnswered(record=CallerFacts() as record, known=True):
                self.customer = self.customer or record
            case MessageAnswered(taken=False, reason=reason):
                self.mocks.append({"message": "*", "refused": reason or "refused"})
            case PaymentEnded(taken=taken, result=result):
                self.mocks.append({"pay": "taken" if taken else result or "failed"})
            case _:
                return

    def _fetched(self, event: Fetched) -> dict[str, Any]:
        actions = self._before.step.actions if self._before is not None else ()
        url = next((action.url for action in actions if isinstance(action, Fetch)), "*")
        for name, address in self.site.site.services.items():
            if url.startswith(address):
                url = f"{{{{ service.{name} }}}}{url.removeprefix(address)}"
                break
        if event.status is None:
            return {"fetch": url, "failure": event.error if event.error in FAILURES else "unreachable"}
        status = {} if event.status == 200 else {"status": event.status}  # noqa: PLR2004 - as the web says
        return {"fetch": url, **({"gives": event.body} if event.body is not None else {}), **status}


def _leaves(actions: Sequence[object]) -> bool:
    return any(isinstance(action, LeaveQueue) for action in actions)


def _customer(known: CallerFacts) -> dict[str, Any]:
    values: Mapping[str, Any] = {
        "name": known.name,
        "tier": known.tier,
        "language": known.language,
        "tags": list(known.tags),
        "calls": known.calls,
    }
    return {name: value for name, value in values.items() if value} or {"known": True}


def _beginning(text: str) -> str:
    """The first words of something said: enough to know it by."""
    return " ".join(text.split()[:WORDS])


def _yaml(data: dict[str, Any]) -> str:
    plain = json.loads(json.dumps(data))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110)

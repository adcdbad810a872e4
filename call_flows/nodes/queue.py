"""The verb `queue`: wait for an agent who has the needed skills."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from call_flows.actions import Enqueue, HangUp
from call_flows.events import Event, QueueEnded
from call_flows.facts import HoursStatus
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.plain import as_number, clean
from call_flows.site import Level, Queue
from call_flows.turn import Turn
from call_flows.values import Duration, If, NodeName, QueueName, SkillName, Text

if TYPE_CHECKING:
    from call_flows.loaded import LoadedSite

Rings = tuple[tuple[float, Mapping[str, int]], ...]
MAX_PRIORITY = 86_400.0


class QueueNode(Node):
    """Waits in a queue. The caller keeps the place until an agent answers or one of the other exits is taken."""

    verb: ClassVar[str] = "queue"
    waits = Waits.PERSON
    on_hold = False

    queue: QueueName = Field(description="The queue.")
    needs: dict[SkillName, Level] = Field(default_factory=dict, description="Skills needed beside those of the queue.")
    needs_when: If | None = Field(None, description="The condition under which `needs` holds; else always.")
    priority: If | None = Field(None, description="Seconds of waiting that the caller is credited with.")
    agent: Text | None = Field(None, description="The log-in of the agent who is asked first, from a slot or a label.")
    agent_for: Duration | None = Field(
        None, description="How long nobody else is asked; without it the queue's `known_agent`, else no time."
    )
    keep_place: bool = Field(False, description="Whether the place of the call's earlier wait is kept in this queue.")
    answered: NodeName | None = Field(None, description="When the agent has hung up and the caller stays.")
    timed_out: NodeName | None = Field(None, description="When the queue's `max_wait` is over.")
    full: NodeName | None = Field(None, description="When the queue's `max_size` is reached.")
    closed: NodeName | None = Field(
        None, description="When the queue's hours are over, or it is closed by the emergency switch meanwhile."
    )
    nobody: NodeName | None = Field(None, description="When no agent is signed in, or the last one has signed out.")
    callback: NodeName | None = Field(None, description="When the caller asked to be called back.")
    left: NodeName | None = Field(None, description="When the caller left the queue by choice.")
    failed: NodeName = Field(description="When waiting is not possible, and for exits that are not written.")

    @cached_property
    def merged(self) -> dict[tuple[str, bool], Rings]:
        """The rings by site version and whether the needs hold, made when first needed."""
        return {}

    def must_wire(self, site: "LoadedSite") -> Iterator[str]:
        """What the queue's own settings make possible."""
        queue = site.site.queues.get(self.queue)
        if queue is None:
            return
        if queue.max_wait is not None:
            yield "timed_out"
        if queue.max_size is not None:
            yield "full"
        if queue.hours is not None:
            yield "closed"
        if queue.when_nobody == "leave" or queue.leave_when_empty:
            yield "nobody"
        yield from _outcomes_of(site, self.hold_flow(site))

    def hold_flow(self, site: "LoadedSite") -> str:
        """The flow that a caller waiting here hears; empty when none."""
        queue = site.site.queues.get(self.queue)
        return "" if queue is None or queue.while_waiting is None else str(queue.while_waiting)

    def max_wait(self, site: "LoadedSite") -> float | None:
        """Seconds after which the wait is over."""
        queue = site.site.queues.get(self.queue)
        return None if queue is None else queue.max_wait

    def enter(self, turn: Turn) -> Outcome:
        """Begin to wait, unless the queue is known to be full or closed."""
        queue = turn.site.site.queues.get(self.queue)
        if queue is None:
            turn.fault("queue_unknown", str(self.queue))
            return "failed"
        now = turn.facts.queues.get(self.queue)
        if (now is not None and not now.is_open) or _closed(turn, queue):
            return "closed"
        if now is not None and queue.max_size is not None and now.waiting >= queue.max_size:
            return "full"
        if now is not None and queue.when_nobody == "leave" and now.agents == 0:
            return "nobody"
        turn.actions.append(
            Enqueue(
                str(self.queue),
                self.rings(turn, queue),
                self._priority(turn),
                "" if self.agent is None else self.agent.fill(turn.__getitem__, clean).strip(),
                max_wait=None if queue.max_wait is None else float(queue.max_wait),
                max_size=queue.max_size,
                alone=None if self.agent_for is None else float(self.agent_for),
                keep_place=self.keep_place,
            )
        )
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Leave by the way the wait ended; a caller who stays after the agent is said goodbye to by default."""
        if not isinstance(event, QueueEnded):
            return self.enter(turn)
        outcome = str(event.outcome)
        if outcome == "answered" and self.answered is None:
            turn.end("served", HangUp())
            return None
        return outcome

    def rings(self, turn: Turn, queue: Queue) -> Rings:
        """The queue's rings with the needs of this node added."""
        extra = bool(self.needs) and (self.needs_when is None or bool(turn.evaluate(self.needs_when)))
        key = (turn.site.version, extra)
        found = self.merged.get(key)
        if found is None:
            added = {str(skill): level for skill, level in self.needs.items()} if extra else {}
            found = self.merged[key] = tuple((float(ring.after), _merge(ring.needs, added)) for ring in queue.rings)
        return found

    def _priority(self, turn: Turn) -> float:
        if self.priority is None:
            return 0.0
        number = as_number(turn.evaluate(self.priority))
        return 0.0 if number is None else max(-MAX_PRIORITY, min(MAX_PRIORITY, number))


def _merge(needs: Mapping[SkillName, int], added: Mapping[str, int]) -> dict[str, int]:
    merged = {str(skill): level for skill, level in needs.items()}
    for skill, level in added.items():
        merged[skill] = max(level, merged.get(skill, 0))
    return merged


def _closed(turn: Turn, queue: Queue) -> bool:
    return queue.hours is not None and turn.facts.hours.get(str(queue.hours)) in {
        HoursStatus.CLOSED,
        HoursStatus.HOLIDAY,
        HoursStatus.EMERGENCY,
    }


def _outcomes_of(site: "LoadedSite", hold: str) -> list[str]:
    """How the hold flow may leave the queue, sub-flows included."""
    found: dict[str, None] = {}
    pending, seen = [hold], {""}
    while pending:
        name = pending.pop()
        flow = site.flows.get(name)
        if name in seen or flow is None:
            continue
        seen.add(name)
        for node in flow.nodes.values():
            outcome = getattr(node, "leave", None)
            if outcome is not None:
                found[str(outcome)] = None
            inner = getattr(node, "flow", None)
            if inner is not None:
                pending.append(str(inner))
    return list(found)

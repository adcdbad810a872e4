"""One dialogue played from its beginning to its last step, or to the first that fails."""

from dataclasses import dataclass
from typing import Any

from call_flows.events import CallArrived
from call_flows.notes import Note, Plain
from call_flows.scenario.acting import act
from call_flows.scenario.conversation import Conversation
from call_flows.scenario.failure import Failure, Unmet
from call_flows.scenario.outside import Outside
from call_flows.scenario.reading import Scenario
from call_flows.scenario.world import World, scene_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a dialogue went: the failure if there is one, how long the call took, and its way through the flows."""

    scenario: Scenario
    failure: Failure | None
    seconds: float
    notes: tuple[Note, ...]
    skipped: str = ""
    """Why it was not played at all; a skip is never a pass."""


def play(world: World, scenario: Scenario) -> Outcome:
    """Play a dialogue."""
    scene = scene_of(world, scenario.flow, scenario.given)
    slots = _slots(world, scenario)
    call = Conversation(world.site, scenario.flow, scene, Outside(scenario.mocks, scene), slots)
    place = scenario.place
    failure: Failure | None = None
    try:
        call.send(CallArrived(call.facts()))
        for step, at in scenario.steps:
            place = at
            act(call, step)
    except Unmet as unmet:
        failure = Failure(place, unmet.what, unmet.instead, stands(call), unmet.todo)
    return Outcome(scenario, failure, call.now, tuple(call.record.notes))


def stands(call: Conversation) -> str:
    """Where a call stands, for people."""
    clock = f"{int(call.now // 60)}:{call.now % 60:04.1f}"
    if call.state.ended:
        return f"the call was over after {clock}"
    spot = call.state.hold or call.state.at
    flow = call.site.flows.get(spot.flow)
    place = f" ({flow.places.key(('nodes', spot.node))})" if flow is not None and spot.node else ""
    return f"the call stood at {spot.flow}.{spot.node or 'its beginning'}{place}, {clock} after it began"


def _slots(world: World, scenario: Scenario) -> dict[str, Plain]:
    """The slots that have a value already, as their flow types them."""
    given: dict[Any, Any] = scenario.given.slots
    if not given:
        return {}
    found: dict[str, Plain] = {}
    for name, value in given.items():
        declared = next(
            (flow.header.slots[name] for flow in world.site.flows.values() if name in flow.header.slots), None
        )
        found[str(name)] = declared.coerce(value) if declared is not None else value
    return found

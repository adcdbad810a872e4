"""The engine: `advance(site, state, event)` is pure, always ends, and never raises for what others do."""

from typing import Final

from call_flows.actions import HangUp, InnerAction, LeaveQueue, Pause
from call_flows.courtesies import Courtesy
from call_flows.events import (
    CallbackAnswered,
    Collected,
    CustomerAnswered,
    DialEnded,
    Event,
    Fetched,
    HungUp,
    MessageAnswered,
    MessageRecorded,
    PaymentEnded,
    QueueEnded,
    QueueOutcome,
    Resumed,
    WaitTurn,
)
from call_flows.loaded import LoadedSite
from call_flows.nodes.base import Outcome, Waits
from call_flows.nodes.queue import QueueNode
from call_flows.notes import Note
from call_flows.state import CallState, Position, Step
from call_flows.turn import HOLD_AGAIN, Turn

MAX_NODES_A_STEP: Final = 100
MAX_SILENT: Final = 12
"""Unanswered questions in a row after which the call ends with a goodbye."""
MAX_STEPS: Final = 10_000
MAX_STACK: Final = 8
STARRED: Final = "caller-interrupted-with-star"
"""The carrier's word for a caller who did not want to pay after all."""

_HANG_UP: Final = HangUp()
_ON_HOLD: Final = (WaitTurn, Collected, Fetched, CustomerAnswered, MessageAnswered, CallbackAnswered, Resumed)


def begin(site: LoadedSite, *, flow: str, language: str = "", caller: str = "", dialled: str = "") -> CallState:
    """A call before its first event. The language is the flow's own when none is given."""
    started = site.flows[flow]
    return CallState(Position(flow, ""), language or started.language, caller, dialled)


def advance(site: LoadedSite, state: CallState, event: Event) -> Step:
    """What an event leads to: the new state, what to do now, and what to write into the log."""
    if state.ended:
        return Step(state, (_HANG_UP,), ())
    turn = Turn(site, state, event.facts)
    if isinstance(event, HungUp):
        turn.end("hung_up")
        return _step(turn, state, state.at, None)
    if state.steps >= MAX_STEPS or state.at.flow not in site.flows:
        return _lost(turn, state)
    if state.hold is not None and isinstance(event, _ON_HOLD):
        return _hold_step(turn, state, state.hold, event)
    turn.stand(state.at)
    if isinstance(event, WaitTurn):
        return _first_wait_turn(turn, state)
    turn.silent = _silence(turn.silent, event)
    _run(turn, _outcome(turn, event))
    return _step(turn, state, turn.position(), None)


def _silence(silent: int, event: Event) -> int:
    """How many waits in a row have now ended without the caller doing anything or reaching anybody."""
    match event:
        case Collected():
            heard = bool(event.digits or event.speech)
        case MessageRecorded():
            heard = event.seconds > 0
        case QueueEnded() | DialEnded():
            heard = event.outcome == QueueOutcome.ANSWERED
        case PaymentEnded():
            heard = event.taken or event.result == STARRED
        case Resumed():
            heard = False
        case _:
            return silent
    return 0 if heard else silent + 1


def _outcome(turn: Turn, event: Event) -> Outcome:
    if not turn.node_name:
        return _enter(turn, str(turn.flow.header.start))
    node = turn.flow.nodes.get(turn.node_name)
    if node is None:
        turn.fault("node_unknown", turn.node_name)
        _give_up(turn)
        return None
    return node.react(turn, event)


def _enter(turn: Turn, name: str) -> Outcome:
    node = turn.flow.nodes.get(name)
    turn.node_name = name
    turn.tries = 0
    turn.scratch = {}
    if node is None:
        turn.fault("node_unknown", name)
        _give_up(turn)
        return None
    turn.notes.append(turn.flow.entered(name, node.verb))
    if turn.holding and not node.on_hold:
        turn.fault("not_on_hold", node.verb)
        _give_up(turn)
        return None
    return node.enter(turn)


def _run(turn: Turn, outcome: Outcome) -> None:
    """Follow exits from node to node until one waits or the call is over."""
    for _ in range(MAX_NODES_A_STEP):
        if outcome is None or turn.ended:
            return
        outcome = _follow(turn, outcome)
    if outcome is not None and not turn.ended:
        turn.fault("too_many_nodes")
        _give_up(turn)


def _follow(turn: Turn, exit_name: str) -> Outcome:
    turn.notes.append(turn.flow.left(turn.node_name, exit_name))
    if turn.jump is not None:
        if exit_name.startswith("return"):
            turn.notes.append(_came_back(turn, exit_name))
        turn.flow, turn.stack, target = turn.jump
        turn.jump = None
        return _enter(turn, target)
    exits = turn.flow.nodes[turn.node_name].exits
    target = exits.get(exit_name) or exits.get("failed", "")
    if not target:
        turn.fault("unwired_exit", exit_name)
        _give_up(turn)
        return None
    return _enter(turn, target)


def _came_back(turn: Turn, exit_name: str) -> Note:
    """The exit by which the call leaves the node that ran the flow now ended."""
    flow_name, node_name = turn.stack[-1]
    flow = turn.site.flows[flow_name]
    result = f"result {exit_name.removeprefix('return ')}"
    return flow.left(node_name, result if result in flow.nodes[node_name].exits else "next")


def _hold_step(turn: Turn, state: CallState, hold: Position, event: Event) -> Step:
    """Go on in the flow that a waiting caller hears."""
    turn.holding = True
    turn.stand(hold)
    queue = turn.site.flows[state.at.flow].nodes.get(state.at.node)
    max_wait = queue.max_wait(turn.site) if isinstance(queue, QueueNode) else None
    if max_wait is not None and turn.facts.waited_seconds >= max_wait:
        turn.actions.append(LeaveQueue("timed_out"))
    else:
        node = turn.flow.nodes.get(turn.node_name)
        if isinstance(event, WaitTurn) and node is not None and node.waits is Waits.CALLER:
            event = Collected(event.facts)  # the carrier goes round again because nothing was pressed or said
        _run(turn, _outcome(turn, event))
    left = turn.ended or (bool(turn.actions) and isinstance(turn.actions[-1], LeaveQueue))
    return _step(turn, state, state.at, None if left else turn.position())


def _first_wait_turn(turn: Turn, state: CallState) -> Step:
    queue = turn.flow.nodes.get(turn.node_name)
    if not isinstance(queue, QueueNode):
        # The carrier asks once more although the wait is over: nothing is to be heard any more.
        turn.fault("not_waiting")
        turn.actions.append(Pause(1.0))
        return _step(turn, state, state.at, None)
    name = queue.hold_flow(turn.site)
    if name not in turn.site.flows:
        turn.actions += [*turn.courtesy(Courtesy.HOLD), Pause(HOLD_AGAIN)]
        return _step(turn, state, state.at, None)
    return _hold_step(turn, state, Position(name, ""), Resumed(turn.facts))


def _give_up(turn: Turn) -> None:
    """The flow cannot go on: a waiting caller keeps the place and hears the hold flow anew, any other a goodbye."""
    if turn.holding:
        turn.actions.append(Pause(HOLD_AGAIN))
        turn.node_name = ""
        turn.stack = ()
        return
    turn.end("fault", *turn.courtesy(Courtesy.FAULT), _HANG_UP)


def _lost(turn: Turn, state: CallState) -> Step:
    turn.end("fault", *turn.courtesy(Courtesy.FAULT), _HANG_UP)
    return _step(turn, state, state.at, None)


def _step(turn: Turn, state: CallState, at: Position, hold: Position | None) -> Step:
    if turn.silent >= MAX_SILENT and not turn.ended and not turn.holding:
        turn.actions = []
        turn.end("silence", *turn.courtesy(Courtesy.SILENCE), _HANG_UP)
    inner = turn.inner if turn.actions and isinstance(turn.actions[-1], InnerAction) else 0
    made = CallState(
        at,
        turn.language,
        state.caller,
        state.dialled,
        turn.slots,
        None if turn.ended else hold,
        turn.ended,
        turn.silent,
        inner,
        state.steps + 1,
    )
    return Step(made, tuple(turn.actions), tuple(turn.notes))

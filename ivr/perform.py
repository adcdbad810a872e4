"""What a step asks of ourselves, performed inside its transaction: promises, places in a queue, consent, tags."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from call_flows.actions import Enqueue, KeepComment, KeepScore, LeaveQueue, OutsideAction, RaiseAlert, TagCall
from call_flows.callback_actions import ChangeCallback, PromiseCallback
from call_flows.events import Event, QueueEnded, QueueOutcome
from call_flows.facts import Facts, HoursStatus
from foundation.calls import Call
from ivr.alerts import raise_alert
from ivr.deps import IvrDeps
from ivr.drafts import Draft
from ivr.outside import kept
from ivr.owed import CallbackWishes
from ivr.store import Loaded
from ivr.surveys import keep
from routing.config import QueueConfig
from routing.entries import Outcome
from routing.match import Ring

_OURS = (TagCall, RaiseAlert, KeepScore, KeepComment, LeaveQueue, Enqueue)


def asks_of_us(draft: Draft) -> bool:
    """Whether the step touches more than the call's own rows."""
    return draft.inner is not None or bool(draft.left) or any(isinstance(action, _OURS) for action in draft.actions)


class OwnActions:
    """Performs our own part of a draft."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._routing = deps.routing
        self._wishes = CallbackWishes(deps.callbacks, deps.routing)

    def settle(self, session: Session, draft: Draft, call: Loaded, facts: Facts) -> None:
        """Perform what the engine waits for until it waits for the carrier, then everything else it asked for."""
        while (event := self._answer(session, draft, call, facts)) is not None:
            draft.feed(event)
        if isinstance(draft.inner, OutsideAction):
            # a request after a promise: the promise is written first, and the request made by the next webhook
            draft.line = replace(draft.line, pending=kept(draft.inner))
        for entry_id, ended in draft.left:
            self._routing.leave(entry_id, Outcome(ended.value), session=session)
        for action in draft.actions:
            match action:
                case TagCall(tag=tag):
                    _tag(session, call, tag)
                case RaiseAlert():
                    deps = self._deps
                    raise_alert(session, deps.bus, deps.ids, call_id=call.call_id, alert=action, now=facts.now)
                case KeepScore() | KeepComment():
                    ids, language = self._deps.ids, draft.language
                    keep(session, ids, call_id=call.call_id, said=action, language=language, now=facts.now)
                case LeaveQueue(outcome=outcome) if draft.line.entry_id:
                    self._routing.leave(draft.line.entry_id, _left_with(outcome), session=session)
                case _:
                    continue

    def _answer(self, session: Session, draft: Draft, call: Loaded, facts: Facts) -> Event | None:
        if isinstance(draft.inner, PromiseCallback):
            return self._wishes.promise(session, draft, call, draft.inner, facts)
        if isinstance(draft.inner, ChangeCallback):
            return self._wishes.change(session, draft, call, draft.inner, facts)
        last = draft.actions[-1] if draft.actions else None
        if isinstance(last, Enqueue) and not draft.line.entry_id:
            refused = self._join(session, draft, call, last, facts)
            if refused is not None:
                draft.unmade(last)
                return QueueEnded(facts, refused)
        return None

    def _join(self, session: Session, draft: Draft, call: Loaded, action: Enqueue, facts: Facts) -> QueueOutcome | None:
        """Take a place in the queue; None when the caller has one, else why not."""
        if not _is_open(action.queue, draft, facts):
            return QueueOutcome.CLOSED
        entry = self._routing.enqueue(
            session,
            call_id=call.call_id,
            queue=action.queue,
            rings=_crowds(action, self._routing.queues.get(action.queue)),
            priority=action.priority,
            preferred_agent=action.preferred_agent,
            alone=action.alone,
            keep_place=action.keep_place,
            max_wait=action.max_wait,
            max_size=action.max_size,
            place=_kept_place(draft, action.queue),
        )
        if entry.outcome in {Outcome.FULL, Outcome.NOBODY}:
            return queue_outcome(entry.outcome)
        draft.line = replace(draft.line, entry_id=entry.id, queue=action.queue, leaving="", place="", place_in="")
        _set(session, call, queue=action.queue)
        return None


def _crowds(action: Enqueue, queue: QueueConfig) -> list[Ring]:
    """The rings a flow asks for, which are the queue's with more needs, and the crowds that open them."""
    opened = [ring.when_waiting for ring in queue.rings]
    known = opened if len(opened) == len(action.rings) else [None] * len(action.rings)
    return [Ring(after, needs, crowd) for (after, needs), crowd in zip(action.rings, known, strict=True)]


def _kept_place(draft: Draft, queue: str) -> datetime | None:
    """The place that a callback of that queue has kept for the caller, who waits himself now."""
    return datetime.fromisoformat(draft.line.place) if draft.line.place and draft.line.place_in == queue else None


def queue_outcome(word: str) -> QueueOutcome:
    """An outcome as it is written in the line or in an address; a word we do not know is a failure."""
    try:
        return QueueOutcome(word)
    except ValueError:
        return QueueOutcome.FAILED


def _left_with(word: str) -> Outcome:
    return Outcome(queue_outcome(word).value)


def _is_open(name: str, draft: Draft, facts: Facts) -> bool:
    queue = draft.shelved.loaded.site.queues.get(name)
    hours = facts.hours.get(queue.hours) if queue is not None and queue.hours is not None else None
    return draft.line.lane != "" or hours is None or hours is HoursStatus.OPEN


def _set(session: Session, call: Loaded, **values: object) -> None:
    session.connection().execute(update(Call).where(Call.id == call.call_id), values)


def _tag(session: Session, call: Loaded, tag: str) -> None:
    row = session.get(Call, call.call_id)
    if row is not None and tag not in row.tags:
        row.tags = [*row.tags, tag]

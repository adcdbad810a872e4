"""What a step asks of ourselves, performed inside its transaction: promises, places in a queue, consent, tags."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from call_flows.actions import (
    Enqueue,
    KeepComment,
    KeepScore,
    LeaveQueue,
    OutsideAction,
    PromiseCallback,
    RaiseAlert,
    TagCall,
)
from call_flows.events import CallbackAnswered, Event, QueueEnded, QueueOutcome
from call_flows.facts import Facts, HoursStatus
from callbacks.promising import PromiseRefused
from foundation.calls import Call
from ivr.alerts import raise_alert
from ivr.deps import IvrDeps
from ivr.drafts import Draft
from ivr.outside import kept
from ivr.store import Loaded
from ivr.surveys import keep
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
        self._callbacks = deps.callbacks

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
            return self._promise(session, draft, call, draft.inner, facts)
        last = draft.actions[-1] if draft.actions else None
        if isinstance(last, Enqueue) and not draft.line.entry_id:
            refused = self._join(session, draft, call, last, facts)
            if refused is not None:
                draft.unmade(last)
                return QueueEnded(facts, refused)
        return None

    def _promise(self, session: Session, draft: Draft, call: Loaded, asked: PromiseCallback, facts: Facts) -> Event:
        promised = self._callbacks.promise(
            session,
            call_id=call.call_id,
            number=asked.number,
            queue=asked.queue,
            needs=dict(asked.needs),
            place=self._place(session, draft),
            due_at=asked.due_at,
            language=asked.language,
        )
        refusal = promised.reason if isinstance(promised, PromiseRefused) else ""
        return CallbackAnswered(facts, promised=not refusal, reason=refusal)

    def _place(self, session: Session, draft: Draft) -> datetime | None:
        """The virtual arrival that the promise keeps: that of the caller's entry, when he waits."""
        if not draft.line.entry_id:
            return None
        return self._routing.board.entry(draft.line.entry_id, session=session).place

    def _join(self, session: Session, draft: Draft, call: Loaded, action: Enqueue, facts: Facts) -> QueueOutcome | None:
        """Take a place in the queue; None when the caller has one, else why not."""
        if not _is_open(action.queue, draft, facts):
            return QueueOutcome.CLOSED
        entry = self._routing.enqueue(
            session,
            call_id=call.call_id,
            queue=action.queue,
            rings=[Ring(after, needs) for after, needs in action.rings],
            priority=action.priority,
            preferred_agent=action.preferred_agent,
            max_wait=action.max_wait,
            max_size=action.max_size,
        )
        if entry.outcome == Outcome.FULL:
            return QueueOutcome.FULL
        draft.line = replace(draft.line, entry_id=entry.id, queue=action.queue, leaving="")
        _set(session, call, queue=action.queue)
        return None


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

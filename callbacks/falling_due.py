"""Where a promise comes in line: never early, at its place; behind, in front, for one agent; or is over by now."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callbacks import ahead
from callbacks.do_not_call import is_listed
from callbacks.line import enter, leave_line, results_of
from callbacks.parts import Parts
from callbacks.policy import First, Plan
from callbacks.promises import ABIDING_STATES, Promise, PromiseEvent, PromiseState
from callbacks.refusals import note_refusal
from callbacks.retries import counted
from callbacks.urgency import in_front, is_at_risk, place_in_line
from routing.agents import WORKING_STATES, Agent
from routing.entries import EntryState, Outcome

SOON = timedelta(seconds=15)
MINUTE = timedelta(minutes=1)


def fall_due(parts: Parts, session: Session, promise_id: str) -> bool:
    """The time has come: an entry in the queue, or a dial ahead of an agent. Later when hours or an owner say so."""
    promise, now = parts.promise(session, promise_id), parts.clock.now()
    if promise.state not in ABIDING_STATES or not is_due(promise, now):
        return False
    plan = parts.policy.plan(promise.queue)
    if not _may_come(parts, session, promise, plan):
        return False
    if plan.first is First.CUSTOMER and not promise.owner and ahead.dial_ahead(parts, session, promise):
        return True
    return _stand_in_line(parts, session, promise, plan)


def _may_come(parts: Parts, session: Session, promise: Promise, plan: Plan) -> bool:
    """Whether it may come in line now; if not, it is over, or its time is another one."""
    now = parts.clock.now()
    never = parts.policy.number_refusal(promise.number)[1] or ("do_not_call" * is_listed(session, promise.number))
    allowed = parts.policy.next_allowed(promise.number, promise.queue, now)
    if never:
        note_refusal(session, queue=promise.queue, reason=never, stage="dial", now=now)
        parts.move(session, promise, PromiseEvent.GIVE_UP)
    elif is_over(plan, promise, now):
        parts.move(session, promise, PromiseEvent.EXPIRE)
    elif allowed is None:
        parts.move(session, promise, PromiseEvent.GIVE_UP)
    elif allowed > now:
        promise.due_at = allowed
    else:
        promise.expires_at = promise.expires_at or now + timedelta(seconds=plan.window)
        if not promise.owner or _owner_works(session, promise) or now >= _owned_until(plan, promise):
            return True
        promise.due_at = now + SOON
    return False


def is_due(promise: Promise, now: datetime) -> bool:
    """Whether its time has come. One asked for in the future was asked for by a clock that has been set back since."""
    return promise.due_at <= now or (not promise.chosen_time and not promise.attempts and promise.asked_at > now)


def is_over(plan: Plan, promise: Promise, now: datetime) -> bool:
    """Whether it has had its chance: its window is over, or the hours have ended where the site says so."""
    if promise.expires_at is None:
        return False
    closed = plan.expire and plan.is_open is not None and not plan.is_open(now)
    return closed or promise.expires_at <= now


def expire(parts: Parts, session: Session, promise_id: str) -> bool:
    """Give up in line what is over. False while it is not, or is being dialled."""
    promise = parts.promise(session, promise_id)
    if promise.state != PromiseState.DUE or not is_over(parts.policy.plan(promise.queue), promise, parts.clock.now()):
        return False
    if _is_reserved(parts, session, promise):
        return False  # an agent is on the way
    parts.move(session, promise, PromiseEvent.EXPIRE)
    leave_line(parts, session, promise)
    return True


def needs_review(parts: Parts, session: Session, promise: Promise) -> bool:
    """Whether one in line is over or about to be late, as far as a look without a lock can tell."""
    now = parts.clock.now()
    return is_over(parts.policy.plan(promise.queue), promise, now) or _is_late(parts, session, promise, now)


def advance(parts: Parts, session: Session, promise_id: str) -> bool:
    """Bring to the front what is about to be late; False when it is not, or was brought there before."""
    promise, now = parts.promise(session, promise_id), parts.clock.now()
    if promise.state != PromiseState.DUE or promise.entry_id is None or not _is_late(parts, session, promise, now):
        return False
    if _is_reserved(parts, session, promise):
        return False
    arrived = parts.routing.board.entry(promise.entry_id, session=session).arrived_at
    leave_line(parts, session, promise, Outcome.LEFT)
    session.flush()
    promise.advanced_at = now
    return enter(parts, session, promise, in_front(promise.place), arrived)


def owed_since(promise: Promise) -> datetime:
    """From when on its age counts: the asking, or the chosen time."""
    return promise.due_at if promise.chosen_time else promise.asked_at


def _stand_in_line(parts: Parts, session: Session, promise: Promise, plan: Plan) -> bool:
    now = parts.clock.now()
    facts = parts.routing.board.queue_facts(promise.queue, session=session) if promise.chosen_time else None
    place = place_in_line(
        kept=promise.place,
        now=now,
        chosen=promise.due_at if promise.chosen_time else None,
        behind=plan.behind,
        given_back=counted(results_of(session, promise)) <= 1,
        wait=facts.ewt_seconds if facts is not None else None,
    )
    if promise.advanced_at is not None:
        place = in_front(promise.place)
    alone = (_owned_until(plan, promise) - now).total_seconds() if promise.owner else 0.0
    if not enter(parts, session, promise, place, place, alone=max(0.0, alone)):
        promise.due_at = now + MINUTE
        return False
    parts.move(session, promise, PromiseEvent.FALL_DUE)
    return True


def _owner_works(session: Session, promise: Promise) -> bool:
    agent = session.get(Agent, promise.owner)
    return agent is not None and agent.state in WORKING_STATES


def _owned_until(plan: Plan, promise: Promise) -> datetime:
    first_due = promise.expires_at - timedelta(seconds=plan.window) if promise.expires_at else promise.due_at
    return first_due + timedelta(seconds=plan.owner_waits)


def _is_reserved(parts: Parts, session: Session, promise: Promise) -> bool:
    if promise.entry_id is None:
        return False
    return parts.routing.board.entry(promise.entry_id, session=session).state == EntryState.RESERVED


def _is_late(parts: Parts, session: Session, promise: Promise, now: datetime) -> bool:
    plan, since = parts.policy.plan(promise.queue), owed_since(promise)
    if plan.promise is None or promise.advanced_at is not None:
        return False
    if not is_at_risk(since=since, now=now, promise=plan.promise, lead=plan.promise / 2):
        return False  # it is young: nothing need be estimated, and no line is half of what was promised
    lead = min(_lead(parts, session, promise.queue) or 0.0, plan.promise / 2)
    return is_at_risk(since=since, now=now, promise=plan.promise, lead=lead)


def _lead(parts: Parts, session: Session, queue: str) -> float | None:
    """How long the first in line waits: the estimate of a newcomer, for one of all who stand there."""
    facts = parts.routing.board.queue_facts(queue, session=session)
    return None if facts.ewt_seconds is None else facts.ewt_seconds / (facts.waiting + 1)

"""The call with which a promise is kept: made when an agent has accepted, or when the customer is dialled ahead."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks.promises import DialAttempt, Promise, PromiseState
from callbacks.recording import DialOrder
from foundation.calls import Call, CallStatus, Direction
from foundation.events import publish
from ivr.deps import IvrDeps
from ivr.news import CallBegan
from ivr.tables import Meeting


def call_of(deps: IvrDeps, session: Session, order: DialOrder, meeting: Meeting | None) -> Call:
    """The call of a dial: that of the meeting with the agent who waits, else one that is begun with it."""
    if meeting is not None:
        return session.get_one(Call, meeting.call_id)
    promise = session.get_one(Promise, order.promise_id)
    return begin_call(deps, session, promise)


def call_for_agent(deps: IvrDeps, session: Session, promise_id: str) -> Call | None:
    """The call an agent accepts: a new one, or that of the customer who holds the line; None without a promise."""
    promise = deps.callbacks.get(promise_id, session=session)
    if promise is None:
        return None
    return _held(session, promise) if promise.state == PromiseState.HOLDING else begin_call(deps, session, promise)


def begin_call(deps: IvrDeps, session: Session, promise: Promise) -> Call:
    """A call out, of the same site and flow as the one on which the promise was asked for."""
    asked_on = session.get(Call, promise.call_id) if promise.call_id else None
    shelved = deps.shelf.current()
    numbers = shelved.loaded.site.numbers
    call = Call(
        id=deps.ids.new("CW"),
        direction=Direction.OUTBOUND,
        status=CallStatus.QUEUED,
        caller=promise.number,
        caller_name=asked_on.caller_name if asked_on else "",
        dialled=promise.line or (asked_on.dialled if asked_on else next(iter(numbers), "")),
        language=promise.language,
        site=asked_on.site if asked_on else shelved.loaded.name,
        flow=asked_on.flow if asked_on else "",
        flow_version=asked_on.flow_version if asked_on else shelved.version,
        queue=promise.queue,
        consent=asked_on.consent if asked_on else None,
        started_at=deps.clock.now(),
    )
    session.add(call)
    session.flush()
    publish(session, deps.bus, CallBegan(call.id, call.caller, call.dialled))
    return call


def _held(session: Session, promise: Promise) -> Call | None:
    rows = select(DialAttempt.carrier_sid).where(DialAttempt.promise_id == promise.id)
    sid = session.scalar(rows.order_by(DialAttempt.attempt.desc()).limit(1))
    return session.scalar(select(Call).where(Call.carrier_sid == sid)) if sid else None

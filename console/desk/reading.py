"""The place where an agent's desk is read from SQL: state, reservation, caller, the way they came."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from call_flows.resting import USUAL
from callbacks.promises import DialAttempt, Promise
from console.desk.notes import DeskNote, notes_of_call
from console.journeys import Journey, Logged, journey_of
from console.looking import looking
from console.review.understood import read_before
from console.services import Services
from console.shown import SaidBefore
from console.views import (
    AgentShown,
    CallbackStory,
    CallCard,
    CurrentCall,
    Desk,
    DialShown,
    Stage,
)
from foundation.calls import Call
from foundation.errors import CallwrightError, Problem
from ivr.sites import NoSite
from ivr.tables import CallEvent, Meeting
from routing.agents import Agent
from routing.config import WrapUp, WrapUpMode
from routing.entries import EntryKind, QueueEntry
from routing.reservations import OPEN_STATES, Reservation, ReservationState


class NoDesk(CallwrightError):
    """The login's agent is not one of the site's: add the agent to site.yaml, or correct the login."""


def read_desk(here: Services, agent_id: str) -> Desk:
    """All that the desk shows, at this moment."""
    with looking(here.db) as session:
        agent = session.get(Agent, agent_id)
        if agent is None:
            raise NoDesk(
                Problem(
                    "no_desk", f"The site has no agent “{agent_id}”.", todo="Add it to site.yaml, or fix the login."
                )
            )
        current = _current(session, agent_id)
    queue = current.card.queue if current else ""
    wrap_up = here.routing.queues.get(queue).wrap_up if queue else WrapUp()
    return Desk(
        agent=AgentShown(agent.id, agent.name, agent.state, agent.reason, agent.since, agent.next_reason),
        current=current,
        dispositions=wrap_up.dispositions,
        reasons=reasons_of(here),
        must_choose=wrap_up.mode is WrapUpMode.MANDATORY,
    )


def reasons_of(here: Services) -> tuple[str, ...]:
    """Why agents may rest, as the site that runs says it."""
    try:
        return tuple(here.shelf.current().loaded.site.not_ready)
    except NoSite:
        return USUAL


def current_call_id(here: Services, agent_id: str) -> str:
    """The call the agent is held for, or empty."""
    with looking(here.db) as session:
        held = _held(session, agent_id)
        return held.call_id if held else ""


@dataclass(frozen=True, slots=True)
class _Held:
    """An open reservation with its entry. A callback has its call once the agent has accepted, with the meeting."""

    reservation: Reservation
    entry: QueueEntry
    call_id: str
    held_at: datetime | None


def _held(session: Session, agent_id: str) -> _Held | None:
    found = session.execute(
        select(Reservation, QueueEntry, Meeting)
        .join(QueueEntry, QueueEntry.id == Reservation.entry_id)
        .outerjoin(Meeting, Meeting.reservation_id == Reservation.id)
        .where(Reservation.agent_id == agent_id, Reservation.state.in_(OPEN_STATES))
    ).first()
    if found is None:
        return None
    reservation, entry, meeting = found
    call_id = (meeting.call_id if meeting else entry.call_id) or ""
    return _Held(reservation, entry, call_id, meeting.held_at if meeting else None)


def _current(session: Session, agent_id: str) -> CurrentCall | None:
    held = _held(session, agent_id)
    if held is None:
        return None
    reservation, entry = held.reservation, held.entry
    promise = session.get(Promise, entry.promise_id) if entry.promise_id else None
    asked_on = (promise.call_id or "") if promise else held.call_id
    call = session.get(Call, held.call_id or asked_on)
    journey = journey_of(read_events(session, asked_on), whole=False)
    note = session.get(DeskNote, reservation.id)
    stage = stage_of(reservation)
    return CurrentCall(
        reservation_id=reservation.id,
        stage=stage,
        since=_since(reservation, stage),
        until=reservation.expires_at,
        card=_card(held, call, promise, journey, _story(session, promise), _before(session, held, call)),
        on_hold_since=held.held_at if stage is Stage.TALKING else None,
        has_consent=call.consent if call else None,
        notes=note.text if note else reservation.notes,
    )


def stage_of(reservation: Reservation) -> Stage:
    """How the desk draws a reservation."""
    if reservation.state == ReservationState.PENDING:
        return Stage.RINGING
    if reservation.state == ReservationState.WRAPPING:
        return Stage.WRAPPING
    return Stage.TALKING if reservation.connected_at else Stage.CONNECTING


def _since(reservation: Reservation, stage: Stage) -> datetime:
    began = {
        Stage.CONNECTING: reservation.accepted_at,
        Stage.TALKING: reservation.connected_at,
        Stage.WRAPPING: reservation.hung_up_at,
    }.get(stage)
    return began or reservation.created_at


def _story(session: Session, promise: Promise | None) -> CallbackStory | None:
    """What led to a callback, and how often it was tried."""
    if promise is None:
        return None
    rows = select(DialAttempt).where(DialAttempt.promise_id == promise.id, DialAttempt.result != "")
    tried = session.scalars(rows.order_by(DialAttempt.attempt))
    return CallbackStory(
        why=promise.why,
        asked_at=promise.asked_at,
        due_at=promise.due_at if promise.chosen_time else None,
        zone=promise.zone,
        waited=promise.waited,
        note=promise.note,
        owner=promise.owner,
        asked_by=promise.asked_by,
        attempts=tuple(DialShown(attempt.recorded_at, attempt.result) for attempt in tried),
    )


def _before(session: Session, held: _Held, call: Call | None) -> SaidBefore | None:
    """What was said before this agent took the call: nothing, when it is the first agent's who talks already."""
    if call is None:
        return None
    earlier = select(Meeting.reservation_id).where(
        Meeting.call_id == call.id,
        Meeting.reservation_id != held.reservation.id,
        Meeting.connected_at.is_not(None),
    )
    if held.reservation.connected_at and session.scalar(earlier.limit(1)) is None:
        return None
    return read_before(session, call, notes_of_call(session, call.id, but=held.reservation.id))


def _card(
    held: _Held,
    call: Call | None,
    promise: Promise | None,
    journey: Journey,
    story: CallbackStory | None,
    before: SaidBefore | None,
) -> CallCard:
    entry = held.entry
    return CallCard(
        call_id=held.call_id,
        number=promise.number if promise else call.caller if call else "",
        name=call.caller_name if call else "",
        queue=entry.queue,
        language=call.language if call else "",
        arrived_at=journey.steps[0].at if journey.steps else entry.arrived_at,
        waiting_since=entry.arrived_at,
        is_callback=entry.kind == EntryKind.CALLBACK,
        path=journey.steps,
        slots=journey.slots,
        tags=tuple(call.tags) if call else (),
        story=story,
        before=before,
    )


def read_events(session: Session, call_id: str) -> list[Logged]:
    """The call's event log, in order."""
    rows = select(CallEvent.at, CallEvent.kind, CallEvent.payload).where(CallEvent.call_id == call_id)
    found = session.execute(rows.order_by(CallEvent.seq))
    return [Logged(at, kind, payload) for at, kind, payload in found]

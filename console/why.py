"""The place where the question "why does this caller wait?" is answered: for the wall and for the command line."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from call_flows.facts import HoursStatus
from call_flows.site import Site
from callbacks.promises import Promise
from foundation.calls import Call, CallStatus
from foundation.errors import CallwrightError, Problem
from foundation.phone import NumberRefused, parse_number
from ivr.emergency import switches
from routing.agents import Agent
from routing.entries import IN_LINE, EntryState, QueueEntry
from routing.explain import Explanation
from routing.reservations import Reservation
from routing.service import RoutingService

SHOWN_DIGITS = 2
SHORTEST_MASKED = 6


class NoSuchCall(CallwrightError):
    """No call has that id, carrier SID or number: copy it from the wall or from the list of calls."""


@dataclass(frozen=True, slots=True)
class Told:
    """The answer. `number` is masked, `gates` are closed hours and emergencies.

    `elsewhere` says where somebody is who does not wait.
    """

    call_id: str
    number: str
    explanation: Explanation | None = None
    gates: tuple[str, ...] = ()
    elsewhere: str = ""


def masked(number: str) -> str:
    """A number for many eyes: its country and its last two digits. One that was withheld, or is short, is hidden."""
    digits = [place for place, sign in enumerate(number) if sign.isdigit()]
    if len(digits) < SHORTEST_MASKED:
        return "•••" if number else "withheld"
    kept = {digits[0], *digits[-SHOWN_DIGITS:]}
    return "".join("•" if sign.isdigit() and place not in kept else sign for place, sign in enumerate(number))


def find_call(session: Session, named: str, *, region: str | None = None) -> Call:
    """The call of an id, a carrier's SID or a caller's number; of several, one that waits, else the latest.

    Raises NoSuchCall.
    """
    word = named.strip()
    try:
        number = parse_number(word, region=region)
    except NumberRefused:
        number = word
    in_line = select(QueueEntry.id).where(QueueEntry.call_id == Call.id, QueueEntry.state.in_(IN_LINE)).exists()
    rows = select(Call).where(or_(Call.id == word, Call.carrier_sid == word, Call.caller == number))
    found = session.scalars(rows.order_by(case((in_line, 0), else_=1), Call.started_at.desc()).limit(1)).first()
    if word and found is not None:
        return found
    todo = "Give the call's id, the carrier's SID, or the caller's number."
    raise NoSuchCall(Problem("no_such_call", "There is no such call.", todo=todo))


def why_call(session: Session, call: Call, routing: RoutingService, site: Site | None, now: datetime) -> Told:
    """Why this call waits, or where it is instead."""
    entries = select(QueueEntry).where(QueueEntry.call_id == call.id).order_by(QueueEntry.arrived_at.desc())
    latest = session.scalars(entries).all()
    waiting = next((entry for entry in latest if entry.is_in_line), None)
    if waiting is not None:
        return why_entry(session, waiting.id, routing, site, now)
    return Told(call.id, masked(call.caller), elsewhere=_elsewhere(session, call, latest[0] if latest else None))


def why_entry(session: Session, entry_id: str, routing: RoutingService, site: Site | None, now: datetime) -> Told:
    """Why this entry waits. Raises UnknownRow."""
    explanation = routing.why.entry(entry_id, session=session)
    entry = session.get_one(QueueEntry, entry_id)
    call = session.get(Call, entry.call_id) if entry.call_id else None
    promise = session.get(Promise, entry.promise_id) if entry.promise_id else None
    number = masked(promise.number if promise else call.caller if call else "")
    if explanation is None:
        elsewhere = _elsewhere(session, call, entry) if call else "No longer in line."
        return Told(entry.call_id or "", number, elsewhere=elsewhere)
    return Told(entry.call_id or "", number, explanation, _gates(session, site, entry.queue, now))


def _gates(session: Session, site: Site | None, queue: str, now: datetime) -> tuple[str, ...]:
    """Closed hours or an emergency of the queue: who waits already goes on waiting, or is sent out by the flow."""
    named = site.queues[queue].hours if site is not None and queue in site.queues else None
    if site is None or named is None:
        return ()
    if any(switch.hours == named for switch in switches(session)):
        return (f"The hours “{named}” of this queue are in an emergency.",)
    status = site.hours[named].at(now.astimezone(ZoneInfo(site.timezone)))
    return () if status is HoursStatus.OPEN else (f"The hours “{named}” of this queue are {status.value}.",)


def _elsewhere(session: Session, call: Call, entry: QueueEntry | None) -> str:
    if CallStatus(call.status).is_over:
        waited = f" It last waited in {entry.queue}: {entry.outcome or entry.state}." if entry else ""
        return f"The call is over ({call.status}).{waited}"
    if entry is not None and entry.state == EntryState.ANSWERED:
        talks = select(Agent.name).join(Reservation, Reservation.agent_id == Agent.id)
        name = session.scalar(talks.where(Reservation.entry_id == entry.id, Reservation.ended_at.is_(None)))
        if name:
            return f"The call waits no longer: it is with {name}."
    last = f" It last waited in {entry.queue}: {entry.outcome}." if entry else ""
    return f"The call is in the flow {call.flow or '–'}, and in no queue.{last}"

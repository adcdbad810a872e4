"""Bringing caller and agent together, in one conference from the first second, and noticing when it comes apart.

The order: the agent's leg is dialled while the caller still waits; when it answers, the caller is fetched out of the
queue; when both are in, the wait is answered. Whatever fails before that leaves the caller in his place.
"""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from call_flows.actions import Enqueue
from foundation.calls import Call, CallStatus, Leg, LegKind
from foundation.events import publish
from foundation.logs import get_logger
from ivr import meetings
from ivr.callback_legs import CallbackLegs
from ivr.carrier import CarrierRefused, CarrierUnreachable
from ivr.deps import IvrDeps
from ivr.line import Listening
from ivr.meetings import MeetingEvent, MeetingState
from ivr.news import CallConnected
from ivr.pages import Pages
from ivr.sentences import Sentence
from ivr.statuses import known_status, move_leg
from ivr.store import SessionStore
from ivr.tables import Meeting
from ivr.tokens import StreamGrant
from ivr.twiml import render
from ivr.twiml.apology import farewell
from ivr.twiml.meeting import agent_joins, caller_joins
from routing.entries import EntryKind, Outcome
from routing.news import ReservationAccepted, ReservationEnded
from routing.reservations import ReservationState

log = get_logger(__name__)
RING_SECONDS = 20
LINE_FAILED = "line failed"


class Connections:
    """Everything between an accepted reservation and its end."""

    def __init__(self, deps: IvrDeps, callbacks: CallbackLegs) -> None:
        self._deps = deps
        self._store = SessionStore(deps.db)
        self._pages = Pages(deps.settings)
        self._callbacks = callbacks

    def bring_together(self, accepted: ReservationAccepted) -> None:
        """An agent takes the caller: dial the agent's desk. The meeting is written first, so one accept dials once."""
        try:
            begun = self._begin(accepted)
        except IntegrityError:
            return  # brought together already
        if begun is None:
            self._deps.routing.rescind(accepted.reservation_id, "no call")
            return
        call_id, leg_id, from_ = begun
        settings = self._deps.settings
        try:
            sid = self._deps.carrier.dial(
                to=f"client:{accepted.agent_id}?reservation={accepted.reservation_id}",
                from_=from_,
                url=f"{settings.public_base_url}/voice/agent/{accepted.reservation_id}",
                status_url=f"{settings.public_base_url}/voice/status/{call_id}?leg={leg_id}",
                key=accepted.reservation_id,
                timeout=RING_SECONDS,
            )
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("agent_leg_failed", reservation=accepted.reservation_id, code=error.problem.code)
            self._fail(accepted.reservation_id, LINE_FAILED)
            return
        with self._deps.db.begin() as session:
            session.execute(update(Leg).where(Leg.id == leg_id, Leg.carrier_sid.is_(None)).values(carrier_sid=sid))
            session.execute(
                update(Meeting).where(Meeting.leg_id == leg_id, Meeting.agent_sid.is_(None)).values(agent_sid=sid)
            )

    def agent_document(self, reservation_id: str, agent_sid: str) -> str:
        """The agent's desk has answered: into the conference with it, and the caller after it."""
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, reservation_id)
            if meeting is None:
                return farewell(Sentence.AGENT_TOO_LATE)
            if meeting.document is not None:
                return meeting.document
            reservation = self._deps.routing.board.reservation(reservation_id, session=session)
            accepted = reservation.state == ReservationState.ACCEPTED
            if not accepted or not meetings.move(meeting, MeetingEvent.AGENT_ANSWERS, self._deps.clock.now()):
                return farewell(Sentence.AGENT_TOO_LATE)
            meeting.agent_sid = agent_sid
            since = self._heard_since(session, meeting)
            token = self._deps.ids.new("ST") if since else ""
            page = self._pages.bare(meeting.call_id, token=token)
            meeting.document = agent_joins(page, reservation_id)
            move_leg(session, meeting.leg_id, CallStatus.IN_PROGRESS, self._deps.clock.now())
            language = session.get_one(Call, meeting.call_id).language
        if token:
            grant = StreamGrant(meeting.call_id, agent_sid, "agent", language, meeting.agent_id, since)
            self._deps.tokens.keep(token, grant)
        return meeting.document if self.fetch_caller(meeting) else farewell(Sentence.AGENT_TOO_LATE)

    def caller_document(self, call_id: str, reservation_id: str) -> str | None:
        """The caller, fetched out of the queue: into the conference. None when there is no such meeting."""
        call = self._store.load(call_id)
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, reservation_id)
            if call is None or meeting is None or meeting.call_id != call_id:
                return None
        return caller_joins(self._pages.bare(call_id, revision=call.revision), reservation_id)

    def back_in_line(self, call_id: str) -> str | None:
        """The caller comes out of a conference in which nobody was met: back to waiting, in the same place.

        None when the wait is over.
        """
        call = self._store.load(call_id)
        if call is None or call.ended or not call.line.entry_id:
            return None
        if not self._deps.routing.board.entry(call.line.entry_id).is_in_line:
            return None
        page = self._pages.bare(call_id, revision=call.revision)
        return render([Enqueue(queue=call.line.queue, rings=())], page)

    def joined(self, reservation_id: str, call_sid: str) -> None:
        """A party has come into the conference; with the second one the wait is answered."""
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, reservation_id)
            if meeting is None:
                return
            if call_sid == meeting.agent_sid:
                meeting.agent_in = True
            elif call_sid == meeting.caller_sid:
                meeting.caller_in = True
            both = meeting.agent_in and meeting.caller_in
            if not both or not meetings.move(meeting, MeetingEvent.BOTH_IN, self._deps.clock.now()):
                return
            self._deps.routing.connected(reservation_id, session=session)
            session.get_one(Call, meeting.call_id).agent_id = meeting.agent_id
            publish(session, self._deps.bus, CallConnected(meeting.call_id, meeting.agent_id, reservation_id))

    def over(self, reservation_id: str) -> None:
        """The conference has ended, or lost one of its two: the conversation is over."""
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, reservation_id)
            if meeting is None or not meetings.move(meeting, MeetingEvent.END, self._deps.clock.now()):
                return
            self._deps.routing.ended(reservation_id, session=session)

    def leg_moved(self, leg_id: str, status: CallStatus, *, carrier_sid: str) -> None:
        """The agent's leg has moved on. At its end it has failed, or, with the caller already there, is over."""
        now = self._deps.clock.now()
        with self._deps.db.begin() as session:
            meeting = meetings.of_leg(session, leg_id)
            move_leg(session, leg_id, status, now)
            if meeting is None:
                return
            meeting.agent_sid = meeting.agent_sid or carrier_sid
            together = meeting.state == MeetingState.TOGETHER
        if status.is_over and together:
            self.over(meeting.reservation_id)
        elif status.is_over:
            self._fail(meeting.reservation_id, LINE_FAILED)

    def caller_gone(self, call_id: str) -> None:
        """The outside party's leg has ended: whoever was with it, or on the way, is free."""
        with self._deps.db.begin() as session:
            open_ones = meetings.open_of_call(session, call_id)
        for meeting in open_ones:
            self.over(meeting.reservation_id)
            self._hang_up(meeting)

    def reservation_ended(self, ended: ReservationEnded) -> None:
        """Routing has closed a reservation: an agent's leg that is still on its way to a caller is called back."""
        if ended.outcome in {ReservationState.WRAPPING, ReservationState.COMPLETED}:
            return
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, ended.reservation_id)
            if meeting is None or not meetings.move(meeting, MeetingEvent.FAIL, self._deps.clock.now()):
                return
        self._hang_up(meeting)

    def _begin(self, accepted: ReservationAccepted) -> tuple[str, str, str] | None:
        now = self._deps.clock.now()
        with self._deps.db.begin() as session:
            if accepted.kind == EntryKind.CALLBACK:
                call = self._callbacks.new_call(session, accepted.promise_id or "")
            else:
                call = session.get(Call, accepted.call_id or "")
            if call is None:
                return None
            leg_id = self._deps.ids.new("LG")
            meeting = Meeting(
                reservation_id=accepted.reservation_id,
                call_id=call.id,
                entry_id=accepted.entry_id,
                agent_id=accepted.agent_id,
                promise_id=accepted.promise_id,
                state=MeetingState.DIALLING,
                leg_id=leg_id,
                caller_sid=call.carrier_sid,
                began_at=now,
            )
            leg = Leg(
                id=leg_id,
                call_id=call.id,
                kind=LegKind.AGENT,
                agent_id=accepted.agent_id,
                status=CallStatus.QUEUED,
                started_at=now,
            )
            session.add_all([meeting, leg])
            return call.id, leg_id, call.dialled

    def _heard_since(self, session: Session, meeting: Meeting) -> str:
        """From when on the call is heard; empty when the caller has not agreed: then the agent is not heard either."""
        if meeting.promise_id:
            return meeting.began_at.isoformat() if session.get_one(Call, meeting.call_id).consent else ""
        call = self._store.load(meeting.call_id)
        return call.line.since if call is not None and call.line.listening is Listening.ON else ""

    def fetch_caller(self, meeting: Meeting) -> bool:
        """Let the other party come into the conference; False when it cannot. Harmless to repeat until it is in."""
        if meeting.promise_id:
            return self._callbacks.fetch(meeting)
        base = self._deps.settings.public_base_url
        url = f"{base}/voice/calls/{meeting.call_id}/connect?reservation={meeting.reservation_id}"
        try:
            self._deps.carrier.redirect(meeting.caller_sid or "", url)
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("caller_not_fetched", reservation=meeting.reservation_id, code=error.problem.code)
            if self._is_gone(meeting.caller_sid or ""):
                # nobody to give back to the line: the next agent would be made to fetch him, too
                self._deps.routing.leave(meeting.entry_id, Outcome.ABANDONED)
            else:
                self._fail(meeting.reservation_id, "caller not reached")
            return False
        return True

    def _is_gone(self, sid: str) -> bool:
        """Whether the carrier says that the call is over; unsure is no."""
        try:
            status = known_status(self._deps.carrier.call_status(sid))
        except (CarrierRefused, CarrierUnreachable):
            return False
        return status is not None and status.is_over

    def _fail(self, reservation_id: str, reason: str) -> None:
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, reservation_id)
            if meeting is None or not meetings.move(meeting, MeetingEvent.FAIL, self._deps.clock.now()):
                return
            if not self._deps.routing.rescind(reservation_id, reason, session=session):
                # the wait was answered (a customer has pressed 1): nobody goes back in line, the conversation is over
                self._deps.routing.ended(reservation_id, session=session)
        self._hang_up(meeting)

    def _hang_up(self, meeting: Meeting) -> None:
        """Call back the legs that are on their way; the leg of a caller who waits is not one of them."""
        dialled = meeting.promise_id and not self._callbacks.holds(meeting.promise_id)
        legs = [meeting.agent_sid, meeting.caller_sid if dialled else None]
        for sid in filter(None, legs):
            try:
                self._deps.carrier.hang_up(sid)
            except (CarrierRefused, CarrierUnreachable) as error:
                log.warning("leg_not_hung_up", reservation=meeting.reservation_id, code=error.problem.code)

"""What a process that died has left between an accept and the meeting: others go on within seconds.

Every ticker looks about once a second; all of it is harmless to repeat, and by several at once. What the carrier could
tell nobody is `ivr.reconcile`'s.
"""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from callbacks.promises import DialAttempt
from foundation.calls import CallStatus
from foundation.logs import get_logger
from ivr.carrier import CarrierRefused, CarrierUnreachable
from ivr.connect import Connections
from ivr.deps import IvrDeps
from ivr.meetings import OPEN_STATES, MeetingState
from ivr.tables import Meeting
from routing.entries import QueueEntry
from routing.news import ReservationAccepted, ReservationEnded
from routing.reservations import Reservation, ReservationState

log = get_logger(__name__)
A_MOMENT = timedelta(seconds=1.5)
"""So long whoever heard of an accept is believed to be at it."""
UNSURE = timedelta(seconds=6)
"""So long an order to the carrier may be under way: longer than we wait for its answer."""
ALONE_SECONDS = 2.0
"""So long an agent waits alone before it is asked whether the other party was fetched."""
LIMIT = 20
GIVEN_BACK = (
    ReservationState.REJECTED,
    ReservationState.TIMEOUT,
    ReservationState.CANCELLED,
    ReservationState.RESCINDED,
)


class Unfinished:
    """Goes on where another process stopped."""

    def __init__(self, deps: IvrDeps, connections: Connections) -> None:
        self._deps = deps
        self._connections = connections
        self._alone: dict[str, float] = {}

    def look(self) -> int:
        """Finish what is to be finished; how much it was."""
        return self._not_begun() + self._not_dialled() + self._not_fetched() + self._given_back()

    def _not_begun(self) -> int:
        """Accepted, and nobody has dialled the desk: the news of the accept was lost."""
        begun = select(Meeting.reservation_id).where(Meeting.reservation_id == Reservation.id)
        waiting = (
            select(Reservation, QueueEntry)
            .join(QueueEntry, QueueEntry.id == Reservation.entry_id)
            .where(
                Reservation.state == ReservationState.ACCEPTED,
                Reservation.connected_at.is_(None),
                Reservation.accepted_at < self._deps.clock.now() - A_MOMENT,
                ~begun.exists(),
            )
        )
        with self._looking() as session:
            found = session.execute(waiting.limit(LIMIT)).all()
        for row, entry in found:
            log.warning("accept_unfinished", reservation=row.id)
            told = (row.id, entry.id, row.agent_id, entry.call_id, entry.queue, entry.kind, entry.promise_id)
            self._connections.bring_together(ReservationAccepted(*told))
        return len(found)

    def _not_dialled(self) -> int:
        """The desk was to be dialled, and nobody knows whether it was: if the carrier neither, it is given back."""
        with self._looking() as session:
            rows = select(Meeting).where(
                Meeting.state == MeetingState.DIALLING,
                Meeting.agent_sid.is_(None),
                Meeting.began_at < self._deps.clock.now() - UNSURE,
            )
            found = list(session.scalars(rows.limit(LIMIT)))
        for meeting in found:
            if not self._find_leg(meeting):
                log.warning("desk_not_dialled", reservation=meeting.reservation_id)
                self._connections.leg_moved(meeting.leg_id, CallStatus.FAILED, carrier_sid="")
        return len(found)

    def _find_leg(self, meeting: Meeting) -> bool:
        """Whether the carrier has dialled the desk for this meeting, or does not say; what is found is noted."""
        try:
            sids = self._deps.carrier.find_dialled(to=f"client:{meeting.agent_id}", since=meeting.began_at)
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("leg_unsure", reservation=meeting.reservation_id, code=error.problem.code)
            return True
        with self._deps.db.begin() as session:
            others = set(session.scalars(select(Meeting.agent_sid).where(Meeting.agent_sid.in_(sids))))
            ours = [sid for sid in sids if sid not in others]
            if ours:
                session.get_one(Meeting, meeting.reservation_id).agent_sid = ours[0]
        return bool(ours)

    def _not_fetched(self) -> int:
        """The agent waits alone: whoever was to fetch the other party has died, or nobody heard that it has come."""
        now = self._deps.clock.monotonic()
        with self._looking() as session:
            dialled = select(DialAttempt.id).where(DialAttempt.reservation_id == Meeting.reservation_id)
            rows = select(Meeting).where(
                Meeting.state == MeetingState.AGENT_THERE, or_(Meeting.promise_id.is_(None), ~dialled.exists())
            )
            alone = {one.reservation_id: one for one in session.scalars(rows)}
        self._alone = {name: self._alone.get(name, now) for name in alone}
        due = [name for name, since in self._alone.items() if now - since >= ALONE_SECONDS][:LIMIT]
        self._alone.update(dict.fromkeys(due, now))
        return sum(self._fetch(alone[name]) for name in due)

    def _fetch(self, meeting: Meeting) -> bool:
        try:
            there = self._deps.carrier.in_conference(meeting.call_id)
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("conference_unsure", reservation=meeting.reservation_id, code=error.problem.code)
            return False
        log.warning("agent_alone", reservation=meeting.reservation_id)
        if meeting.caller_sid and meeting.caller_sid in there:
            for sid in there:
                self._connections.joined(meeting.reservation_id, sid)
        else:
            self._connections.fetch_caller(meeting)
        return True

    def _given_back(self) -> int:
        """The reservation has ended without a conversation, and the legs of it were not called back."""
        with self._looking() as session:
            rows = (
                select(Reservation, QueueEntry)
                .join(Meeting, Meeting.reservation_id == Reservation.id)
                .join(QueueEntry, QueueEntry.id == Reservation.entry_id)
                .where(
                    Meeting.state.in_(OPEN_STATES),
                    Reservation.state.in_(GIVEN_BACK),
                    Reservation.ended_at < self._deps.clock.now() - A_MOMENT,
                )
            )
            found = session.execute(rows.limit(LIMIT)).all()
        for row, entry in found:
            log.warning("end_unfinished", reservation=row.id)
            ended = (row.id, entry.id, row.agent_id, entry.call_id, row.queue, row.state, row.reason)
            self._connections.reservation_ended(ReservationEnded(*ended))
        return len(found)

    def _looking(self) -> Session:
        """A look that waits for no writer and keeps none waiting."""
        return Session(self._deps.db.engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)

"""What SQL says of live calls beside what the carrier says: whoever is gone there is gone here.

Two questions a round say which calls and conferences go on, however many there are; only what they leave in doubt is
asked about one by one, at most `ASKED` a round, so that a carrier's limits are never in sight.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select

from callbacks.promises import DialAttempt
from foundation.calls import Call, CallStatus
from foundation.logs import get_logger
from ivr import meetings
from ivr.carrier import CarrierRefused
from ivr.meetings import MeetingState
from ivr.reconcile_rows import Repaired
from ivr.statuses import known_status
from ivr.tables import Meeting
from ivr.webhooks.house import House
from ivr.webhooks.status import caller_moved

log = get_logger(__name__)
ASKED = 20
YOUNG = timedelta(seconds=10)
"""What is younger may not yet be in the carrier's lists, or its news may be on its way."""
NO_SUCH = {"20404", "404"}
OPEN_CALLS = tuple(status for status in CallStatus if not status.is_over)
T = TypeVar("T")


@dataclass(slots=True)
class Budget:
    """How many more questions may be put to the carrier in this round."""

    left: int = ASKED

    def spend(self, count: int = 1) -> bool:
        """Whether so many may still be asked; then they are counted."""
        if self.left < count:
            return False
        self.left -= count
        return True


class CarrierRound:
    """One round against the carrier. Raises CarrierUnreachable, and has then done a part of it."""

    def __init__(self, house: House, number: int) -> None:
        self._house = house
        self._deps = house.deps
        self._number = number
        self._budget = Budget()
        self._statuses: dict[str, CallStatus | None] = {}

    def look(self) -> Iterator[Repaired]:
        """Close what is over at the carrier: calls first, then agents' legs, then conferences."""
        carrier, before = self._deps.carrier, self._deps.clock.now() - YOUNG
        calls, open_meetings = self._calls(before), self._meetings(before)
        if not calls and not open_meetings:
            return
        live = carrier.live_calls()
        for call_id, sid in self._turned([one for one in calls if one[1] not in live]):
            yield from self._call_over(call_id, sid)
        for meeting in self._turned([one for one in open_meetings if one.agent_sid and one.agent_sid not in live]):
            yield from self._leg_over(meeting)
        together = [one for one in self._meetings(before) if one.state == MeetingState.TOGETHER]
        if together:
            yield from self._conferences(together)

    def _call_over(self, call_id: str, sid: str) -> Iterator[Repaired]:
        status = self._status(sid)
        if status is None or not status.is_over:
            return
        with self._deps.db.begin() as session:
            dials = select(DialAttempt.id).where(DialAttempt.carrier_sid == sid, DialAttempt.result == "")
            attempt = session.scalar(dials)
        if attempt is not None:
            self._house.callbacks.moved(attempt, status, sid)
        caller_moved(self._house, call_id, status)
        yield Repaired("call over", call_id)

    def _leg_over(self, meeting: Meeting) -> Iterator[Repaired]:
        status = self._status(meeting.agent_sid or "")
        if status is not None and status.is_over:
            self._house.connections.leg_moved(meeting.leg_id, status, carrier_sid=meeting.agent_sid or "")
            yield Repaired("leg over", meeting.reservation_id)

    def _conferences(self, together: Sequence[Meeting]) -> Iterator[Repaired]:
        live = self._deps.carrier.live_conferences()
        there = [one for one in together if one.call_id in live]
        for meeting in self._turned([one for one in together if one.call_id not in live]):
            if self._budget.spend(2) and not self._deps.carrier.in_conference(meeting.call_id):
                yield from self._over(meeting, "conference gone")
        for meeting in self._turned(there):
            if not self._budget.spend(2):
                return
            present = self._deps.carrier.in_conference(meeting.call_id)
            if present and not {meeting.agent_sid, meeting.caller_sid} <= present:
                yield from self._over(meeting, "party gone")

    def _over(self, meeting: Meeting, kind: str) -> Iterator[Repaired]:
        """The conversation is over; an agent's leg that is left somewhere is called back."""
        self._house.connections.over(meeting.reservation_id)
        try:
            if meeting.agent_sid:
                self._deps.carrier.hang_up(meeting.agent_sid)
        except CarrierRefused as refused:
            log.info("leg_not_hung_up", reservation=meeting.reservation_id, code=refused.problem.code)
        yield Repaired(kind, meeting.reservation_id)

    def _status(self, sid: str) -> CallStatus | None:
        """How the carrier says that the call stands; None when it was not asked, or says a word we do not know."""
        if sid in self._statuses:
            return self._statuses[sid]
        if not self._budget.spend():
            return None
        try:
            found = known_status(self._deps.carrier.call_status(sid))
        except CarrierRefused as refused:
            # a carrier that has forgotten the call will never send its end; any other refusal says nothing of the call
            found = CallStatus.COMPLETED if refused.problem.code in NO_SUCH else None
        self._statuses[sid] = found
        return found

    def _calls(self, before: datetime) -> list[tuple[str, str]]:
        with self._deps.db.begin() as session:
            rows = select(Call.id, Call.carrier_sid).where(
                Call.status.in_(OPEN_CALLS), Call.carrier_sid.is_not(None), Call.started_at <= before
            )
            return [(row[0], str(row[1])) for row in session.execute(rows.order_by(Call.id))]

    def _meetings(self, before: datetime) -> list[Meeting]:
        with self._deps.db.begin() as session:
            rows = select(Meeting).where(Meeting.state.in_(meetings.OPEN_STATES), Meeting.began_at <= before)
            return list(session.scalars(rows.order_by(Meeting.reservation_id)))

    def _turned(self, found: Sequence[T]) -> list[T]:
        """The same in another order each round: what one round's budget does not reach, a later one begins with."""
        start = self._number * ASKED % len(found) if found else 0
        return [*found[start:], *found[:start]]

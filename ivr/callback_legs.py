"""Calling back: the agent first, then the customer, who presses 1 and comes into the same conference."""

from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from foundation.calls import Call, CallStatus, Direction, Leg, LegKind
from foundation.events import publish
from foundation.logs import get_logger
from ivr import meetings
from ivr.carrier import CarrierRefused, CarrierUnreachable
from ivr.deps import IvrDeps
from ivr.meetings import MeetingState
from ivr.news import CallBegan
from ivr.pages import Pages
from ivr.sentences import Sentence
from ivr.tables import Meeting
from ivr.tokens import StreamGrant
from ivr.twiml.apology import farewell
from ivr.twiml.meeting import customer_joins, press_one
from routing.entries import Outcome
from routing.news import ReservationAccepted

log = get_logger(__name__)
RING_SECONDS = 30


class CallbackLegs:
    """The customer's side of a callback."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._pages = Pages(deps.settings)

    def call_for(self, accepted: ReservationAccepted) -> str | None:
        """The call that keeps the promise, made with its first reservation; None when there is nothing to keep."""
        promise = self._deps.callbacks.get(accepted.promise_id or "")
        if promise is None:
            return None
        now = self._deps.clock.now()
        call_id = self._deps.ids.new("CW")
        with self._deps.db.begin() as session:
            asked_on = session.get(Call, promise.call_id)
            if asked_on is None:
                return None
            session.execute(
                insert(Call).values(
                    id=call_id,
                    direction=Direction.OUTBOUND,
                    status=CallStatus.QUEUED,
                    caller=promise.number,
                    caller_name=asked_on.caller_name,
                    dialled=asked_on.dialled,
                    language=promise.language,
                    site=asked_on.site,
                    flow=asked_on.flow,
                    flow_version=asked_on.flow_version,
                    queue=accepted.queue,
                    consent=asked_on.consent,
                    started_at=now,
                )
            )
            publish(session, self._deps.bus, CallBegan(call_id, promise.number, asked_on.dialled))
        return call_id

"""Calling back: the agent first, then the customer, who presses 1 and comes into the same conference."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks.dialling import DialOrder, DialOutOfTurn
from callbacks.promises import DialResult
from foundation.calls import Call, CallStatus, Direction, Leg, LegKind
from foundation.events import publish
from foundation.logs import get_logger
from ivr import meetings
from ivr.carrier import CarrierRefused, CarrierUnreachable
from ivr.deps import IvrDeps
from ivr.meetings import OPEN_STATES
from ivr.news import CallBegan
from ivr.pages import Pages
from ivr.sentences import Sentence
from ivr.tables import Meeting
from ivr.tokens import StreamGrant
from ivr.twiml.apology import farewell
from ivr.twiml.meeting import customer_joins, press_one

log = get_logger(__name__)
RING_SECONDS = 30
_RESULTS = {
    CallStatus.BUSY: DialResult.BUSY,
    CallStatus.NO_ANSWER: DialResult.NO_ANSWER,
    CallStatus.CANCELED: DialResult.NO_ANSWER,
    CallStatus.FAILED: DialResult.FAILED,
    CallStatus.COMPLETED: DialResult.NOT_CONFIRMED,
}


class CallbackLegs:
    """The customer's side of a callback."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._pages = Pages(deps.settings)

    def new_call(self, session: Session, promise_id: str, queue: str) -> Call | None:
        """The call with which the promise is to be kept; None when there is no such promise."""
        promise = self._deps.callbacks.get(promise_id, session=session)
        asked_on = session.get(Call, promise.call_id) if promise is not None and promise.call_id else None
        if promise is None or asked_on is None:
            return None
        call = Call(
            id=self._deps.ids.new("CW"),
            direction=Direction.OUTBOUND,
            status=CallStatus.QUEUED,
            caller=promise.number,
            caller_name=asked_on.caller_name,
            dialled=asked_on.dialled,
            language=promise.language,
            site=asked_on.site,
            flow=asked_on.flow,
            flow_version=asked_on.flow_version,
            queue=queue,
            consent=asked_on.consent,
            started_at=self._deps.clock.now(),
        )
        session.add(call)
        session.flush()
        publish(session, self._deps.bus, CallBegan(call.id, call.caller, call.dialled))
        return call

    def dial_customer(self, meeting: Meeting) -> bool:
        """The agent is there: dial the customer. The dial is recorded before it is made, and made once."""
        try:
            order = self._deps.callbacks.attempt_started(
                meeting.promise_id or "", reservation_id=meeting.reservation_id
            )
        except DialOutOfTurn as error:
            log.warning("dial_out_of_turn", reservation=meeting.reservation_id, state=error.problem.what)
            return False
        if not isinstance(order, DialOrder):
            log.info("dial_refused", promise=meeting.promise_id, reason=order.reason)
            return False
        try:
            sid = order.carrier_sid or self._dial(meeting, order)
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("customer_leg_failed", promise=order.promise_id, code=error.problem.code)
            self._deps.callbacks.attempt_failed(order.key, DialResult.FAILED)
            return False
        self._note(meeting, order, sid)
        return True

    def ask(self, promise_id: str, reservation_id: str, call_sid: str) -> str:
        """The customer's line has been answered, by a person or a machine."""
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, reservation_id)
            if meeting is None or meeting.promise_id != promise_id or meeting.state not in OPEN_STATES:
                return farewell(Sentence.UNKNOWN_CALL)
            meeting.caller_sid = meeting.caller_sid or call_sid
            call = session.get_one(Call, meeting.call_id)
        base = self._deps.settings.public_base_url
        action = f"{base}/voice/callback/{promise_id}/pressed?reservation={reservation_id}"
        return press_one(self._pages.bare(call.id), action, call.language, recorded=call.consent is True)

    def pressed(self, promise_id: str, reservation_id: str, digits: str) -> str:
        """What the customer pressed: 1 brings him together with the agent, anything else is no."""
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, reservation_id)
            if meeting is None or meeting.promise_id != promise_id:
                return farewell(Sentence.UNKNOWN_CALL)
            call = session.get_one(Call, meeting.call_id)
            if meeting.caller_document is not None:
                return meeting.caller_document
            if digits != "1":
                return farewell(Sentence.GOODBYE, call.language)
            if not self._deps.callbacks.answered(promise_id, session=session):
                return farewell(Sentence.UNKNOWN_CALL, call.language)
            token = self._deps.ids.new("ST") if call.consent else ""
            page = self._pages.bare(call.id, token=token)
            meeting.caller_document = customer_joins(page, reservation_id, recorded=call.consent is True)
        if token:
            since = meeting.began_at.isoformat()
            grant = StreamGrant(call.id, meeting.caller_sid or "", "caller", call.language, since=since)
            self._deps.tokens.keep(token, grant)
        return meeting.caller_document

    def moved(self, key: str, status: CallStatus) -> None:
        """The customer's leg has moved on; one that ends before 1 was pressed is an attempt that failed."""
        result = _RESULTS.get(status)
        if result is not None:
            self._deps.callbacks.attempt_failed(key, result)

    def _dial(self, meeting: Meeting, order: DialOrder) -> str:
        carrier, base = self._deps.carrier, self._deps.settings.public_base_url
        if order.again:  # recorded before, and perhaps made: the carrier knows
            found = carrier.find_dialled(to=order.number, since=meeting.began_at)
            if found:
                return found[0]
        with self._deps.db.begin() as session:
            from_ = session.get_one(Call, meeting.call_id).dialled
        return carrier.dial(
            to=order.number,
            from_=from_,
            url=f"{base}/voice/callback/{order.promise_id}?reservation={meeting.reservation_id}",
            status_url=f"{base}/voice/status/{meeting.call_id}?attempt={order.key}",
            key=order.key,
            timeout=RING_SECONDS,
        )

    def _note(self, meeting: Meeting, order: DialOrder, sid: str) -> None:
        with self._deps.db.begin() as session:
            self._deps.callbacks.attempt_dialled(order.key, sid, session=session)
            session.get_one(Call, meeting.call_id).carrier_sid = sid
            session.get_one(Meeting, meeting.reservation_id).caller_sid = sid
            if session.scalar(select(Leg.id).where(Leg.carrier_sid == sid)) is None:
                session.add(
                    Leg(
                        id=self._deps.ids.new("LG"),
                        call_id=meeting.call_id,
                        carrier_sid=sid,
                        kind=LegKind.CALLER,
                        status=CallStatus.QUEUED,
                        started_at=self._deps.clock.now(),
                    )
                )

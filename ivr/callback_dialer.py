"""The customer's line of a callback: dialled once, looked for before it is dialled again, let go when nobody comes."""

from sqlalchemy import select

from callbacks.promises import DialAttempt, DialResult
from callbacks.recording import DialOrder
from foundation.calls import Call, CallStatus, Leg, LegKind
from foundation.logs import get_logger
from ivr.callback_calls import call_of
from ivr.carrier import CarrierRefused, CarrierUnreachable
from ivr.deps import IvrDeps
from ivr.statuses import known_status
from ivr.tables import Meeting

log = get_logger(__name__)
RING_SECONDS = 30
ENDED = {
    CallStatus.COMPLETED: DialResult.NOT_CONFIRMED,
    CallStatus.BUSY: DialResult.BUSY,
    CallStatus.NO_ANSWER: DialResult.NO_ANSWER,
    CallStatus.CANCELED: DialResult.NO_ANSWER,
    CallStatus.FAILED: DialResult.FAILED,
}
"""What a call's end means for the attempt, when 1 was not pressed."""
NO_SUCH_NUMBER = frozenset({"13223", "13224", "21201", "21202", "21211", "21214", "21215", "21216", "21217", "21219"})
"""The carrier's codes for numbers it does not or must not call: dialling again would not help."""


class CarrierDialer:
    """Keeps the port `callbacks.dialer.Dialer` through the carrier."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps

    def dial(self, order: DialOrder) -> None:
        """Make the dial. Refused by the carrier, it has failed; while the carrier is silent it is asked later."""
        callbacks = self._deps.callbacks
        try:
            call_id, from_ = self._call(order)
            self._hang_up_unsure(order)
            sid = self._made(order, call_id, from_)
        except CarrierRefused as refused:
            code = refused.problem.code
            log.warning("customer_leg_failed", promise=order.promise_id, code=code)
            callbacks.attempt_failed(order.key, DialResult.INVALID if code in NO_SUCH_NUMBER else DialResult.FAILED)
        except CarrierUnreachable as silent:
            log.warning("customer_leg_unsure", promise=order.promise_id, code=silent.problem.code)
        else:
            self._note(order, call_id, sid)

    def outcome(self, attempt: DialAttempt) -> DialResult | None:
        """How the dial ended; None while it goes on. NOT_MADE: the carrier never heard of it; UNKNOWN: it is silent."""
        carrier = self._deps.carrier
        try:
            sid = attempt.carrier_sid or self._found(attempt)
            status = known_status(carrier.call_status(sid)) if sid else None
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("dial_unsure", attempt=attempt.id, code=error.problem.code)
            return DialResult.UNKNOWN
        if not sid:
            return DialResult.NOT_MADE
        if attempt.carrier_sid is None:
            self._deps.callbacks.attempt_dialled(attempt.id, sid)
        return DialResult.UNKNOWN if status is None else ENDED.get(status)

    def release(self, attempt: DialAttempt) -> None:
        """Tell the customer who holds the line that he keeps his place, and let him go."""
        url = f"{self._deps.settings.public_base_url}/voice/callback/{attempt.promise_id}/later?attempt={attempt.id}"
        try:
            self._deps.carrier.redirect(attempt.carrier_sid or "", url)
        except (CarrierRefused, CarrierUnreachable) as error:
            # what he hears asks us every half minute, and is told then
            log.warning("customer_not_released", promise=attempt.promise_id, code=error.problem.code)

    def _call(self, order: DialOrder) -> tuple[str, str]:
        """The call with which the promise is to be kept, and the number that is shown."""
        with self._deps.db.begin() as session:
            meeting = session.get(Meeting, order.reservation_id) if order.reservation_id else None
            call = call_of(self._deps, session, order, meeting)
            return call.id, call.dialled

    def _hang_up_unsure(self, order: DialOrder) -> None:
        """An earlier dial of which nobody knows whether it was made: should it ring, it rings no more."""
        if order.unsure_since is None:
            return
        carrier = self._deps.carrier
        for sid in carrier.find_dialled(to=order.number, since=order.unsure_since):
            status = known_status(carrier.call_status(sid))
            if status is not None and not status.is_over:
                carrier.hang_up(sid)

    def _made(self, order: DialOrder, call_id: str, from_: str) -> str:
        policy, base = self._deps.callbacks.policy.current, self._deps.settings.public_base_url
        here = f"{base}/voice/callback/{order.promise_id}"
        who = f"attempt={order.key}&reservation={order.reservation_id}&call={call_id}"
        return self._deps.carrier.dial(
            to=order.number,
            from_=from_,
            url=f"{here}?{who}",
            status_url=f"{base}/voice/status/{call_id}?attempt={order.key}",
            key=order.key,
            timeout=RING_SECONDS,
            detect_url=f"{here}/answered-by?attempt={order.key}" if policy.plan(order.queue).detect else "",
            time_limit=round(policy.caps.seconds_per_call),
        )

    def _note(self, order: DialOrder, call_id: str, sid: str) -> None:
        with self._deps.db.begin() as session:
            self._deps.callbacks.attempt_dialled(order.key, sid, session=session)
            call = session.get_one(Call, call_id)
            call.carrier_sid = call.carrier_sid or sid
            meeting = session.get(Meeting, order.reservation_id) if order.reservation_id else None
            if meeting is not None:
                meeting.caller_sid = sid
            if session.scalar(select(Leg.id).where(Leg.carrier_sid == sid)) is None:
                session.add(
                    Leg(
                        id=self._deps.ids.new("LG"),
                        call_id=call_id,
                        carrier_sid=sid,
                        kind=LegKind.CALLER,
                        status=CallStatus.QUEUED,
                        started_at=self._deps.clock.now(),
                    )
                )

    def _found(self, attempt: DialAttempt) -> str | None:
        since = min(attempt.tried_at or attempt.recorded_at, self._deps.clock.now())
        found = self._deps.carrier.find_dialled(to=attempt.number, since=since)
        return found[0] if found else None

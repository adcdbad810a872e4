"""What became of a callback's dial of which nobody has spoken: the carrier is asked before it is made again."""

from callbacks.promises import DialAttempt, DialResult
from foundation.calls import CallStatus
from foundation.logs import get_logger
from ivr.carrier import Carrier, CarrierRefused, CarrierUnreachable
from ivr.statuses import known_status

log = get_logger(__name__)
_ENDED = {
    CallStatus.COMPLETED: DialResult.NOT_CONFIRMED,
    CallStatus.BUSY: DialResult.BUSY,
    CallStatus.NO_ANSWER: DialResult.NO_ANSWER,
    CallStatus.CANCELED: DialResult.NO_ANSWER,
    CallStatus.FAILED: DialResult.FAILED,
}


class CarrierDialer:
    """Keeps the port `callbacks.dialer.Dialer` by asking the carrier."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def outcome(self, attempt: DialAttempt) -> DialResult | None:
        """How the dial ended; None while it goes on, UNKNOWN when the carrier never heard of it or cannot say."""
        try:
            sid = attempt.carrier_sid or self._found(attempt)
            status = known_status(self._carrier.call_status(sid)) if sid else None
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("dial_unsure", attempt=attempt.id, code=error.problem.code)
            return DialResult.UNKNOWN
        if status is None:
            return DialResult.UNKNOWN
        return _ENDED.get(status)

    def _found(self, attempt: DialAttempt) -> str | None:
        found = self._carrier.find_dialled(to=attempt.number, since=attempt.recorded_at)
        return found[0] if found else None

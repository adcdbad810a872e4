"""How a call's and a leg's status moves: forward only, whatever order the carrier's news comes in."""

from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from foundation.calls import Call, CallStatus, Leg

_BEFORE = {status: [other.value for other in CallStatus if other.may_become(status)] for status in CallStatus}


def known_status(word: str) -> CallStatus | None:
    """The carrier's word as a status; None for one we do not know, which then changes nothing."""
    try:
        return CallStatus(word)
    except ValueError:
        return None


def move_call(session: Session, call_id: str, status: CallStatus, at: datetime) -> bool:
    """Move the call on; False when it was there already or further. One statement decides, so repeats are harmless."""
    values: dict[str, object] = {"status": status.value}
    if status is CallStatus.IN_PROGRESS:
        values["answered_at"] = at
    if status.is_over:
        values["ended_at"] = at
    statement = update(Call).where(Call.id == bindparam("of"), Call.status.in_(_BEFORE[status])).values(values)
    return _moved(session, statement, call_id)


def move_leg(session: Session, leg_id: str, status: CallStatus, at: datetime) -> bool:
    """Move the leg on, in the same way."""
    values: dict[str, object] = {"status": status.value}
    if status.is_over:
        values["ended_at"] = at
    statement = update(Leg).where(Leg.id == bindparam("of"), Leg.status.in_(_BEFORE[status])).values(values)
    return _moved(session, statement, leg_id)


def _moved(session: Session, statement: object, row_id: str) -> bool:
    result = session.connection().execute(statement, {"of": row_id})  # type: ignore[call-overload]
    return bool(result.rowcount)

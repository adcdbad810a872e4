"""What routing refuses, and why.

CallwrightError
├── MoveRefused          a state table has no such row
├── ReservationGone      somebody or something was faster
├── DispositionRefused   the wrap-up of this queue does not know that disposition
├── UnknownRow           no agent, entry or reservation of that id
├── WaitlistDown         Redis cannot be reached: SQL goes on, nobody is matched until it is back
└── WaitlistLost         Redis is empty: rebuild it from SQL
"""

from foundation.errors import CallwrightError, Problem


class MoveRefused(CallwrightError):
    """The state does not allow this; nothing was changed."""


class ReservationGone(CallwrightError):
    """The reservation is no longer to be had: it was accepted, timed out, or the caller has left."""


class DispositionRefused(CallwrightError):
    """The wrap-up needs one of the queue's dispositions."""


class UnknownRow(CallwrightError):
    """No agent, queue entry or reservation has that id."""


class WaitlistDown(CallwrightError):
    """Redis cannot be reached. Callers keep their place in SQL; matching goes on when it is back."""


class WaitlistLost(CallwrightError):
    """Redis holds no waitlist: it is new or was flushed. `rebuild` restores it from SQL."""


def gone(reservation_id: str, state: str) -> ReservationGone:
    """The error for a reservation that is already in some later state."""
    return ReservationGone(
        Problem("reservation_gone", f"This call is no longer offered: it is {state}.", where=reservation_id)
    )


def unknown(kind: str, row_id: str) -> UnknownRow:
    """The error for an id nobody has."""
    return UnknownRow(Problem(f"unknown_{kind}", f"There is no {kind} of that id.", where=row_id))

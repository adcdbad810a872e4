"""Nobody: a leg without a person, on which the exchange performs what belongs to no call (a room's announcements)."""

from typing import TYPE_CHECKING

from exchange.legs import Leg, Ticket
from exchange.lines.dead import DeadLine
from exchange.status import CallStatus, Direction

if TYPE_CHECKING:
    from exchange.exchange import Exchange


def nobody(sid: str, exchange: "Exchange", *, to: str) -> Leg:
    """An answered leg with nobody on it; it is not among the exchange's calls."""
    ticket = Ticket(
        sid=sid,
        account_sid=exchange.config.account_sid,
        to=to,
        from_="",
        direction=Direction.OUTBOUND_API,
        created_at=exchange.clock.now(),
    )
    leg = Leg(ticket=ticket, clock=exchange.clock, line=DeadLine(), status=CallStatus.RINGING)
    leg.answer()
    return leg

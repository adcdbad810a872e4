"""The messages of a phone's WebSocket, which are the scripted caller's too: what it is told, and what it asks."""

from exchange.legs import Cue, Leg
from exchange.status import CallStatus

Notice = dict[str, object]


def of_status(leg: Leg) -> Notice | None:
    """The message for the leg's present status; None where a phone has nothing to learn from it."""
    if leg.status is CallStatus.RINGING:
        return {"type": "ringing", "callSid": leg.sid}
    if leg.status is CallStatus.IN_PROGRESS:
        return {"type": "answered", "callSid": leg.sid}
    if leg.status.final:
        return {"type": "ended", "callSid": leg.sid, "status": leg.status.value, "reason": leg.reason}
    return None


def of_ringing(leg: Leg) -> Notice:
    """The message for a call that comes in."""
    ticket = leg.ticket
    told: Notice = {"type": "incoming", "callSid": leg.sid, "from": ticket.from_, "to": ticket.to}
    return told | {"parameters": dict(ticket.params)}


def of_cue(cue: Cue) -> Notice:
    """The message for something that begins to be heard or done, or for words that Gather has recognised."""
    if cue.kind == "heard":
        return {"type": "heard", "text": cue.text, "at": cue.at}
    return {"type": "cue", "kind": cue.kind, "text": cue.text, "language": cue.language, "at": cue.at}


def of_message(*, sid: str, to: str, from_: str, text: str) -> Notice:
    """The message for a text message that has come."""
    return {"type": "message", "messageSid": sid, "from": from_, "to": to, "text": text}


def act(leg: Leg | None, message: Notice) -> None:
    """Do to the leg what a phone's message asks: digit, hangup, accept, reject."""
    if leg is None or leg.status.final:
        return
    match message:
        case {"type": "digit", "digit": str(digit)} if digit and digit in "0123456789*#ABCD":
            leg.press(digit)
        case {"type": "accept"}:
            leg.answer()
        case {"type": "reject"}:
            leg.refuse(CallStatus.BUSY, reason="rejected by the called party")
        case {"type": "hangup"} if leg.answered.is_set() or leg.ticket.direction.value == "inbound":
            leg.hang_up(reason="hung up by the party")
        case {"type": "hangup"}:
            leg.refuse(CallStatus.BUSY, reason="rejected by the called party")

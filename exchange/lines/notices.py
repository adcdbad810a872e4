"""What the exchange tells a phone, as the messages of the phone's WebSocket; the scripted caller is told the same."""

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
    parameters = dict(leg.ticket.params)
    return {"type": "incoming", "callSid": leg.sid, "from": leg.ticket.from_, "to": leg.ticket.to, "parameters": parameters}


def of_cue(cue: Cue) -> Notice:
    """The message for something that begins to be heard or done, or for words that Gather has recognised."""
    if cue.kind == "heard":
        return {"type": "heard", "text": cue.text, "at": cue.at}
    return {"type": "cue", "kind": cue.kind, "text": cue.text, "language": cue.language, "at": cue.at}

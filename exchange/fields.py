"""The form fields Twilio sends: one function for each kind of webhook that is common to all verbs."""

from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

import phonenumbers

from exchange.legs import Leg

API_VERSION: Final = "2010-04-01"

Params = dict[str, str]


def call_fields(leg: Leg) -> Params:
    """The fields every webhook of a call carries."""
    ticket = leg.ticket
    told = {
        "AccountSid": ticket.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": ticket.sid,
        "CallStatus": leg.status.value,
        "Direction": ticket.direction.value,
        "From": ticket.from_,
        "Caller": ticket.from_,
        "To": ticket.to,
        "Called": ticket.to,
    }
    for names, address in ((("From", "Caller"), ticket.from_), (("To", "Called"), ticket.to)):
        region = country(address)
        if region:
            told.update({f"{name}Country": region for name in names})
    if ticket.parent_sid:
        told["ParentCallSid"] = ticket.parent_sid
    told.update(ticket.params)
    return told


@lru_cache(maxsize=4096)
def country(address: str) -> str:
    """The country of a number, as Twilio guesses it; nothing for clients."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(address)) or ""
    except phonenumbers.NumberParseException:
        return ""


def moment(when: datetime) -> str:
    """A date as Twilio writes it: RFC 2822 with its zone."""
    return format_datetime(when)


def call_seconds(leg: Leg) -> int:
    """Whole seconds between answer and end; 0 for a call never answered."""
    if leg.answered_at is None:
        return 0
    end = leg.ended_at or leg.clock.now()
    return max(0, round((end - leg.answered_at).total_seconds()))

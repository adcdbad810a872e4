"""What every family of webhooks works with."""

from dataclasses import dataclass

from foundation.logs import get_logger
from ivr import rows
from ivr.callback_legs import CallbackLegs
from ivr.connect import Connections
from ivr.deps import IvrDeps
from ivr.sessions import Sessions
from ivr.twiml.apology import message_for_nobody
from ivr.webhooks.edge import Form

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """The deps, and the doors made of them once."""

    deps: IvrDeps
    sessions: Sessions
    connections: Connections
    callbacks: CallbackLegs

    def rescue(self, form: Form, *, call_id: str = "", **_route: object) -> str:
        """The document for a call whose webhook has failed: a person, and if even that fails, a message."""
        try:
            return self.sessions.rescue(call_id) if call_id else self._rescue_arrival(form)
        except Exception:
            log.exception("rescue_failed", call_id=call_id, call_sid=form.get("CallSid", ""))
            return message_for_nobody(self.deps.settings.public_base_url)

    def _rescue_arrival(self, form: Form) -> str:
        known = self.sessions.rows.of_carrier(form.get("CallSid", ""))
        if known is not None:
            return self.sessions.rescue(known)
        document = self.sessions.arrive(arrival_of(form), in_lane=True)
        return document or message_for_nobody(self.deps.settings.public_base_url)


def build_house(deps: IvrDeps) -> House:
    """Every door, made once."""
    callbacks = CallbackLegs(deps)
    return House(deps, Sessions(deps), Connections(deps, callbacks), callbacks)


def arrival_of(form: Form) -> rows.Arrival:
    """What the carrier says of a call that begins; a withheld number is no number."""
    caller = form.get("From", "")
    return rows.Arrival(
        carrier_sid=form.get("CallSid", ""),
        caller=caller if caller.startswith(("+", "sip:", "client:")) else "",
        dialled=form.get("To", ""),
        caller_name=form.get("CallerName", ""),
    )

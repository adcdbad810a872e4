"""How calls and legs stand, as the carrier tells it: in any order, and more than once."""

from flask import Blueprint, request

from foundation.calls import CallStatus
from ivr.statuses import known_status, move_call
from ivr.webhooks.edge import METHODS, Form, noting
from ivr.webhooks.house import House
from recordings.recording import expect_after_end


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/status/<call_id>, and /voice/status for a number's own status callback."""

    def status(form: Form, call_id: str | None = None) -> None:
        leg_id = request.args.get("leg")
        moved = known_status(form.get("CallStatus", ""))
        if moved is None:
            return
        if leg_id:
            house.connections.leg_moved(leg_id, moved, carrier_sid=form.get("CallSid", ""))
            return
        attempt = request.args.get("attempt")
        if attempt:
            house.callbacks.moved(attempt, moved, form.get("CallSid", ""))
        of = call_id or house.sessions.rows.of_carrier(form.get("CallSid", ""))
        if of is not None:
            caller_moved(house, of, moved)

    blueprint.add_url_rule("/status", "number_status", noting(status), methods=METHODS)
    blueprint.add_url_rule("/status/<call_id>", "status", noting(status), methods=METHODS)


def caller_moved(house: House, call_id: str, status: CallStatus) -> None:
    """The outside party's leg has moved on; at its end the call is over."""
    if status.is_over:
        house.sessions.gone(call_id, status)
        house.connections.caller_gone(call_id)
        with house.deps.db.begin() as session:
            expect_after_end(session, call_id, now=house.deps.clock.now())
        return
    with house.deps.db.begin() as session:
        move_call(session, call_id, status, house.deps.clock.now())

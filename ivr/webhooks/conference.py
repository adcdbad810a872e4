"""What happens in a call's conference."""

from flask import Blueprint, request

from ivr.webhooks.edge import METHODS, Form, noting
from ivr.webhooks.house import House


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/conference/<call_id>?reservation=… ."""

    def conference(form: Form, call_id: str) -> None:  # noqa: ARG001 - the address names the call for people
        reservation_id = request.args.get("reservation", "")
        match form.get("StatusCallbackEvent", ""):
            case "participant-join":
                house.connections.joined(reservation_id, form.get("CallSid", ""))
            case "participant-leave" | "conference-end":
                # both legs end the conference by leaving, so the first to leave ends the conversation
                house.connections.over(reservation_id)
            case _:
                return

    blueprint.add_url_rule("/conference/<call_id>", "conference", noting(conference), methods=METHODS)

"""The agent's leg: the desk has answered."""

from flask import Blueprint

from ivr.sentences import Sentence
from ivr.twiml.apology import farewell
from ivr.webhooks.edge import METHODS, Form, answering
from ivr.webhooks.house import House


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/agent/<reservation_id>."""

    def agent(form: Form, reservation_id: str) -> str:
        return house.connections.agent_document(reservation_id, form.get("CallSid", ""))

    def too_late(_form: Form, **_route: object) -> str:
        # the caller still waits in the queue; the end of this leg gives him back to it
        return farewell(Sentence.AGENT_TOO_LATE)

    blueprint.add_url_rule("/agent/<reservation_id>", "agent", answering(agent, too_late), methods=METHODS)

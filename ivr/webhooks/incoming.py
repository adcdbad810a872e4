"""A call arrives."""

from flask import Blueprint

from foundation.logs import get_logger
from ivr.sentences import Sentence
from ivr.sessions import UnknownCall
from ivr.twiml.apology import farewell
from ivr.webhooks.edge import METHODS, Form, answering
from ivr.webhooks.house import House, arrival_of

log = get_logger(__name__)


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/incoming."""

    def incoming(form: Form) -> str:
        arrival = arrival_of(form)
        if not arrival.carrier_sid:
            raise UnknownCall
        document = house.sessions.arrive(arrival)
        if document is None:
            log.warning("number_unanswered", dialled=arrival.dialled, hint="add the number to `numbers` in site.yaml")
            return farewell(Sentence.NO_SUCH_NUMBER)
        return document

    blueprint.add_url_rule("/incoming", "incoming", answering(incoming, house.rescue), methods=METHODS)

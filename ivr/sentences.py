"""What the house itself says when a flow cannot: few sentences, in the languages we speak."""

from enum import StrEnum
from typing import Final


class Sentence(StrEnum):
    """One thing the house may have to say by itself."""

    TROUBLE = "trouble"
    PLEASE_HOLD = "please_hold"
    LEAVE_MESSAGE = "leave_message"
    THANKS = "thanks"
    UNKNOWN_CALL = "unknown_call"
    NO_SUCH_NUMBER = "no_such_number"
    AGENT_TOO_LATE = "agent_too_late"
    PRESS_ONE = "press_one"
    GOODBYE = "goodbye"
    RECORDED = "recorded"
    AGENT_COMES = "agent_comes"
    KEEPS_PLACE = "keeps_place"
    NEVER_CALLED = "never_called"
    CALLBACK_EXPIRED = "callback_expired"
    NOT_REACHED = "not_reached"


_EN: Final = {
    Sentence.TROUBLE: "We are sorry, something went wrong on our side. Please hold: we connect you to a person.",
    Sentence.PLEASE_HOLD: "Please hold the line.",
    Sentence.LEAVE_MESSAGE: "We are sorry, nobody can take your call now. Please leave a message after the tone.",
    Sentence.THANKS: "Thank you. We will listen to your message. Goodbye.",
    Sentence.UNKNOWN_CALL: "We are sorry, this call cannot go on. Please call again. Goodbye.",
    Sentence.NO_SUCH_NUMBER: "We are sorry, nobody answers at this number. Goodbye.",
    Sentence.AGENT_TOO_LATE: "The caller is no longer there.",
    Sentence.PRESS_ONE: "Hello. You asked us to call you back. Press 1 to be connected. "
    "If you do not want us to call you, press 9.",
    Sentence.GOODBYE: "Goodbye.",
    Sentence.RECORDED: "This call is recorded.",
    Sentence.AGENT_COMES: "Thank you. An agent will be with you in a moment.",
    Sentence.KEEPS_PLACE: "We are sorry, all agents are still busy. You keep your place at the front of the line, "
    "and we will call you again as soon as an agent is free. Goodbye.",
    Sentence.NEVER_CALLED: "We will not call this number again. Goodbye.",
    Sentence.CALLBACK_EXPIRED: "We are sorry, we could not call you back in time. Please call us again, or ask for "
    "another time.",
    Sentence.NOT_REACHED: "We tried to call you back and did not reach you. Please call us again when it suits you.",
}
_ES: Final = {
    Sentence.TROUBLE: "Lo sentimos, hubo un problema de nuestra parte. No cuelgue, le comunicamos con una persona.",
    Sentence.PLEASE_HOLD: "No cuelgue, por favor.",
    Sentence.LEAVE_MESSAGE: "Lo sentimos, nadie puede atenderle ahora. Deje su mensaje después del tono.",
    Sentence.THANKS: "Gracias. Escucharemos su mensaje. Adiós.",
    Sentence.UNKNOWN_CALL: "Lo sentimos, esta llamada no puede continuar. Llame otra vez, por favor. Adiós.",
    Sentence.NO_SUCH_NUMBER: "Lo sentimos, nadie contesta en este número. Adiós.",
    Sentence.AGENT_TOO_LATE: "La persona que llamaba ya no está.",
    Sentence.PRESS_ONE: "Hola. Nos pidió que le llamáramos. Oprima 1 para comunicarse. "
    "Si no quiere que le llamemos, oprima 9.",
    Sentence.GOODBYE: "Adiós.",
    Sentence.RECORDED: "Esta llamada se graba.",
    Sentence.AGENT_COMES: "Gracias. Un agente le atenderá en un momento.",
    Sentence.KEEPS_PLACE: "Lo sentimos, todos los agentes siguen ocupados. Usted conserva el primer lugar en la fila, "
    "y le llamaremos otra vez en cuanto haya un agente libre. Adiós.",
    Sentence.NEVER_CALLED: "No volveremos a llamar a este número. Adiós.",
    Sentence.CALLBACK_EXPIRED: "Lo sentimos, no pudimos llamarle a tiempo. Llámenos otra vez, o pida otra hora.",
    Sentence.NOT_REACHED: "Intentamos llamarle y no le encontramos. Llámenos otra vez cuando le convenga.",
}
_BY_LANGUAGE: Final = {"en": _EN, "es": _ES}


def sentence(which: Sentence, language: str) -> tuple[str, str]:
    """The sentence and the language it is in: the caller's where we know it, else English."""
    spoken = _BY_LANGUAGE.get(language[:2].lower())
    return (spoken[which], language) if spoken else (_EN[which], "en-US")

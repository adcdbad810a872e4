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


_EN: Final = {
    Sentence.TROUBLE: "We are sorry, something went wrong on our side. Please hold: we connect you to a person.",
    Sentence.PLEASE_HOLD: "Please hold the line.",
    Sentence.LEAVE_MESSAGE: "We are sorry, nobody can take your call now. Please leave a message after the tone.",
    Sentence.THANKS: "Thank you. We will listen to your message. Goodbye.",
    Sentence.UNKNOWN_CALL: "We are sorry, this call cannot go on. Please call again. Goodbye.",
    Sentence.NO_SUCH_NUMBER: "We are sorry, nobody answers at this number. Goodbye.",
    Sentence.AGENT_TOO_LATE: "The caller is no longer there.",
    Sentence.PRESS_ONE: "Hello. You asked us to call you back. Press 1 to be connected.",
    Sentence.GOODBYE: "Goodbye.",
    Sentence.RECORDED: "This call is recorded.",
}
_ES: Final = {
    Sentence.TROUBLE: "Lo sentimos, hubo un problema de nuestra parte. No cuelgue, le comunicamos con una persona.",
    Sentence.PLEASE_HOLD: "No cuelgue, por favor.",
    Sentence.LEAVE_MESSAGE: "Lo sentimos, nadie puede atenderle ahora. Deje su mensaje después del tono.",
    Sentence.THANKS: "Gracias. Escucharemos su mensaje. Adiós.",
    Sentence.UNKNOWN_CALL: "Lo sentimos, esta llamada no puede continuar. Llame otra vez, por favor. Adiós.",
    Sentence.NO_SUCH_NUMBER: "Lo sentimos, nadie contesta en este número. Adiós.",
    Sentence.AGENT_TOO_LATE: "La persona que llamaba ya no está.",
    Sentence.PRESS_ONE: "Hola. Nos pidió que le llamáramos. Oprima 1 para comunicarse.",
    Sentence.GOODBYE: "Adiós.",
    Sentence.RECORDED: "Esta llamada se graba.",
}
_BY_LANGUAGE: Final = {"en": _EN, "es": _ES}


def sentence(which: Sentence, language: str) -> tuple[str, str]:
    """The sentence and the language it is in: the caller's where we know it, else English."""
    spoken = _BY_LANGUAGE.get(language[:2].lower())
    return (spoken[which], language) if spoken else (_EN[which], "en-US")

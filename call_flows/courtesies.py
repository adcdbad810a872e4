"""What the engine says when the flow has no words of its own, in the languages it was written in."""

from enum import StrEnum
from typing import Final

from call_flows.text import Template, parse_text


class Courtesy(StrEnum):
    """One thing the engine may have to say."""

    NO_INPUT = "no_input"
    NO_MATCH = "no_match"
    FAULT = "fault"
    SILENCE = "silence"
    HOLD = "hold"
    CONFIRM = "confirm"
    CALLBACK_THIS_NUMBER = "callback_this_number"
    CALLBACK_NUMBER = "callback_number"
    CALLBACK_NUMBER_CONFIRM = "callback_number_confirm"
    CALLBACK_DAY = "callback_day"
    CALLBACK_TIME = "callback_time"
    CALLBACK_HALF = "callback_half"
    CALLBACK_TIME_CONFIRM = "callback_time_confirm"
    CALLBACK_TIME_CLOSED = "callback_time_closed"
    CALLBACK_WRONG_NUMBER = "callback_wrong_number"


_ENGLISH: Final = {
    Courtesy.NO_INPUT: "I did not hear you.",
    Courtesy.NO_MATCH: "Sorry, I did not understand.",
    Courtesy.FAULT: "We are sorry, something went wrong on our side. Please call again in a few minutes. Goodbye.",
    Courtesy.SILENCE: "We cannot hear you, so we will end this call. Please call again. Goodbye.",
    Courtesy.HOLD: "Please hold the line.",
    Courtesy.CONFIRM: "If that is right, press 1. To try again, press 2.",
    Courtesy.CALLBACK_THIS_NUMBER: (
        "We can call you on {{ number | digits }}. If that is right, press 1. "
        "For another number, press 2. For no callback, press star."
    ),
    Courtesy.CALLBACK_NUMBER: (
        "Please enter your number with its area code, then press pound. For no callback, press star."
    ),
    Courtesy.CALLBACK_NUMBER_CONFIRM: (
        "You entered {{ number | digits }}. If that is right, press 1. To try again, press 2."
    ),
    Courtesy.CALLBACK_DAY: "For a call today, press 1. For tomorrow, press 2. For {{ later | date }}, press 3.",
    Courtesy.CALLBACK_TIME: "Please enter the time as four digits. For half past nine, that is 0 9 3 0.",
    Courtesy.CALLBACK_HALF: "For the morning, press 1. For the afternoon, press 2.",
    Courtesy.CALLBACK_TIME_CONFIRM: (
        "We will call you on {{ day | date }}, at {{ time | time }}. If that is right, press 1. To change it, press 2."
    ),
    Courtesy.CALLBACK_TIME_CLOSED: "We cannot call at that time.",
    Courtesy.CALLBACK_WRONG_NUMBER: "We cannot call that number.",
}

_SPANISH: Final = {
    Courtesy.NO_INPUT: "No le he oído.",
    Courtesy.NO_MATCH: "Lo siento, no le he entendido.",
    Courtesy.FAULT: "Lo sentimos, algo ha fallado. Por favor, llame de nuevo en unos minutos. Adiós.",
    Courtesy.SILENCE: "No le oímos, así que terminamos la llamada. Por favor, llame de nuevo. Adiós.",
    Courtesy.HOLD: "Por favor, espere en la línea.",
    Courtesy.CONFIRM: "Si es correcto, oprima 1. Para repetirlo, oprima 2.",
    Courtesy.CALLBACK_THIS_NUMBER: (
        "Podemos llamarle al {{ number | digits }}. Si es correcto, oprima 1. "
        "Para otro número, oprima 2. Para cancelar, oprima asterisco."
    ),
    Courtesy.CALLBACK_NUMBER: (
        "Por favor, marque su número con el código de área y después la tecla numeral. Para cancelar, oprima asterisco."
    ),
    Courtesy.CALLBACK_NUMBER_CONFIRM: (
        "Ha marcado {{ number | digits }}. Si es correcto, oprima 1. Para repetirlo, oprima 2."
    ),
    Courtesy.CALLBACK_DAY: "Para hoy, oprima 1. Para mañana, oprima 2. Para el {{ later | date }}, oprima 3.",
    Courtesy.CALLBACK_TIME: "Por favor, marque la hora con cuatro cifras. Para las nueve y media, 0 9 3 0.",
    Courtesy.CALLBACK_HALF: "Por la mañana, oprima 1. Por la tarde, oprima 2.",
    Courtesy.CALLBACK_TIME_CONFIRM: (
        "Le llamaremos el {{ day | date }}, a {{ time | time }}. Si es correcto, oprima 1. Para cambiarlo, oprima 2."
    ),
    Courtesy.CALLBACK_TIME_CLOSED: "No podemos llamar a esa hora.",
    Courtesy.CALLBACK_WRONG_NUMBER: "No podemos llamar a ese número.",
}

_TEXTS: Final[dict[str, dict[Courtesy, Template]]] = {
    "en": {courtesy: parse_text(text) for courtesy, text in _ENGLISH.items()},
    "es": {courtesy: parse_text(text) for courtesy, text in _SPANISH.items()},
}


def courtesy(which: Courtesy, language: str) -> tuple[Template, str]:
    """The text and the language it is in: English when the caller's has none."""
    texts = _TEXTS.get(language[:2])
    return (texts[which], language) if texts is not None else (_TEXTS["en"][which], "en-US")

"""What <Pay> says by itself, in the languages it knows; English where it knows none."""

from typing import Final

_ENGLISH: Final = {
    "payment-card-number": "Please enter your card number, followed by the pound key.",
    "expiration-date": "Please enter the expiration date of your card: two digits for the month, two for the year.",
    "security-code": "Please enter the security code of your card, followed by the pound key.",
    "postal-code": "Please enter your postal code, followed by the pound key.",
    "timeout": "I did not get anything.",
    "invalid-card-number": "That is not a card number.",
    "invalid-card-type": "Cards of that kind are not accepted.",
    "invalid-date": "That date is not right.",
    "invalid-security-code": "That security code is not right.",
    "invalid-postal-code": "That postal code is not right.",
}
_SPANISH: Final = {
    "payment-card-number": "Por favor, marque el número de su tarjeta y después la tecla numeral.",
    "expiration-date": "Por favor, marque la fecha de vencimiento de su tarjeta: dos cifras del mes y dos del año.",
    "security-code": "Por favor, marque el código de seguridad de su tarjeta y después la tecla numeral.",
    "postal-code": "Por favor, marque su código postal y después la tecla numeral.",
    "timeout": "No he recibido nada.",
    "invalid-card-number": "Ese no es un número de tarjeta.",
    "invalid-card-type": "No se aceptan tarjetas de ese tipo.",
    "invalid-date": "Esa fecha no es correcta.",
    "invalid-security-code": "Ese código de seguridad no es correcto.",
    "invalid-postal-code": "Ese código postal no es correcto.",
}
_WORDS: Final = {"en": _ENGLISH, "es": _SPANISH}


def spoken(step: str, error: str, language: str) -> str:
    """What is said at a step, after an error."""
    words = _WORDS.get(language[:2], _ENGLISH)
    return " ".join(words[key] for key in (error, step) if key in words)

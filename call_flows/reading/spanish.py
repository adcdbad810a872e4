"""Leer en voz alta: reading aloud in Spanish."""

from datetime import date, time
from typing import Final

YES: Final = "sí"
NO: Final = "no"
_WORDS: Final = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
CHARACTERS: Final = {
    **{str(digit): word for digit, word in enumerate(_WORDS)},
    "*": "asterisco",
    "#": "numeral",
    "+": "más",
    "-": "guion",
    ".": "punto",
    "@": "arroba",
}
_DAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS: Final = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


def number(value: float) -> str:
    """1204.5 as `1204 coma 5`."""
    whole, _, rest = f"{value:.2f}".rstrip("0").rstrip(".").partition(".")
    return f"{whole} coma {rest}" if rest else whole


def money(value: float) -> str:
    """120.5 as `120 dólares con 50 centavos`."""
    cents = round(abs(value) * 100)
    sign = "menos " if value < 0 and cents else ""
    whole, rest = divmod(cents, 100)
    spoken = "un dólar" if whole == 1 else f"{whole} dólares"
    if rest:
        tail = "un centavo" if rest == 1 else f"{rest} centavos"
        spoken = tail if whole == 0 else f"{spoken} con {tail}"
    return sign + spoken


def spoken_date(day: date) -> str:
    """`lunes 2 de marzo`; the first of a month is `primero`."""
    ordinal = "primero" if day.day == 1 else str(day.day)
    return f"{_DAYS[day.weekday()]} {ordinal} de {_MONTHS[day.month - 1]}"


def spoken_time(moment: time) -> str:
    """`las 3 y 30 de la tarde`, `la 1 de la tarde`, `mediodía`."""
    if (moment.hour, moment.minute) in {(0, 0), (12, 0)}:
        return "mediodía" if moment.hour else "medianoche"
    part = "de la mañana" if moment.hour < 12 else "de la tarde" if moment.hour < 20 else "de la noche"
    hour = moment.hour % 12 or 12
    article = "la" if hour == 1 else "las"
    minutes = f" y {moment.minute}" if moment.minute else ""
    return f"{article} {hour}{minutes} {part}"


def about(minutes: int) -> str:
    """Una espera, redondeada hacia arriba."""
    if minutes < 2:
        return "alrededor de un minuto"
    return f"unos {minutes} minutos"

"""Palabras en español: Spanish words that stand for digits, numbers, yes and no, days and times (without accents)."""

from typing import Final

DIGITS: Final = {
    "cero": "0",
    "uno": "1",
    "una": "1",
    "dos": "2",
    "tres": "3",
    "cuatro": "4",
    "cinco": "5",
    "seis": "6",
    "siete": "7",
    "ocho": "8",
    "nueve": "9",
}
REPEATS: Final = {"doble": 2, "triple": 3}
_TO_TWENTY_NINE: Final = (
    *("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"),
    *("trece", "catorce", "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno"),
    *(
        "veintidos",
        "veintitres",
        "veinticuatro",
        "veinticinco",
        "veintiseis",
        "veintisiete",
        "veintiocho",
        "veintinueve",
    ),
)
_TENS: Final = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_HUNDREDS: Final = (
    *("doscientos", "trescientos", "cuatrocientos", "quinientos"),
    *("seiscientos", "setecientos", "ochocientos", "novecientos"),
)
NUMBERS: Final = {
    **{word: value for value, word in enumerate(_TO_TWENTY_NINE)},
    **{word: value * 10 for value, word in enumerate(_TENS, start=3)},
    **{word: value * 100 for value, word in enumerate(_HUNDREDS, start=2)},
    "un": 1,
    "una": 1,
    "primero": 1,
    "cien": 100,
    "ciento": 100,
    "media": 30,
    "cuarto": 15,
}
SCALES: Final = {"mil": 1000, "millon": 1_000_000, "millones": 1_000_000}
FILLERS: Final = frozenset(
    {"y", "dolares", "dolar", "el", "la", "las", "los", "de", "del", "es", "mi", "numero", "por", "favor", "con", "a"}
)
POINT: Final = frozenset({"coma", "punto"})
CENTS: Final = frozenset({"centavos", "centavo"})
YES: Final = ("si", "claro", "correcto", "exacto", "esta bien", "de acuerdo", "si por favor")
NO: Final = ("no", "incorrecto", "no es correcto", "no gracias", "esta mal")
TODAY: Final = frozenset({"hoy"})
TOMORROW: Final = frozenset({"manana"})
MONTHS: Final = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
WEEKDAYS: Final = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
MORNING: Final = ("de la manana", "por la manana")
AFTERNOON: Final = ("de la tarde", "de la noche", "por la tarde")
NOON: Final = frozenset({"mediodia"})
MIDNIGHT: Final = frozenset({"medianoche"})
HALF_PAST: Final = ()

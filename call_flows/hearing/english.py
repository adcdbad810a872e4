"""English words that stand for digits, numbers, yes and no, days and times."""

from typing import Final

DIGITS: Final = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "one": "1",
    "two": "2",
    "to": "2",
    "too": "2",
    "three": "3",
    "four": "4",
    "for": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "ate": "8",
    "nine": "9",
}
REPEATS: Final = {"double": 2, "triple": 3}
_TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"),
    *("sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ORDINALS: Final = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
NUMBERS: Final = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: value for value, word in enumerate(_TEENS, start=10)},
    **{word: value * 10 for value, word in enumerate(_TENS, start=2)},
    **{word: value for value, word in enumerate(_ORDINALS, start=1)},
    "twentieth": 20,
    "thirtieth": 30,
    "a": 1,
    "half": 30,
    "quarter": 15,
}
SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
FILLERS: Final = frozenset(
    {"and", "dollars", "dollar", "the", "of", "it", "is", "its", "my", "number", "um", "uh", "please"}
)
POINT: Final = frozenset({"point", "dot"})
CENTS: Final = frozenset({"cents", "cent"})
YES: Final = ("yes", "yeah", "yep", "correct", "that is right", "right", "sure", "okay", "ok", "yes please")
NO: Final = ("no", "nope", "wrong", "not right", "incorrect", "no thanks", "not correct")
TODAY: Final = frozenset({"today"})
TOMORROW: Final = frozenset({"tomorrow"})
MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MORNING: Final = ("a m", "am", "morning")
AFTERNOON: Final = ("p m", "pm", "afternoon", "evening", "night")
NOON: Final = frozenset({"noon", "midday"})
MIDNIGHT: Final = frozenset({"midnight"})
HALF_PAST: Final = ("half past",)

"""The words by which redaction knows numbers: those with which flows understand callers, handed down."""

from functools import cache

from call_flows.languages import tongue
from transcription.redact.lexicon import Lexicon, Spoken, make_lexicon


@cache
def lexicon_of(language: str) -> Lexicon:
    """The lexicon of a language, with English number words where it has none of its own."""
    words = tongue(language)
    numbers, digits, money = words.numbers, words.digits, words.money
    single = {word: 100 * place for place, word in enumerate(numbers.hundreds, start=1) if " " not in word}
    spoken = Spoken(
        below_hundred=numbers.below_hundred,
        also=numbers.also,
        hundreds={**single, **numbers.hundreds_also},
        scales=numbers.scales,
        joints=numbers.joints,
        digits=digits.words,
        sounds_like={word: digit for word, digit in digits.sounds_like.items() if word not in numbers.also},
        repeats=digits.repeats,
        months=[*words.dates.months, *words.dates.months_also],
        ordinals=words.dates.ordinals,
        units=[say for unit in money.units.values() for say in (*unit.says, *unit.part.says)],
    )
    return make_lexicon(language, spoken)

"""What a Say's SSML becomes before it is spoken: words with a manner, and pauses. No sound."""

import pytest

from exchange.speech.say_as import money_in, spoken
from exchange.speech.ssml import Silence, Tone, Words, parts_of, text_of
from exchange.twiml.elements import parse

EN = Tone(language="en-US")


@pytest.mark.parametrize(
    ("kind", "written", "words"),
    [
        ("digits", "4021", "4, 0, 2, 1"),
        ("characters", "ab-12", "A, B, dash, 1, 2"),
        ("telephone", "+12025550142", "1, 2 0 2, 5 5 5, 0 1 4 2"),
        ("telephone", "202-555-0142", "2 0 2, 5 5 5, 0 1 4 2"),
        ("date", "2026-03-02", "March 2nd, 2026"),
        ("date", "20260302", "March 2nd, 2026"),
        ("date", "3/2/2026", "March 2nd, 2026"),
        ("date", "99/99/2026", "99/99/2026"),
        ("cardinal", "1,234,567", "1234567"),
        ("ordinal", "1", "1st"),
        ("ordinal", "12", "12th"),
        ("ordinal", "113", "113th"),
        ("ordinal", "22", "22nd"),
        ("currency", "$1,120.50", "1120 dollars and 50 cents"),
        ("currency", "€1", "1 euro"),
        ("currency", "0.01", "1 cent"),
        ("currency", "5 GBP", "5 pounds"),
        ("currency", "lots", "lots"),
        ("expletive", "bother", ""),
        ("unknown", "as it is", "as it is"),
    ],
)
def test_say_as_in_english(kind: str, written: str, words: str) -> None:
    """Espeak-ng ignores say-as, so the words are ours."""
    assert spoken(written, interpret_as=kind, language="en-US") == words


@pytest.mark.parametrize(
    ("kind", "written", "words"),
    [
        ("date", "2026-03-02", "2 de marzo de 2026"),
        ("currency", "$120.50", "120 dólares con 50 centavos"),
        ("ordinal", "3", "3º"),
        ("cardinal", "1.234", "1234"),
        ("characters", "a@b", "A, arroba, B"),
    ],
)
def test_say_as_in_spanish(kind: str, written: str, words: str) -> None:
    """The shipped bank speaks Spanish too."""
    assert spoken(written, interpret_as=kind, language="es-US") == words


def test_a_date_is_read_the_regions_way() -> None:
    """3/2 is March in Boston and February in Bristol; a format decides where it is written."""
    assert spoken("3/2/2026", interpret_as="date", language="en-GB") == "February 3rd, 2026"
    assert spoken("3/2/2026", interpret_as="date", form="mdy", language="en-GB") == "March 2nd, 2026"
    assert spoken("3/2", interpret_as="date", form="dm", language="en-US") == "February 3rd"


def test_amounts_in_plain_text_are_readable() -> None:
    """A balance is spoken thousands of times a day, mostly without say-as."""
    assert money_in("You owe $120.50, not $3.", "en-US") == "You owe 120 dollars and 50 cents, not 3 dollars."
    assert money_in("It is 100 dollars", "en-US") == "It is 100 dollars"
    assert money_in("$5", "de-DE") == "$5"


def test_words_of_one_manner_are_one_stretch() -> None:
    """Melody runs over a whole sentence only if the sentence is spoken in one piece."""
    document = parse(
        "<Say>Your code is <say-as interpret-as='digits'>42</say-as>, <sub alias='thank you'>thx</sub>.</Say>"
    )
    assert parts_of(document.content, language="en-US") == [Words("Your code is 4, 2, thank you.", EN)]


def test_manners_nest() -> None:
    """A slow sentence may hold a slower word."""
    document = parse(
        "<Say><prosody rate='50%'>a <prosody rate='+20%'>b</prosody></prosody> <emphasis>c</emphasis></Say>"
    )
    rates = [part.tone.rate for part in parts_of(document.content, language="en-US") if isinstance(part, Words)]
    assert rates == pytest.approx([0.5, 0.6, 0.92])


def test_pauses_in_a_row_are_one() -> None:
    """A break at the end of a paragraph adds to the paragraph's own pause."""
    document = parse("<Say><p>one<break time='1s'/></p><break strength='none'/>two</Say>")
    assert parts_of(document.content, language="en-US") == [Words("one", EN), Silence(1.6), Words("two", EN)]


@pytest.mark.parametrize(
    ("written", "seconds"), [("time='99s'", 10.0), ("time='soon'", 0.5), ("strength='loud'", 0.5), ("", 0.5)]
)
def test_a_break_is_never_endless(written: str, seconds: float) -> None:
    """Ten seconds is the longest, and nonsense is a medium break."""
    assert parts_of(parse(f"<Say><break {written}/></Say>").content, language="en-US") == [Silence(seconds)]


def test_the_words_alone() -> None:
    """For cues and logs."""
    document = parse("<Say>\n  One <break/>\n two</Say>")
    assert text_of(parts_of(document.content, language="en-US")) == "One two"

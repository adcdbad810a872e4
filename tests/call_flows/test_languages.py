"""Languages are data: each file whole, what is read out is heard again, and a new one needs no code."""

import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import call_flows
from call_flows import languages
from call_flows.courtesies import Courtesy, courtesy
from call_flows.hearing.days import Wanted, spoken_date
from call_flows.hearing.moments import spoken_time
from call_flows.hearing.numerals import spoken_digits
from call_flows.hearing.quantities import spoken_money, spoken_number
from call_flows.languages import chain, tongue, written_languages
from call_flows.languages.model import Tongue
from call_flows.reading import read_value
from call_flows.reading.numbers import in_words, plural
from call_flows.text import parse_text

REGIONS = ["en-US", "en-GB", "es-US", "es-ES", "es-MX", "fr-FR", "fr-CA"]
spoken = st.sampled_from(REGIONS)
FOLDER = Path(call_flows.__file__).parent


def said_aloud(text: str, language: str) -> str:
    """What a voice makes of a text: its numerals in words."""
    words = tongue(language)
    return re.sub(r"\d+", lambda found: in_words(int(found.group()), words), text)


def test_three_languages_are_written():
    """English and Spanish whole, and a third to prove that it is data."""
    assert written_languages() == ("en", "es", "fr")


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_each_language_says_everything_the_engine_may_have_to_say(language):
    """A courtesy in another language is better than silence, but not by much."""
    texts = tongue(language).courtesies
    assert set(texts) == {str(which) for which in Courtesy}
    english = tongue("en").courtesies
    for name, text in texts.items():
        assert {hole.name for hole in parse_text(text).holes} == {hole.name for hole in parse_text(english[name]).holes}


def test_no_line_of_code_names_the_third_language():
    """Else the fourth would need one too."""
    named = re.compile(r"""["'](?:fr|es)(?:-[A-Z]{2})?["']""")
    code = [
        file for folder in ("hearing", "reading", "languages", "steering") for file in (FOLDER / folder).glob("*.py")
    ]
    code += [FOLDER / "courtesies.py", FOLDER / "nodes" / "ask.py", FOLDER / "nodes" / "steer.py"]
    assert [file.name for file in code if named.search(file.read_text(encoding="utf-8"))] == []


def test_a_language_is_added_by_a_file(tmp_path, monkeypatch):
    """A language made up here, with words of its own, is read and heard at once."""
    text = (languages.FOLDER / "en.yaml").read_text(encoding="utf-8")
    for english, other in {
        "twenty-three": "duotri",
        "March": "Marto",
        "dollar": "dolaro",
        "I did not hear you": "Mi ne aŭdis",
    }.items():
        text = text.replace(english, other)
    (tmp_path / "eo.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "en.yaml").write_text((languages.FOLDER / "en.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    for cached in (tongue, languages.read_tongue, courtesy):
        cached.cache_clear()
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    assert read_value(23, "money", "eo") == "23 dolaros"
    assert spoken_money("duotri dolaros", "eo") == 23
    assert spoken_date("Marto third", "eo", Wanted(date(2026, 3, 2))) == "2026-03-03"
    assert courtesy(Courtesy.NO_INPUT, "eo")[0].source == "Mi ne aŭdis."
    for cached in (tongue, languages.read_tongue, courtesy):
        cached.cache_clear()


def test_a_region_changes_what_is_its_own_and_no_more():
    """One language, several currencies."""
    assert [read_value(2.5, "money", tag) for tag in ("es-US", "es-ES", "es-MX")] == [
        "2 dólares con 50 centavos",
        "2 euros con 50 céntimos",
        "2 pesos con 50 centavos",
    ]
    assert tongue("es-MX").dates.months == tongue("es").dates.months


def test_the_chain_goes_from_the_region_to_the_sites_first_language():
    """es-US, then es, then what the site speaks first, then English."""
    assert chain("es-US", "fr-FR") == ("es-US", "es", "fr-FR", "fr")
    assert courtesy(Courtesy.NO_INPUT, "xx-XX", "fr-FR")[0].source == "Je ne vous ai pas entendu."
    assert courtesy(Courtesy.NO_INPUT, "xx-XX", "yy")[1].startswith("en")
    assert courtesy(Courtesy.NO_INPUT, "es-US", "fr-FR")[1] == "es-US"


@pytest.mark.parametrize(
    ("language", "heard"),
    [("es-US", "Hola, US."), ("es-MX", "Hola."), ("fr-CA", "Salut."), ("en-US", "Hello."), ("de-DE", "Hello.")],
)
def test_a_prompt_is_found_along_the_chain(language, heard):
    """The region's own text, else the language's, else another region's, else the flow's."""
    from call_flows.loader import load_texts
    from tests.call_flows.conftest import SITE, Talk, texts_of

    site = SITE.replace("[en-US, es-US]", "[en-US, es-US, es, fr-FR]")
    say = "{say: {en-US: Hello., es-US: 'Hola, US.', es: Hola., fr-FR: Salut.}, next: b}"
    flow = f"flow: main\nstart: a\nnodes:\n  a: {say}\n  b: {{hang_up: {{en-US: Bye., es: Adiós., fr-FR: Adieu.}}}}\n"
    talk = Talk(load_texts(texts_of(flow, site), check=None), language=language)
    assert talk.actions[0].text == heard


def test_plurals_are_conditions():
    """French counts zero like one; others do not."""
    assert [plural(n, tongue("fr")) for n in (0, 1, 2)] == ["one", "one", "other"]
    assert [plural(n, tongue("en")) for n in (0, 1, 2)] == ["other", "one", "other"]
    polish = tongue("en").model_copy(
        update={
            "plural": {"one": "n == 1", "few": "n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14)", "many": "n != 1"}
        }
    )
    assert [plural(n, polish) for n in (1, 2, 5, 12, 22)] == ["one", "few", "many", "many", "few"]


@pytest.mark.parametrize(
    ("language", "value", "chosen", "text"),
    [
        ("en-US", 120.5, "money", "120 dollars and 50 cents"),
        ("en-GB", 1.01, "money", "1 pound and 1 penny"),
        ("es-US", -1, "money", "menos un dólar"),
        ("fr-FR", 0, "money", "0 euro"),
        ("fr-FR", 1204.5, "number", "1204 virgule 5"),
        ("en-GB", "2026-03-02", "date", "Monday 2 March"),
        ("fr-FR", "2026-03-01", "date", "dimanche premier mars"),
        ("fr-FR", "13:00", "time", "1 heure de l'après-midi"),
        ("fr-FR", "09:05", "time", "9 heures 5 du matin"),
        ("es-US", "13:05", "time", "la 1 y 5 de la tarde"),
        ("fr-FR", 130, "about", "environ 3 minutes"),
        ("fr-FR", True, "", "oui"),
        ("fr-FR", "+33", "spell", "plus, trois, trois"),
    ],
)
def test_values_are_read_in_each_language(language, value, chosen, text):
    """As its speakers say them."""
    assert read_value(value, chosen, language) == text


def test_a_far_day_is_read_with_its_year():
    """Monday, March 2 could be any."""
    assert read_value("1985-03-02", "date", "en-US", "2026-03-02") == "March 2, 1985"
    assert read_value("2026-03-09", "date", "en-US", "2026-03-02") == "Monday, March 9"


@settings(deadline=None)
@given(language=spoken, number=st.integers(0, 999_999_999))
def test_a_number_in_words_is_heard_again(language, number):
    """Every number under a thousand million, in every language."""
    assert spoken_number(in_words(number, tongue(language)), language) == number


@settings(deadline=None)
@given(language=spoken, hundredths=st.integers(-99_999_999, 99_999_999))
def test_a_number_that_is_read_out_is_heard_again(language, hundredths):
    """As numerals, and as a voice says them."""
    text = read_value(hundredths / 100, "number", language)
    assert spoken_number(text, language) == pytest.approx(hundredths / 100)
    whole, mark, rest = text.partition(tongue(language).numbers.point.say)
    fraction = " ".join(in_words(int(digit), tongue(language)) for digit in rest)
    point = f" {tongue(language).numbers.point.word} " if mark else ""
    assert spoken_number(said_aloud(whole, language) + point + fraction, language) == pytest.approx(hundredths / 100)


@settings(deadline=None)
@given(language=spoken, hundredths=st.integers(-99_999_999, 99_999_999))
def test_an_amount_that_is_read_out_is_heard_again(language, hundredths):
    """As numerals, and as a voice says them."""
    text = read_value(hundredths / 100, "money", language)
    assert spoken_money(text, language) == pytest.approx(hundredths / 100)
    assert spoken_money(said_aloud(text, language), language) == pytest.approx(hundredths / 100)


@settings(deadline=None)
@given(language=spoken, digits=st.text("0123456789", min_size=1, max_size=16))
def test_digits_that_are_read_out_are_heard_again(language, digits):
    """In groups or one by one."""
    assert spoken_digits(read_value(digits, "digits", language), language) == digits
    assert spoken_digits(read_value(digits, "spell", language), language) == digits


@settings(deadline=None)
@given(language=spoken, today=st.dates(date(2001, 1, 1), date(2060, 1, 1)), ahead=st.integers(-20_000, 9_000))
def test_a_day_that_is_read_out_is_heard_again(language, today, ahead):
    """Near days by their weekday, far ones by their year."""
    day = today + timedelta(days=ahead)
    text = read_value(day.isoformat(), "date", language, today.isoformat())
    assert spoken_date(text, language, Wanted(today)) == day.isoformat()
    assert spoken_date(said_aloud(text, language), language, Wanted(today)) == day.isoformat()


@settings(deadline=None)
@given(language=spoken, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_time_that_is_read_out_is_heard_again(language, hour, minute):
    """With its part of the day."""
    moment = time(hour, minute).isoformat("minutes")
    text = read_value(moment, "time", language)
    assert spoken_time(text, language) == moment
    assert spoken_time(said_aloud(text.replace(":", " "), language), language) == moment


@settings(deadline=None)
@given(text=st.text(max_size=80), language=spoken)
def test_no_text_raises(text, language):
    """A recogniser's words come from the street."""
    spoken_digits(text, language)
    spoken_number(text, language)
    spoken_money(text, language)
    spoken_time(text, language)
    spoken_date(text, language, Wanted(date(2026, 3, 2)))


def test_a_file_with_a_part_missing_is_refused():
    """A language half written is worse than none."""
    from pydantic import ValidationError

    data = tongue("fr").model_dump(by_alias=True)
    del data["times"]
    with pytest.raises(ValidationError):
        Tongue.model_validate(data)

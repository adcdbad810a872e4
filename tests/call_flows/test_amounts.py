"""Amounts in the site's currency, and values that end with a full stop."""

import pytest

from call_flows.actions import TakeCard
from call_flows.loader import load_texts
from call_flows.problems import SiteRefused
from call_flows.text import parse_text
from tests.call_flows.conftest import SITE, Talk, texts_of


@pytest.mark.parametrize(
    ("written", "value", "said"),
    [
        ("We open at {{ t | time }}.", "08:00", "We open at 8 a.m."),
        ("At {{ t | time }}. Then we close.", "08:00", "At 8 a.m. Then we close."),
        ("At {{ t | time }}, not later.", "08:00", "At 8 a.m., not later."),
        ("Is it {{ t | time }}?", "20:30", "Is it 8:30 p.m.?"),
        ("Hello {{ t }}.", "Sam Carter Jr.", "Hello Sam Carter Jr."),
        ("Let me see {{ t }}...", "Inc.", "Let me see Inc...."),
        ("It is {{ t }}.", "here", "It is here."),
        ("{{ t }}.{{ t }}.", "St.", "St.St."),
    ],
)
def test_a_value_that_ends_with_a_full_stop_takes_no_second_one(written, value, said):
    """A voice makes a long pause of two, and a reader of the text sees a slip."""
    assert parse_text(written).render({"t": value}.get, "en-US") == said


FLOW = """
flow: main
slots: {sum: {type: money, max: 100}, pin: {type: digits, length: 4}}
always: {"0": bye}
start: ask
nodes:
  ask: {ask: {en-US: How much?, es-US: ¿Cuánto?}, into: sum, read_back: always, next: tell, failed: bye}
  tell: {say: {en-US: "It is {{ sum | money }}.", es-US: "Son {{ sum | money }}."}, next: card}
  card: {pay: {en-US: Now your card., es-US: Ahora su tarjeta.}, amount: sum, next: bye, failed: bye}
  bye: {hang_up: {en-US: Bye., es-US: Adiós.}}
"""


def talk(currency: str = "", language: str = "en-US") -> Talk:
    site = SITE + (f"currency: {currency}\n" if currency else "")
    return Talk(load_texts(texts_of(FLOW, site)), language=language)


@pytest.mark.parametrize(
    ("currency", "language", "said"),
    [
        ("", "en-US", "20 dollars and 50 cents"),
        ("EUR", "en-US", "20 euros and 50 cents"),
        ("GBP", "en-US", "20 pounds and 50 pence"),
        ("EUR", "es-US", "20 euros con 50 céntimos"),
        ("", "es-MX", "20 pesos con 50 centavos"),
        ("CHF", "es-MX", "20 francos con 50 céntimos"),
    ],
)
def test_amounts_are_read_in_the_sites_currency(currency, language, said):
    """Read back by the engine, read out by the flow, in every language of the site."""
    call = talk(currency, language).press("20*50")
    assert said in call.heard
    call.press("1")
    assert said in call.heard


def test_the_engines_own_help_and_limits_name_the_currency():
    """How an amount is said, and how much is too much."""
    call = talk("EUR").press("200")
    assert "100 euros" in call.heard
    assert "20 euros and 50 cents" in call.speak("purple").heard


@pytest.mark.parametrize(("currency", "paid"), [("", "usd"), ("EUR", "eur")])
def test_a_card_is_charged_in_the_sites_currency(currency, paid):
    """Unless the node says another."""
    call = talk(currency).press("20*50").press("1")
    assert isinstance(call.last, TakeCard)
    assert call.last.currency == paid


def test_a_currency_that_a_language_has_no_words_for_is_refused():
    """Better at the check than dollars said for what is none."""
    with pytest.raises(SiteRefused) as refused:
        talk("XAU")
    assert [(problem.code, problem.place.file) for problem in refused.value.problems] == [("E117", "site.yaml")] * 2
    assert "There are USD, EUR" in str(refused.value)

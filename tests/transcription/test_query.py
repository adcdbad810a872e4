"""What people type, understood. There is no wrong query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.query import MOST_TERMS, Term, fold, parse

CASES = {
    "one word": ("balance", [Term(("balance",))]),
    "two words need not stand together": ("my balance", [Term(("my",)), Term(("balance",))]),
    "a phrase": ('"my balance" now', [Term(("my", "balance")), Term(("now",))]),
    "a quote never closed runs to the end": ('now "my balance', [Term(("now",)), Term(("my", "balance"))]),
    "a word that must not be": ("balance -closed", [Term(("balance",)), Term(("closed",), negated=True)]),
    "a phrase that must not be": ('-"charge back"', [Term(("charge", "back"), negated=True)]),
    "the beginning of a word": ("bill*", [Term(("bill",), prefix=True)]),
    "a phrase with an open end": ('"my bill"*', [Term(("my", "bill"), prefix=True)]),
    "case and accents do not matter": ("ESPAÑOL Übung", [Term(("espanol",)), Term(("ubung",))]),
    "apostrophes do not matter": ("don’t i'd", [Term(("dont",)), Term(("id",))]),
    "a hyphen within is a phrase": ("check-in", [Term(("check", "in"))]),
    "said twice is said once": ("yes yes", [Term(("yes",))]),
    "operators of databases are only words": (
        "a AND b OR NEAR(c)",
        [Term(("a",)), Term(("and",)), Term(("b",)), Term(("or",)), Term(("near", "c"))],
    ),
    "nothing": ("", []),
    "only signs": ('- * "" -"" (& | !) :* \x00', []),
}


@pytest.mark.parametrize(("typed", "terms"), CASES.values(), ids=CASES)
def test_what_is_typed_is_understood(typed: str, terms: list[Term]) -> None:
    """A supervisor is no programmer."""
    assert list(parse(typed).terms) == terms


@given(st.text())
def test_any_text_is_a_query_of_plain_words(typed: str) -> None:
    """Nothing that could mean something to a database survives in a word."""
    for term in parse(typed).terms:
        assert term.words
        for word in term.words:
            assert 0 < len(word) <= 64
            assert word.isalnum() or all(letter.isalnum() for letter in word)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """The index and the query must meet."""
    assert fold(fold(text)) == fold(text)


def test_a_query_has_an_end() -> None:
    """A pasted novel must not become a thousand conditions."""
    assert len(parse(" ".join(f"w{number}" for number in range(1000))).terms) == MOST_TERMS
    assert fold("x" * 10**6) == "x" * 10**5

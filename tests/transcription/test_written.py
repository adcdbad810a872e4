"""What was said, as a reader expects it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.written import written

CASES = {
    "my account is four one one double two seven": "my account is 411227",
    "call five five five oh one four two": "call 5550142",
    "i paid twelve dollars and fifty cents": "i paid $12.50",
    "one thousand two hundred dollars": "$1,200",
    "two hundred and five": "205",
    "twenty one": "21",
    "i have two cards": "i have two cards",
    "one or two": "one or two",
    "at five thirty p m": "at 5:30 pm",
    "at three o'clock": "at 3:00",
    "nine am": "9 am",
    "may third": "May 3rd",
    "on june twenty second": "on June 22nd",
    "i may call": "i may call",
    "ten percent": "10%",
    "two point five percent": "2.5%",
    "three million": "3000000",
    "hundred": "hundred",
    "second": "second",
    "": "",
}


@pytest.mark.parametrize("said", CASES)
def test_numbers_times_and_money_are_written(said: str) -> None:
    """The cases a bank's callers bring."""
    assert written(said, "en-US") == CASES[said]


def test_a_language_without_data_is_left_alone() -> None:
    """Nothing is guessed, and no path is made of a language's name."""
    assert written("veinte uno", "xx") == "veinte uno"
    assert written("twenty", "../en") == "twenty"


WORDS = st.sampled_from([*(" ".join(CASES)).split(), "hundred", "thousand", "and", "oh", "double", "point"])


@given(st.lists(WORDS, max_size=12))
def test_words_that_are_no_numbers_are_never_lost(words: list[str]) -> None:
    """For whatever is said: each word that means no number, time or money stands in the text, in its order."""
    plain = [word for word in words if word in {"my", "account", "is", "call", "i", "paid", "cards", "have"}]
    shown = iter(written(" ".join(words)).split())
    assert all(word in shown for word in plain)

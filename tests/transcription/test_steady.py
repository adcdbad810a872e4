"""What a reader sees of an utterance while it is spoken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.steady import KEEPS, SteadyText, flicker

WORDS = st.lists(st.sampled_from(["the", "a", "balance", "ballads", "of"]), max_size=6).map(" ".join)


def _shown(*partials: str) -> list[str]:
    steady = SteadyText()
    return [text for partial in partials if (text := steady.next(partial)) is not None]


def test_a_word_is_shown_when_two_partials_agree_on_it() -> None:
    """The newest word is the one a recogniser changes most."""
    assert _shown("my", "my ball", "my balance is", "my balance is what") == ["my", "my balance is"]


def test_a_reading_that_comes_and_goes_is_never_shown() -> None:
    """There and back within a tenth of a second is what makes a page flicker."""
    assert _shown("the balance", "the balance of", "the ballads of", "the balance of", "the balance of my") == [
        "the balance",
        "the balance of",
    ]


def test_another_reading_that_is_kept_takes_the_place() -> None:
    """The first guess may be wrong for good: then the page must not insist until the end."""
    other = [f"the balance {'of ' * number}".strip() for number in range(KEEPS + 1)]
    assert _shown("the ballads", "the ballads of", *other)[-1].startswith("the balance")


def test_a_reading_that_is_only_shorter_takes_nothing_away() -> None:
    """Partials shrink and grow again."""
    assert _shown("one two", "one two three", "one", "one two three", "one two three four") == [
        "one two",
        "one two three",
    ]


def test_the_next_utterance_begins_with_nothing() -> None:
    """What was shown before has no say in what is shown now."""
    steady = SteadyText()
    steady.next("one two")
    steady.next("one two")
    steady.over()
    assert steady.next("three") is None
    assert steady.next("three four") == "three"


@given(st.lists(WORDS, max_size=20))
def test_what_is_shown_is_only_extended_unless_another_reading_lasted(partials: list[str]) -> None:
    """For whatever a recogniser says: a text that takes words back comes after as many contradictions as it takes."""
    steady, shown, since = SteadyText(), "", 0
    for partial in partials:
        text = steady.next(partial)
        if text is None:
            since += 1
            continue
        if flicker([shown, text]):
            assert since >= KEEPS - 1
        shown, since = text, 0


@pytest.mark.parametrize(
    ("texts", "lost"),
    [([], 0), (["a", "a b", "a b c"], 0), (["a b", "a c"], 1), (["a b c", "a"], 2), (["x y", "a b c"], 2)],
)
def test_flicker_counts_the_words_a_reader_saw_vanish(texts: list[str], lost: int) -> None:
    """The measure of the benchmark."""
    assert flicker(texts) == lost

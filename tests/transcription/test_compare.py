"""Two transcripts of the same sound, compared word by word."""

from hypothesis import given
from hypothesis import strategies as st

from transcription.compare import Comparison, Edit, Timed, compare, together
from transcription.compare import _steps as steps_of


def timed(text: str) -> list[Timed]:
    return [Timed(word, place * 500) for place, word in enumerate(text.split())]


def shown(comparison: Comparison) -> list[tuple[str, str, str]]:
    return [
        (part.edit.value, " ".join(one.text for one in part.first), " ".join(one.text for one in part.second))
        for part in comparison.parts
    ]


def test_what_changed_is_told_with_the_words_of_both() -> None:
    """Same, changed, gone, new."""
    comparison = compare(
        timed("i lost my card in the town yesterday"), timed("I lost my car in town yesterday evening")
    )
    assert shown(comparison) == [
        ("same", "i lost my", "I lost my"),
        ("changed", "card", "car"),
        ("same", "in", "in"),
        ("gone", "the", ""),
        ("same", "town yesterday", "town yesterday"),
        ("new", "", "evening"),
    ]
    assert (comparison.errors, comparison.words) == (3, 8)
    assert comparison.wer == 3 / 8


def test_nothing_against_something_and_nothing_against_nothing() -> None:
    """No rate where there is nothing to divide by."""
    assert compare([], []).wer is None
    assert shown(compare([], timed("hello"))) == [("new", "", "hello")]
    assert compare(timed("hello"), []).wer == 1.0


def test_the_rate_of_several_tracks_is_over_all_their_words() -> None:
    """A short track does not count as much as a long one."""
    assert together([compare(timed("a b c"), timed("a b c")), compare(timed("x"), timed("y"))]) == 0.25
    assert together([]) is None


words = st.lists(st.sampled_from(["a", "b", "c"]), max_size=12).map(" ".join)


@given(words, words)
def test_the_rate_is_the_least_number_of_changes(first: str, second: str) -> None:
    """Against the textbook's table."""
    left, right = first.split(), second.split()
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        above, row = row, [i]
        for j, b in enumerate(right, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b)))
    comparison = compare(timed(first), timed(second))
    assert comparison.errors == row[-1]
    assert [one.text for part in comparison.parts for one in part.first] == left
    assert [one.text for part in comparison.parts for one in part.second] == right


def test_a_long_call_is_cut_where_it_pauses(monkeypatch) -> None:
    """Two hours are compared without a table of two hours by two hours."""
    monkeypatch.setattr("transcription.compare.MOST_CELLS", 500)
    first = [Timed(f"w{n}", n * 300 + (60_000 if n >= 50 else 0)) for n in range(100)]
    second = [word for n, word in enumerate(first) if n % 10]
    assert sum(step != 0 for step, _, _ in steps_of(first, second)) == 10


def test_all_edits_have_a_word() -> None:
    """The page has a style for each."""
    assert {edit.value for edit in Edit} == {"same", "changed", "gone", "new"}

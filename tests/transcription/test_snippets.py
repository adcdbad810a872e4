"""Found words are shown marked, in their own spelling, and nothing spoken becomes markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.query import parse
from transcription.snippets import snippet


def _html(text: str, query: str) -> str:
    return snippet(text, parse(query).wanted).html


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("where is my balance", "balance", "where is my <mark>balance</mark>"),
        ("My Balance, please!", '"my balance"', "<mark>My Balance</mark>, please!"),
        ("my bill and my billing", "bill*", "my <mark>bill</mark> and my <mark>billing</mark>"),
        ("I don't know", "dont", "I <mark>don&#x27;t</mark> know"),
        ("en español", "espanol", "en <mark>español</mark>"),
        ("nothing here", "balance", "nothing here"),
        ("", "balance", ""),
        ("!?", "balance", "!?"),
    ],
)
def test_words_that_were_looked_for_are_marked(text: str, query: str, html: str) -> None:
    """As they were spoken, not as they were typed."""
    assert _html(text, query) == html


@pytest.mark.promise(23)
@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><b>'", "</mark><x>"])
def test_speech_is_data_in_a_page(evil: str) -> None:
    """A transcript may hold anything a model or a caller can bring about; only our marks are tags."""
    html = _html(f"balance {evil} balance", "balance script img mark")
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare
    assert '"' not in bare


def test_a_long_segment_is_cut_around_the_first_match() -> None:
    """Twelve words each side."""
    text = " ".join(f"w{number}" for number in range(100))
    shown = snippet(text, parse("w50").wanted)
    assert shown.html.startswith("… w38 ")
    assert "<mark>w50</mark>" in shown.html
    assert shown.html.endswith(" w62 …")


@given(st.text(), st.text())
def test_a_short_text_is_shown_whole_whatever_is_looked_for(text: str, query: str) -> None:
    """Marking may not lose or double a letter."""
    if len(text.split()) <= 5:
        shown = snippet(text, parse(query).wanted)
        assert shown.text == text or shown.text.endswith(" …")

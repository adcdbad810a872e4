"""The drawn state machines are the ones that run."""

from pathlib import Path

from callbacks.states_page import page

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_of_states_is_drawn_from_the_tables():
    assert (DOCS / "states.md").read_text(encoding="utf-8") == page()

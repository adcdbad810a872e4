"""The table of docs/privacy.md is what redaction does."""

import re
from pathlib import Path

import pytest

from ivr.redaction_words import lexicon_of
from transcription.redact.spans import KINDS
from transcription.redact.track import Rules, TrackMasker
from transcription.stream import Final, SpokenWord

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
ROWS = re.findall(r"^\| (`[a-z_]+`|none) \| (.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("kind", "said", "kept"), ROWS, ids=[row[1] for row in ROWS])
def test_what_the_page_says_is_kept_is_what_is_kept(kind, said, kept):
    """Every kind taken out, the words as a recogniser writes them."""
    words = tuple(SpokenWord(word, 300 * at, 300 * at + 250, 0.9) for at, word in enumerate(said.split()))
    masker = TrackMasker(Rules(lexicon_of("en-US"), frozenset(KINDS)))
    line = Final(0, said, 0, words[-1].end_ms, words, 0.9)
    (told,) = masker.take([line], position_ms=words[-1].end_ms + 500).news
    assert told.text == kept


def test_the_page_has_every_kind():
    assert {kind.strip("`") for kind, _, _ in ROWS} == {*KINDS, "none"}

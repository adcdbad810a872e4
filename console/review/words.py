"""The place where the screens ask transcription: what was said on a call, and on which calls something was said."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.looking import looking
from console.services import Services
from console.views import Line, Transcript
from transcription.live import read_back
from transcription.search import SearchFilters, search

Snippet = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Calls on which the words were said, and where."""

    snippets: Mapping[str, tuple[Snippet, ...]]

    @property
    def call_ids(self) -> tuple[str, ...]:
        """The calls."""
        return tuple(self.snippets)


def read_transcript(here: Services, call_id: str) -> Transcript:
    """The words of a call so far, what is being said included, and who listened."""
    with looking(here.db) as session:
        whole = read_back(session, here.live, call_id)
    lines = (
        Line(line_key(one.speaker, one.leg, one.seq), one.speaker, one.text, one.start, one.end, is_settled=one.final)
        for one in whole.lines
    )
    return Transcript(tuple(lines), ", ".join(whole.models))


def line_key(speaker: str, leg: str, seq: int) -> str:
    """What tells one line of a call from another, on the page and in the live stream."""
    return f"{speaker}:{leg}:{seq}"


def find_words(session: Session, words: str, filters: SearchFilters, *, limit: int) -> Found:
    """The newest calls on which all the words were said."""
    page = search(session, words, filters, limit=limit)
    return Found(
        {
            hit.call.id: tuple(
                tuple((piece.text, piece.marked) for piece in place.snippet.pieces) for place in hit.places
            )
            for hit in page.hits
        }
    )

"""The place where the screens ask transcription: what was said on a call, and on which calls something was said."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from console.looking import looking
from console.services import Services
from console.shown import FoundPlace
from console.views import Line, Transcript
from transcription.live import read_back
from transcription.search import Found, SearchFilters, places_in

Snippets = tuple[FoundPlace, ...]


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


def find_places(
    session: Session, words: str, filters: SearchFilters, call_ids: Sequence[str]
) -> Mapping[str, Snippets]:
    """Where the words were said on these calls."""
    found = places_in(session, words, filters, call_ids) if words else {}
    return {call_id: tuple(_shown(place) for place in places) for call_id, places in found.items()}


def _shown(place: Found) -> FoundPlace:
    pieces = tuple((piece.text, piece.marked) for piece in place.snippet.pieces)
    return FoundPlace(place.speaker, place.start_ms / 1000, pieces)

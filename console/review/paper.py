"""The place where one call's page is read: the row, the journey, the words, the sound."""

from console.desk.notes import notes_of_call
from console.desk.reading import read_events
from console.journeys import journey_of
from console.looking import looking
from console.review.reading import read_row
from console.review.sound import read_sounds
from console.review.understood import read_understood
from console.review.words import read_transcript
from console.services import Services
from console.views import CallPaper
from foundation.calls import CallStatus


def read_paper(here: Services, call_id: str, *, for_agent: str | None) -> CallPaper | None:
    """One call, or None when there is none that this reader may see."""
    with looking(here.db) as session:
        found = read_row(session, call_id, for_agent=for_agent)
        if found is None:
            return None
        call, row = found
        journey = journey_of(read_events(session, call_id), whole=True)
        return CallPaper(
            row=row,
            flow=call.flow,
            language=call.language,
            consent=call.consent,
            journey=journey.steps,
            slots=journey.slots,
            transcript=read_transcript(here, call_id),
            sounds=read_sounds(session, call_id),
            tags=tuple(call.tags),
            notes=notes_of_call(session, call_id),
            understood=read_understood(session, call_id),
            is_over=CallStatus(call.status).is_over,
        )

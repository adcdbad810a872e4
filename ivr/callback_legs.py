"""Calling back: the customer's side. He presses 1 and meets the agent who waits, or holds the line for one."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from callbacks.dialling import DialOutOfTurn
from callbacks.do_not_call import AskedBy
from callbacks.promises import DialAttempt, PromiseState
from callbacks.recording import DialOrder
from foundation.calls import Call, CallStatus
from foundation.logs import get_logger
from ivr import meetings
from ivr.callback_calls import call_for_agent
from ivr.callback_dialer import ENDED, CarrierDialer
from ivr.callback_words import Wish, expected_words, wish_of
from ivr.carrier import CarrierRefused, CarrierUnreachable
from ivr.deps import IvrDeps
from ivr.meetings import OPEN_STATES
from ivr.pages import Pages
from ivr.sentences import Sentence
from ivr.tables import Meeting
from ivr.tokens import StreamGrant
from ivr.twiml.apology import farewell
from ivr.twiml.calling_back import hold_for_agent, press_one
from ivr.twiml.meeting import customer_joins
from ivr.twiml.page import Page

log = get_logger(__name__)
ASKED_AGAIN = 3
"""So often the customer is asked when what he says is no answer."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which dial of which promise a webhook speaks of, and for which agent; `tries` is how often he was asked."""

    promise_id: str
    attempt: str = ""
    reservation: str = ""
    call: str = ""
    tries: int = 0

    @property
    def query(self) -> str:
        """The same, for the next address."""
        return f"attempt={self.attempt}&reservation={self.reservation}&call={self.call}"


class CallbackLegs:
    """The customer's side of a callback."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._pages = Pages(deps.settings)
        self._dialer = CarrierDialer(deps)

    def new_call(self, session: Session, promise_id: str) -> Call | None:
        """The call with which the promise is to be kept; None when there is no such promise."""
        return call_for_agent(self._deps, session, promise_id)

    def holds(self, promise_id: str | None) -> bool:
        """Whether the customer is on the line and waits for an agent: then no agent's failure ends his call."""
        promise = self._deps.callbacks.get(promise_id) if promise_id else None
        return promise is not None and promise.state == PromiseState.HOLDING

    def fetch(self, meeting: Meeting) -> bool:
        """The agent is there: dial the customer, once, or bring the one who holds the line. False when it cannot be."""
        if self.holds(meeting.promise_id):
            return self._bring(meeting)
        try:
            order = self._deps.callbacks.attempt_started(
                meeting.promise_id or "", reservation_id=meeting.reservation_id
            )
        except DialOutOfTurn as error:
            log.warning("dial_out_of_turn", reservation=meeting.reservation_id, state=error.problem.what)
            return False
        if not isinstance(order, DialOrder):
            return False
        if order.go:
            self._dialer.dial(order)
        attempt = self._deps.callbacks.dials.attempt(order.key)
        return attempt is not None and not attempt.result

    def ask(self, where: Where, call_sid: str) -> str:
        """The customer's line has been answered, by a person or a machine."""
        self._deps.callbacks.dials.picked_up(where.attempt)
        with self._deps.db.begin() as session:
            call = self._of(session, where, call_sid)
            if call is None:
                return farewell(Sentence.UNKNOWN_CALL)
        return self._asked(where, call)

    def pressed(self, where: Where, digits: str, speech: str) -> str:
        """What the customer pressed or said: 1 or yes brings him together with the agent, or lets him hold for one."""
        with self._deps.db.begin() as session:
            call = self._of(session, where)
            if call is None:
                return farewell(Sentence.UNKNOWN_CALL)
            meeting = meetings.of_reservation(session, where.reservation) if where.reservation else None
            if meeting is not None and meeting.caller_document is not None:
                return meeting.caller_document
        wish = wish_of(digits, speech, call.language)
        if wish is Wish.NEVER:
            self._deps.callbacks.dials.never_call(where.attempt, AskedBy.KEY if digits else AskedBy.VOICE)
            return farewell(Sentence.NEVER_CALLED, call.language)
        if wish is Wish.UNCLEAR and where.tries < ASKED_AGAIN:
            return self._asked(where, call)
        if wish is not Wish.CONNECT:
            return farewell(Sentence.GOODBYE, call.language)
        return self._joins(where, call) if where.reservation else self._holds(where, call)

    def hold(self, where: Where) -> str:
        """The music is over: more of it, or the end when he no longer waits."""
        with self._deps.db.begin() as session:
            call = self._of(session, where)
        if call is None:
            return farewell(Sentence.UNKNOWN_CALL)
        if not self._is_holding(where):
            return farewell(Sentence.KEEPS_PLACE, call.language)
        return self._music(where, call, first=False)

    def connect(self, where: Where) -> str:
        """The agent is there for the customer who held the line: into the conference."""
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, where.reservation)
            if meeting is None or meeting.promise_id != where.promise_id:
                return farewell(Sentence.UNKNOWN_CALL)
            if meeting.caller_document is not None:
                return meeting.caller_document
            call = session.get_one(Call, meeting.call_id)
        return self._joins(where, call)

    def moved(self, key: str, status: CallStatus, call_sid: str) -> None:
        """The customer's leg has moved on; one that ends before 1 was pressed is an attempt that failed."""
        self._deps.callbacks.attempt_dialled(key, call_sid)
        if status is CallStatus.IN_PROGRESS:
            self._deps.callbacks.dials.picked_up(key)
        result = ENDED.get(status)
        if result is not None:
            self._deps.callbacks.attempt_failed(key, result)

    def later(self, where: Where) -> str:
        """No agent came in time."""
        with self._deps.db.begin() as session:
            call = self._of(session, where)
            return farewell(Sentence.KEEPS_PLACE, call.language if call is not None else "en-US")

    def _asked(self, where: Where, call: Call) -> str:
        base = self._deps.settings.public_base_url
        action = f"{base}/voice/callback/{where.promise_id}/pressed?{where.query}&tries={where.tries + 1}"
        hints = expected_words(call.language)
        recorded = call.consent is True
        return press_one(self._pages.bare(call.id), action, call.language, recorded=recorded, hints=hints)

    def _joins(self, where: Where, call: Call) -> str:
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, where.reservation)
            if meeting is None:
                return farewell(Sentence.UNKNOWN_CALL, call.language)
            if meeting.caller_document is not None:
                return meeting.caller_document
            callbacks = self._deps.callbacks
            if not callbacks.answered(where.promise_id, reservation_id=where.reservation, session=session):
                return farewell(Sentence.UNKNOWN_CALL, call.language)
            token = self._deps.ids.new("ST") if call.consent else ""
            page = self._pages.bare(call.id, token=token)
            meeting.caller_document = customer_joins(page, where.reservation, recorded=call.consent is True)
        if token:
            since = meeting.began_at.isoformat()
            grant = StreamGrant(call.id, meeting.caller_sid or "", "caller", call.language, since=since)
            self._deps.tokens.keep(token, grant)
        return meeting.caller_document

    def _holds(self, where: Where, call: Call) -> str:
        if not self._deps.callbacks.dials.confirmed(where.attempt) and not self._is_holding(where):
            return farewell(Sentence.UNKNOWN_CALL, call.language)
        return self._music(where, call, first=True)

    def _music(self, where: Where, call: Call, *, first: bool) -> str:
        shelved = self._deps.shelf.current()
        base = self._deps.settings.public_base_url
        page = Page(base, call.id, "0", shelved.version, shelved.prompts)
        again = f"{base}/voice/callback/{where.promise_id}/hold?{where.query}"
        return hold_for_agent(page, again, call.language, first=first)

    def _is_holding(self, where: Where) -> bool:
        attempt = self._deps.callbacks.dials.attempt(where.attempt)
        return attempt is not None and not attempt.result and self.holds(where.promise_id)

    def _bring(self, meeting: Meeting) -> bool:
        base = self._deps.settings.public_base_url
        url = f"{base}/voice/callback/{meeting.promise_id}/connect?reservation={meeting.reservation_id}"
        try:
            self._deps.carrier.redirect(meeting.caller_sid or "", url)
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("customer_not_brought", promise=meeting.promise_id, code=error.problem.code)
            return False
        return True

    def _of(self, session: Session, where: Where, call_sid: str = "") -> Call | None:
        """The call a webhook speaks of, with what it tells of the leg noted; None for a stranger's."""
        if where.reservation:
            meeting = meetings.of_reservation(session, where.reservation)
            if meeting is None or meeting.promise_id != where.promise_id or meeting.state not in OPEN_STATES:
                return None
            meeting.caller_sid = meeting.caller_sid or call_sid or None
            return session.get_one(Call, meeting.call_id)
        attempt = session.get(DialAttempt, where.attempt)
        call = session.get(Call, where.call) if where.call else None
        if attempt is None or call is None or attempt.promise_id != where.promise_id or call.caller != attempt.number:
            return None
        call.carrier_sid = call.carrier_sid or call_sid or None
        return call


def where_of(promise_id: str, asked: Mapping[str, str]) -> Where:
    """From the address of a webhook."""
    tries = asked.get("tries", "0")
    return Where(
        promise_id,
        asked.get("attempt", ""),
        asked.get("reservation", ""),
        asked.get("call", ""),
        int(tries) if tries.isdecimal() and len(tries) < len("10") else ASKED_AGAIN,
    )

"""Text messages: owed in a row before they are sent, so that none is sent twice; how each fared is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from call_flows.actions import SendMessage
from call_flows.site import Site
from foundation.clock import Clock
from foundation.db import Base, Database, UtcDateTime
from foundation.ids import IdSource
from foundation.logs import get_logger
from foundation.phone import NumberRefused, dialable
from ivr.carrier import Carrier, CarrierRefused, CarrierUnreachable
from ivr.store import Loaded

log = get_logger(__name__)
DAY = timedelta(hours=24)


class MessageState(StrEnum):
    """Where a message stands. It never moves back."""

    OWED = "owed"  # about to be sent; one that stays so was lost with its process, and is not sent again
    QUEUED = "queued"  # the carrier has it
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"

    def may_become(self, other: "MessageState") -> bool:
        """Whether the news is newer."""
        return _RANK[other] > _RANK[self]


_RANK = {
    MessageState.OWED: 0,
    MessageState.QUEUED: 1,
    MessageState.SENT: 2,
    MessageState.DELIVERED: 3,
    MessageState.UNDELIVERED: 3,
    MessageState.FAILED: 3,
}
_CARRIERS_WORDS = {"accepted": "queued", "scheduled": "queued", "sending": "queued", "read": "delivered"}
NOT_SENT = (MessageState.FAILED,)


class TextMessage(Base):
    """One message to a customer.

    `mark` names the step that asked for it, of the call with the carrier's `call_sid`: repeated, a step finds its row.
    """

    __tablename__ = "text_messages"
    __table_args__ = (UniqueConstraint("call_sid", "mark", name="uq_text_messages_mark"),)

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(34), index=True)  # the call may be written after it
    call_sid: Mapped[str] = mapped_column(String(34))
    mark: Mapped[str] = mapped_column(String(48))
    number: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    carrier_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    problem: Mapped[str] = mapped_column(String(32), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent: to whom, from which of our numbers, and by which mark of whose it is known again."""

    number: str
    from_: str
    text: str
    owner: str
    mark: str
    call_id: str = ""


class Messages:
    """Sends messages within the site's rules."""

    def __init__(self, *, db: Database, clock: Clock, ids: IdSource, carrier: Carrier, base_url: str) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._carrier = carrier
        self._base_url = base_url

    def send(self, wanted: SendMessage, *, call: Loaded, mark: str, site: Site) -> str:
        """Send what a call asks for; empty when the carrier has taken it, else a stable word for why not."""
        letter = Letter(wanted.number, call.dialled, wanted.text, call.carrier_sid, mark, call.call_id)
        return self.write(letter, site=site)

    def write(self, letter: Letter, *, site: Site) -> str:
        """Send it; empty when the carrier has taken it, else a stable word for why not. Asked again, it is not sent."""
        try:
            number = dialable(letter.number, countries=site.dialing.countries)
        except NumberRefused as refused:
            return refused.problem.code
        with self._db.begin() as session:
            asked = (TextMessage.call_sid == letter.owner, TextMessage.mark == letter.mark)
            known = session.scalar(select(TextMessage).where(*asked))
            if known is not None:
                return known.problem if known.state in NOT_SENT else ""
            if sent_within(session, number, self._clock.now()) >= site.dialing.max_messages_per_number_per_day:
                return "cap"
            row = self._owe(session, letter, number)
        return self._give(row.id, number, letter.from_, letter.text)

    def moved(self, message_id: str, word: str, problem: str = "") -> bool:
        """The carrier tells how a message fares; False when that is old news, or of a message nobody knows."""
        try:
            state = MessageState(_CARRIERS_WORDS.get(word, word))
        except ValueError:
            return False
        with self._db.begin() as session:
            row = session.get(TextMessage, message_id, with_for_update=True)
            if row is None or not MessageState(row.state).may_become(state):
                return False
            row.state, row.problem, row.moved_at = state, problem[:32], self._clock.now()
            return True

    def _owe(self, session: Session, letter: Letter, number: str) -> TextMessage:
        now = self._clock.now()
        row = TextMessage(
            id=self._ids.new("TM"),
            call_id=letter.call_id,
            call_sid=letter.owner,
            mark=letter.mark,
            number=number,
            text=letter.text,
            state=MessageState.OWED,
            asked_at=now,
            moved_at=now,
        )
        session.add(row)
        session.flush()
        return row

    def _give(self, row_id: str, number: str, from_: str, text: str) -> str:
        status_url = f"{self._base_url}/voice/message/{row_id}"
        try:
            sid = self._carrier.send_message(to=number, from_=from_, text=text, status_url=status_url)
        except (CarrierRefused, CarrierUnreachable) as refused:
            log.warning("message_refused", message=row_id, code=refused.problem.code)
            self.moved(row_id, MessageState.FAILED, refused.problem.code)
            return refused.problem.code[:32]
        with self._db.begin() as session:
            row = session.get(TextMessage, row_id, with_for_update=True)
            if row is not None:
                row.carrier_sid = sid
        self.moved(row_id, MessageState.QUEUED)
        return ""


def sent_within(session: Session, number: str, now: datetime, span: timedelta = DAY) -> int:
    """How many messages the number was sent within the last 24 hours."""
    sent = select(func.count()).where(
        TextMessage.number == number, TextMessage.asked_at > now - span, TextMessage.state.not_in(NOT_SENT)
    )
    return session.scalar(sent) or 0

"""Text messages that customers send: what each asks for, what is done, and what it is answered with, once."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from call_flows.courtesies import Courtesy
from call_flows.hearing.phrases import normalise
from call_flows.languages import is_spoken, tongue
from call_flows.site import Site
from callbacks import do_not_call
from callbacks.abandoned import AbandonedCall, offered_to, take_offer
from callbacks.changing import Change
from callbacks.promises import Promise
from foundation.db import Base, UtcDateTime
from foundation.logs import get_logger
from ivr.confirming import clock_words, words
from ivr.deps import IvrDeps
from ivr.messages import sent_within

log = get_logger(__name__)
DAY = timedelta(hours=24)


class Wish(StrEnum):
    """What a message asks for."""

    CALL = "call"
    CANCEL = "cancel"
    STOP = "stop"
    NONE = "none"


class ReceivedMessage(Base):
    """One message from a customer. Its words are not kept: only what they asked for, and the answer."""

    __tablename__ = "received_messages"

    carrier_sid: Mapped[str] = mapped_column(String(34), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), index=True)
    wish: Mapped[str] = mapped_column(String(16))
    promise_id: Mapped[str | None] = mapped_column(String(34))
    answer: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Replies:
    """Takes customers' messages. The carrier's signature vouches for the number; its owner alone is served."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps

    def take(self, *, sid: str, number: str, line: str, text: str) -> str:
        """Do what it asks for, and the answer; the same message again gets the same answer and changes nothing.

        Empty when there is to be none: the number has had as many messages today as it may.
        """
        with self._deps.db.begin() as session:
            known = session.get(ReceivedMessage, sid, with_for_update=True)
            if known is not None:
                return known.answer
            site = self._deps.shelf.current().loaded.site
            row = ReceivedMessage(
                carrier_sid=sid, number=number, wish=Wish.NONE, answer="", received_at=self._deps.clock.now()
            )
            session.add(row)
            session.flush()
            answer = self._done(session, row, text, site)
            row.answer = answer if self._may_answer(session, number, site) else ""
            log.info("message_received", sid=sid, wish=row.wish, line=line, answered=bool(row.answer))
            return row.answer

    def _done(self, session: Session, row: ReceivedMessage, text: str, site: Site) -> str:
        owed = list(self._deps.callbacks.asking.open_for(row.number, session=session))
        offer = offered_to(session, row.number, self._deps.clock.now())
        language = owed[0].language if owed else offer.language if offer else _last_language(session, row.number)
        row.wish = wish_of(text, language or str(site.languages[0]))
        match row.wish:
            case Wish.CALL:
                return self._call(session, row, owed, offer, site)
            case Wish.CANCEL:
                return self._cancel(session, row, owed, offer, site)
            case Wish.STOP:
                return self._stop(session, row, owed, site)
            case _:
                return words(Courtesy.MESSAGE_CALLBACK_HELP, language, site) if owed or offer else ""

    def _call(
        self, session: Session, row: ReceivedMessage, owed: list[Promise], offer: AbandonedCall | None, site: Site
    ) -> str:
        if not owed and offer is not None:
            refused = take_offer(self._deps.callbacks.parts, session, offer)
            row.promise_id = offer.promise_id
            which = Courtesy.MESSAGE_CALLBACK_SOON if refused is None else Courtesy.MESSAGE_CALLBACK_IMPOSSIBLE
            return words(which, offer.language, site)
        if not owed:
            return words(Courtesy.MESSAGE_CALLBACK_NOTHING, "", site)
        promise, row.promise_id = owed[0], owed[0].id
        changed = self._deps.callbacks.asking.change(promise.id, Change.NOW, session=session)
        if not changed.reason:
            return words(Courtesy.MESSAGE_CALLBACK_SOON, promise.language, site)
        if changed.reason == "being_called":
            return words(Courtesy.MESSAGE_CALLBACK_BEING_CALLED, promise.language, site)
        moment = clock_words(promise.due_at, promise.zone, site)
        return words(Courtesy.MESSAGE_CALLBACK_NOT_NOW, promise.language, site, **moment)

    def _cancel(
        self, session: Session, row: ReceivedMessage, owed: list[Promise], offer: AbandonedCall | None, site: Site
    ) -> str:
        if owed:
            row.promise_id = owed[0].id
            changed = self._deps.callbacks.asking.change(owed[0].id, Change.CANCEL, session=session)
            which = Courtesy.MESSAGE_CALLBACK_BEING_CALLED if changed.reason else Courtesy.MESSAGE_CALLBACK_CANCELLED
            return words(which, owed[0].language, site)
        if offer is not None:
            offer.decided = "declined"
            return words(Courtesy.MESSAGE_CALLBACK_NEVER, offer.language, site)
        return words(Courtesy.MESSAGE_CALLBACK_NOTHING, "", site)

    def _stop(self, session: Session, row: ReceivedMessage, owed: list[Promise], site: Site) -> str:
        now = self._deps.clock.now()
        do_not_call.add(session, row.number, asked_by=do_not_call.AskedBy.MESSAGE, now=now)
        for promise in owed:
            self._deps.callbacks.asking.change(promise.id, Change.CANCEL, session=session)
        return words(Courtesy.MESSAGE_CALLBACK_STOPPED, owed[0].language if owed else "", site)

    def _may_answer(self, session: Session, number: str, site: Site) -> bool:
        """Answers count as messages: two machines that answer each other come to an end."""
        now = self._deps.clock.now()
        answers = select(func.count()).where(
            ReceivedMessage.number == number, ReceivedMessage.received_at > now - DAY, ReceivedMessage.answer != ""
        )
        sent = (session.scalar(answers) or 0) + sent_within(session, number, now)
        return sent < 2 * site.dialing.max_messages_per_number_per_day


def wish_of(text: str, language: str) -> Wish:
    """What a message asks for: 1 or 2, or words of the language, of English, or of any other the site may speak."""
    said = " ".join(normalise(text))
    if said in {"1", "2"}:
        return Wish.CALL if said == "1" else Wish.CANCEL
    for tag in dict.fromkeys((language, "en", "es")):
        found = _known(tag).get(said) if is_spoken(tag) else None
        if found is not None:
            return found
    return Wish.NONE


@lru_cache(16)
def _known(language: str) -> dict[str, Wish]:
    said = tongue(language)
    meant = {
        **dict.fromkeys((*said.callbacks.cancel, *said.no), Wish.CANCEL),
        **dict.fromkeys((*said.callbacks.call_me, *said.callbacks.use, *said.yes), Wish.CALL),
        **dict.fromkeys(said.callbacks.stop, Wish.STOP),
    }
    return {" ".join(normalise(phrase)): wish for phrase, wish in meant.items()}


def _last_language(session: Session, number: str) -> str:
    last = select(Promise.language).where(Promise.number == number).order_by(Promise.asked_at.desc()).limit(1)
    return session.scalar(last) or ""

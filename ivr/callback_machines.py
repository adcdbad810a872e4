"""When a machine has answered a callback, by the carrier's word: the agent is free, and it may be told a message."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callbacks.promises import DialAttempt, DialResult, Promise, PromiseState
from foundation.calls import Call
from foundation.logs import get_logger
from ivr.carrier import CarrierRefused, CarrierUnreachable
from ivr.deps import IvrDeps
from ivr.pages import Pages
from ivr.sentences import Sentence
from ivr.tables import Meeting
from ivr.twiml.apology import farewell
from ivr.twiml.calling_back import leave_message

log = get_logger(__name__)
TONE_OVER = "machine_end"


def is_machine(answered_by: str) -> bool:
    """Whether the carrier's word means that nobody is there."""
    return answered_by.startswith("machine") or answered_by == "fax"


@dataclass(frozen=True, slots=True)
class Machines:
    """Takes the carrier's word for who answered, once a dial; a person who has pressed 1 is right against it."""

    deps: IvrDeps

    def answered_by(self, key: str, answered_by: str, call_sid: str) -> bool:
        """Note who answered; whether that made it an attempt that met a machine."""
        if not is_machine(answered_by):
            return False
        with self.deps.db.begin() as session:
            attempt = session.get(DialAttempt, key)
            promise = session.get(Promise, attempt.promise_id) if attempt is not None else None
            if attempt is None or promise is None or attempt.result or promise.state != PromiseState.DIALLING:
                return False
            message, _ = self.deps.callbacks.policy.current.plan(promise.queue).message(promise.language)
            speaks = bool(message) and answered_by.startswith(TONE_OVER) and not _told_before(session, attempt)
            meeting = session.get(Meeting, attempt.reservation_id) if attempt.reservation_id else None
            if speaks and meeting is not None:
                meeting.caller_sid = None  # the agent is let go, the message is still spoken
            failed = self.deps.callbacks.attempt_failed(key, DialResult.MACHINE, session=session)
        log.info("machine_answered", attempt=key, answered_by=answered_by, message=speaks)
        self._end(promise.id, key, call_sid, speaks=speaks)
        return failed

    def message(self, promise_id: str, key: str) -> str:
        """What the machine is told."""
        with self.deps.db.begin() as session:
            attempt = session.get(DialAttempt, key)
            promise = session.get(Promise, promise_id)
            if promise is None or attempt is None or attempt.promise_id != promise_id:
                return farewell(Sentence.UNKNOWN_CALL)
            call = session.scalar(select(Call).where(Call.carrier_sid == attempt.carrier_sid))
        text, language = self.deps.callbacks.policy.current.plan(promise.queue).message(promise.language)
        if not text:
            return farewell(Sentence.GOODBYE, promise.language)
        page = Pages(self.deps.settings).bare(call.id if call is not None else promise_id)
        return leave_message(page, text, language)

    def _end(self, promise_id: str, key: str, call_sid: str, *, speaks: bool) -> None:
        carrier, base = self.deps.carrier, self.deps.settings.public_base_url
        try:
            if speaks:
                carrier.redirect(call_sid, f"{base}/voice/callback/{promise_id}/voicemail?attempt={key}")
            else:
                carrier.hang_up(call_sid)
        except (CarrierRefused, CarrierUnreachable) as error:
            log.warning("machine_not_told", attempt=key, code=error.problem.code)


def _told_before(session: Session, attempt: DialAttempt) -> bool:
    rows = (
        select(func.count())
        .select_from(DialAttempt)
        .where(DialAttempt.promise_id == attempt.promise_id, DialAttempt.result == DialResult.MACHINE)
    )
    return bool(session.scalar(rows))

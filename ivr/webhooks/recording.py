"""What becomes of a recording: of the call, or of a message left for a queue."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flask import Blueprint, request
from sqlalchemy.orm import Session

from foundation.events import publish
from foundation.logs import get_logger
from ivr import rows
from ivr.news import MessageLeft
from ivr.sessions import UnknownCall
from ivr.store import SessionStore
from ivr.webhooks.edge import METHODS, Form, noting
from ivr.webhooks.house import House
from recordings.fetching import nudge_due
from recordings.recording import Recording, RecordingKind, RecordingState, note_absent, note_complete, note_recording

log = get_logger(__name__)
_KINDS = {"message": RecordingKind.VOICEMAIL, "comment": RecordingKind.COMMENT}


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/recording/<call_id>, and /voice/recording for a message taken when nothing else worked."""
    deps = house.deps

    def recording(form: Form, call_id: str | None = None) -> None:
        sid, status = form.get("RecordingSid", ""), form.get("RecordingStatus", "completed")
        if not sid:
            return
        queue = _queue_of(house, call_id)
        with deps.db.begin() as session:
            of = call_id or rows.stranded_call(session, form.get("CallSid", ""), clock=deps.clock, ids=deps.ids)
            kept = _note(session, form, of, sid, queue)
            first = kept.state == RecordingState.ASKED and kept.told_seconds is None
            if status == "completed":
                seconds, channels = _number(form.get("RecordingDuration")), _number(form.get("RecordingChannels"))
                note_complete(kept, now=deps.clock.now(), seconds=seconds, channels=int(channels or 0) or None)
                if first and kept.kind == RecordingKind.VOICEMAIL:
                    publish(session, deps.bus, MessageLeft(of, kept.queue, sid, seconds or 0.0))
            elif status in {"absent", "failed"}:
                note_absent(kept)
        if status == "completed":
            nudge_due(deps.db, deps.jobs, deps.clock.now())

    def _note(session: Session, form: Form, call_id: str, sid: str, queue: str) -> Recording:
        kind = _KINDS.get(request.args.get("kind", ""), RecordingKind.CALL)
        return note_recording(
            session,
            deps.ids,
            call_id=call_id,
            carrier_sid=sid,
            now=deps.clock.now(),
            kind=kind,
            queue=queue if kind is RecordingKind.VOICEMAIL else "",
            started_at=_moment(form.get("RecordingStartTime")),
        )

    blueprint.add_url_rule("/recording", "recording_of_nobody", noting(recording), methods=METHODS)
    blueprint.add_url_rule("/recording/<call_id>", "recording", noting(recording), methods=METHODS)


def _queue_of(house: House, call_id: str | None) -> str:
    """The queue that owns a message left on this call."""
    if call_id is None:
        return next(iter(house.deps.shelf.current().loaded.site.queues), "")
    call = SessionStore(house.deps.db).load(call_id)
    if call is None and not house.sessions.rows.exists(call_id):
        raise UnknownCall
    return "" if call is None else call.line.message_queue or call.line.queue


def _moment(written: str | None) -> datetime | None:
    """The carrier writes moments as mail does."""
    if not written:
        return None
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(written: str | None) -> float | None:
    return float(written) if written and written.lstrip("-").isdigit() and int(written) >= 0 else None

"""The Call's own rows as a session needs them: made when a call begins, followed as it goes on."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from call_flows.site import NumberEntry
from foundation.calls import Call, CallStatus, Direction, Leg, LegKind
from foundation.db import Database
from foundation.events import publish
from ivr.deps import IvrDeps
from ivr.drafts import Draft
from ivr.line import Line
from ivr.news import CallBegan
from ivr.sites import Shelved
from ivr.store import Loaded
from ivr.tables import CallSession

NAME_LENGTH = 120
NUMBER_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the carrier says of a call that begins."""

    carrier_sid: str
    caller: str
    dialled: str
    caller_name: str = ""


def call_of(db: Database, carrier_sid: str) -> str | None:
    """The id of the call with the carrier's SID."""
    with db.begin() as session:
        return session.scalar(select(Call.id).where(Call.carrier_sid == carrier_sid))


def is_call(db: Database, call_id: str) -> bool:
    """Whether there is such a call at all."""
    with db.begin() as session:
        return session.get(Call, call_id) is not None


def stranded_call(session: Session, carrier_sid: str, deps: IvrDeps) -> str:
    """A call of which only a message is known, since everything of ours was down when it came."""
    known = session.scalar(select(Call.id).where(Call.carrier_sid == carrier_sid))
    if known is not None:
        return known
    call = Call(
        id=deps.ids.new("CW"),
        carrier_sid=carrier_sid,
        direction=Direction.INBOUND,
        status=CallStatus.COMPLETED,
        started_at=deps.clock.now(),
    )
    session.add(call)
    session.flush()
    return call.id


def newcomer(arrival: Arrival, shelved: Shelved, number: NumberEntry, deps: IvrDeps) -> Loaded:
    """The session of a call before its first step."""
    language = number.language or shelved.loaded.flows[number.flow].language
    return Loaded(
        call_id=deps.ids.new("CW"),
        revision=0,
        turn=0,
        site_version=shelved.version,
        state={},
        line=Line(),
        document="",
        ended=False,
        carrier_sid=arrival.carrier_sid,
        caller=arrival.caller[:NUMBER_LENGTH],
        caller_name=arrival.caller_name[:NAME_LENGTH],
        dialled=arrival.dialled[:NUMBER_LENGTH],
        language=str(language),
    )


def insert_call(session: Session, call: Loaded, number: NumberEntry, shelved: Shelved, deps: IvrDeps) -> None:
    """Write the call, the caller's leg and the empty session, in the transaction of the first step."""
    connection, now = session.connection(), deps.clock.now()
    connection.execute(
        insert(Call).values(
            id=call.call_id,
            carrier_sid=call.carrier_sid,
            direction=Direction.INBOUND,
            status=CallStatus.IN_PROGRESS,
            caller=call.caller,
            caller_name=call.caller_name,
            dialled=call.dialled,
            language=call.language,
            site=shelved.loaded.name,
            flow=str(number.flow),
            flow_version=call.site_version,
            started_at=now,
            answered_at=now,
        )
    )
    connection.execute(
        insert(Leg).values(
            id=deps.ids.new("LG"),
            call_id=call.call_id,
            carrier_sid=call.carrier_sid,
            kind=LegKind.CALLER,
            status=CallStatus.IN_PROGRESS,
            started_at=now,
        )
    )
    connection.execute(
        insert(CallSession).values(
            call_id=call.call_id, revision=0, site_version=call.site_version, state={}, line={}, document=""
        )
    )
    publish(session, deps.bus, CallBegan(call.call_id, call.caller, call.dialled))


def follow(session: Session, call: Loaded, draft: Draft) -> None:
    """Keep the call's row in step with its session: the language may have been switched."""
    if draft.language != call.language:
        session.connection().execute(update(Call).where(Call.id == call.call_id), {"language": draft.language})


def first_queue(draft: Draft) -> str:
    """Where a call goes that its flow has lost: the queue it was in, else the site's first."""
    return draft.line.queue or next(iter(draft.shelved.loaded.site.queues), "")

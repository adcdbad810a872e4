"""The Call's own rows as a session needs them: made when a call begins, followed as it goes on."""

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from call_flows.actions import NoteConsent
from call_flows.site import NumberEntry
from foundation.calls import Call, CallStatus, Direction, Leg, LegKind
from foundation.clock import Clock
from foundation.ids import IdSource
from ivr.drafts import Draft
from ivr.driver import Driver
from ivr.line import Line
from ivr.sites import Shelved
from ivr.store import Loaded
from ivr.tables import CallSession

NAME_LENGTH = 120
NUMBER_LENGTH = 64
_OF_CARRIER = select(Call.id).where(Call.carrier_sid == bindparam("sid"))
_EXISTS = select(Call.id).where(Call.id == bindparam("of"))
_CALL = insert(Call).values(
    id=bindparam("of"),
    carrier_sid=bindparam("sid"),
    direction=bindparam("way"),
    status=bindparam("stands"),
    caller=bindparam("from_number"),
    caller_name=bindparam("from_name"),
    dialled=bindparam("to_number"),
    language=bindparam("spoken"),
    site=bindparam("in_site"),
    flow=bindparam("in_flow"),
    flow_version=bindparam("version"),
    queue=bindparam("blank"),
    outcome=bindparam("blank"),
    disposition=bindparam("blank"),
    tags=bindparam("labels"),
    started_at=bindparam("moment"),
    answered_at=bindparam("moment"),
)
_LEG = insert(Leg).values(
    id=bindparam("leg"),
    call_id=bindparam("of"),
    carrier_sid=bindparam("sid"),
    kind=bindparam("who"),
    status=bindparam("stands"),
    started_at=bindparam("moment"),
)
_SESSION = insert(CallSession).values(
    call_id=bindparam("of"),
    revision=bindparam("first"),
    turn=bindparam("first"),
    site_version=bindparam("version"),
    state=bindparam("nothing"),
    line=bindparam("nothing"),
    document=bindparam("blank"),
)
_LANGUAGE = update(Call).where(Call.id == bindparam("of")).values(language=bindparam("spoken"))
_CONSENT = update(Call).where(Call.id == bindparam("of")).values(consent=bindparam("given"))


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the carrier says of a call that begins."""

    carrier_sid: str
    caller: str
    dialled: str
    caller_name: str = ""


class CallRows:
    """Reads and writes the call's rows."""

    def __init__(self, driver: Driver, clock: Clock, ids: IdSource) -> None:
        self._driver = driver
        self._clock = clock
        self._ids = ids
        self._of_carrier, self._exists = driver.compiled(_OF_CARRIER), driver.compiled(_EXISTS)
        self._inserts = tuple(driver.compiled(statement) for statement in (_CALL, _LEG, _SESSION))
        self._language, self._consent = driver.compiled(_LANGUAGE), driver.compiled(_CONSENT)

    def of_carrier(self, carrier_sid: str) -> str | None:
        """The id of the call with the carrier's SID."""
        row = self._driver.one(self._of_carrier, {"sid": carrier_sid})
        return None if row is None else row[0]

    def exists(self, call_id: str) -> bool:
        """Whether there is such a call at all."""
        return self._driver.one(self._exists, {"of": call_id}) is not None

    def newcomer(self, arrival: Arrival, shelved: Shelved, number: NumberEntry) -> Loaded:
        """The session of a call before its first step."""
        language = number.language or shelved.loaded.flows[number.flow].language
        return Loaded(
            call_id=self._ids.new("CW"),
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

    def insert(self, cursor: DBAPICursor, call: Loaded, *, site: str, flow: str) -> None:
        """Write the call, the caller's leg and the empty session, in the transaction of the first step."""
        values = {
            "of": call.call_id,
            "sid": call.carrier_sid,
            "way": Direction.INBOUND.value,
            "stands": CallStatus.IN_PROGRESS.value,
            "from_number": call.caller,
            "from_name": call.caller_name,
            "to_number": call.dialled,
            "spoken": call.language,
            "in_site": site,
            "in_flow": flow,
            "version": call.site_version,
            "labels": "[]",
            "moment": self._driver.moment(self._clock.now()),
            "leg": self._ids.new("LG"),
            "who": LegKind.CALLER.value,
            "first": 0,
            "nothing": "{}",
            "blank": "",
        }
        for statement in self._inserts:
            cursor.execute(statement, values)

    def follow(self, cursor: DBAPICursor, call: Loaded, draft: Draft) -> None:
        """Keep the call's row in step with its session: the language may be switched, the notice answered."""
        if draft.language != call.language:
            cursor.execute(self._language, {"of": call.call_id, "spoken": draft.language})
        for action in draft.actions:
            if isinstance(action, NoteConsent):
                cursor.execute(self._consent, {"of": call.call_id, "given": action.given})


def stranded_call(session: Session, carrier_sid: str, *, clock: Clock, ids: IdSource) -> str:
    """A call of which only a message is known, since everything of ours was down when it came."""
    known = session.scalar(select(Call.id).where(Call.carrier_sid == carrier_sid))
    if known is not None:
        return known
    call = Call(
        id=ids.new("CW"),
        carrier_sid=carrier_sid,
        direction=Direction.INBOUND,
        status=CallStatus.COMPLETED,
        started_at=clock.now(),
    )
    session.add(call)
    session.flush()
    return call.id


def first_queue(draft: Draft) -> str:
    """Where a call goes that its flow has lost: the queue it was in, else the site's first."""
    return draft.line.queue or next(iter(draft.shelved.loaded.site.queues), "")

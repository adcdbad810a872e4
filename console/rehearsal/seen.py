"""What a call over audio has come to, as expectations read it: words from the line, the rest from the log."""

import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from sqlalchemy import select

from call_flows.actions import Action, Dial, Enqueue, Fetch, RecordMessage, SendMessage, TakeCard
from call_flows.callback_actions import ChangeCallback, PromiseCallback
from call_flows.events import CallbackAnswered, Event, MessageAnswered, MessageRecorded, PaymentEnded
from call_flows.facts import Facts
from call_flows.loaded import LoadedSite
from call_flows.scenario.outside import Outside
from call_flows.scenario.performing import Ours, keep
from call_flows.scenario.record import Record
from call_flows.state import CallState
from console.rehearsal.house import House
from exchange.lines.scripted import Caller
from foundation.calls import Call
from ivr.logbook import Logbook
from ivr.replay import NotReplayable, read_log, replay


@dataclass(slots=True)
class Seen:
    """The call as the judges of `call_flows.scenario.judging` look at one."""

    house: House
    site: LoadedSite
    outside: Outside
    state: CallState
    record: Record = field(default_factory=Record)
    queued: Enqueue | None = None
    now: float = 0.0
    joined: float = 0.0
    talking: bool = False
    position: int | None = None
    document: str = ""
    _words: int = 0

    def facts(self) -> Facts:
        """The place in the queue is all that is asked for."""
        return Facts(self.house.deps.clock.now(), position=self.position)

    def listen(self, caller: Caller) -> None:
        """Take in what the caller has heard since."""
        for notice in caller.notices[self._words :]:
            text = str(notice.get("text", ""))
            if notice.get("kind") == "play":
                text = f"[{PurePosixPath(urlsplit(text).path).stem}]"
            if notice.get("kind") in {"say", "play"}:
                self.record.hear(text, str(notice.get("language", "")))
        self._words = len(caller.notices)

    def look(self, sid: str) -> None:
        """Read the call's log and its wait anew."""
        deps = self.house.deps
        with deps.db.begin() as session:
            call_id = session.scalars(select(Call.id).where(Call.carrier_sid == sid)).first()
        if call_id is None:
            return
        old = self.record
        self.record = Record(old.text, old.spoken, old.read, promises_read=old.promises_read)
        self._step_again(call_id)
        entry = deps.routing.board.open_entry_of(call_id)
        self.talking = False
        if entry is None:
            self.queued = None
            with deps.db.begin() as session:
                self.talking = not self.state.ended and session.get_one(Call, call_id).agent_id is not None
            return
        self.joined = (entry.arrived_at - deps.clock.now()).total_seconds() + self.now
        self.position = deps.routing.board.position(entry.id)

    def _step_again(self, call_id: str) -> None:
        waiting: Action | None = None
        log = read_log(self.house.deps.db, call_id)
        try:
            steps = list(replay(self.site, log, Logbook(self.house.deps.settings.secret_key)))
        except NotReplayable:  # the flow has never had the call: the house's own lane took it
            return
        for step in steps:
            if step.step is None or step.event is None:
                continue
            self._answered(waiting, step.event)
            self.state = step.step.state
            self.record.notes.extend(step.step.notes)
            for action in step.step.actions:
                waiting = action
                self._done(action)
        self.queued = self.queued if not self.state.ended else None

    def _done(self, action: Action) -> None:
        match action:
            case Fetch():
                self.record.asked.append(action)
            case Dial(address=address):
                self.record.dialled.append(address)
            case Enqueue():
                self.queued = action
            case _ if isinstance(action, Ours):
                keep(self.record, action)
            case _:
                return

    def _answered(self, waiting: Action | None, event: Event) -> None:
        """What became of the action that was waited for."""
        match waiting, event:
            case SendMessage(), MessageAnswered(taken=True):
                self.record.messages.append(waiting)
            case PromiseCallback(tentative=False), CallbackAnswered(reason=reason):
                self.record.promises.append((waiting, reason))
                self.record.callbacks.append("refused" if reason else "promised")
            case ChangeCallback(use=used), CallbackAnswered(reason=""):
                self.record.callbacks.append("used" if used else "cancelled")
            case RecordMessage(), MessageRecorded(seconds=seconds) if seconds > 0:
                self.record.left.append(waiting)
            case TakeCard(), PaymentEnded(taken=True):
                self.record.paid = waiting
            case _:
                return


def notices_of(caller: Caller) -> str:
    """What a caller met, for a failure whose reason is not in the flow."""
    return json.dumps(caller.notices[-6:], default=str, ensure_ascii=False)

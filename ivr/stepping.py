"""One step written: our own actions, the document, the session row, the log and the outbox in a single transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from call_flows.actions import HangUp, Refuse
from call_flows.facts import Facts
from ivr import rows
from ivr.deps import IvrDeps
from ivr.drafts import Astray, Draft
from ivr.line import Listening, Lowered, lower
from ivr.orders import RECORDING, CarrierOrders
from ivr.pages import Pages
from ivr.perform import OwnActions, asks_of_us
from ivr.store import Loaded, SessionStore, Written
from ivr.tokens import StreamGrant
from ivr.twiml import render
from ivr.twiml.apology import go_on_at
from routing.entries import Outcome

First = Callable[[DBAPICursor], None]


class Stepper:
    """Writes drafts."""

    def __init__(self, deps: IvrDeps, store: SessionStore, call_rows: rows.CallRows) -> None:
        self._deps = deps
        self._store = store
        self._rows = call_rows
        self._own = OwnActions(deps)
        self._pages = Pages(deps.settings)
        self._orders = CarrierOrders(db=deps.db, clock=deps.clock, ids=deps.ids, carrier=deps.carrier)

    def write(
        self,
        call: Loaded,
        draft: Draft,
        facts: Facts,
        *,
        step: str | None,
        in_wait: bool = False,
        first: First | None = None,
    ) -> str:
        """Write the step and return its document. Raises StepLost, and has then changed nothing."""
        if not asks_of_us(draft):
            lowered = lower(draft.actions, draft.line)
            if not lowered.orders:
                return self._write_alone(call, draft, lowered, facts.now, step=step, in_wait=in_wait, first=first)
        with self._deps.db.begin() as session:
            if first is not None:
                first(self._store.driver.cursor_of(session))
            self._settle(session, draft, call, facts)
            lowered = _dated(lower(draft.actions, draft.line), facts.now)
            token = self._token(lowered)
            for order in lowered.orders:
                self._orders.owe(session, RECORDING, call.carrier_sid, order=order)
            written = self._written(call, draft, lowered, token, in_wait=in_wait, now=facts.now)
            self._put(self._store.driver.cursor_of(session), call, draft, written, step)
        self._keep(token, call, draft, lowered)
        if lowered.orders:
            self._orders.give()
        return written.document

    def end(self, call: Loaded, draft: Draft, facts: Facts) -> None:
        """The caller has hung up: leave the queue, close the session. What was private is forgotten."""
        with self._deps.db.begin() as session:
            line = replace(draft.line, customer=None, callbacks=None)
            written = Written(call.revision, call.turn, {}, line, call.document, facts.now)
            cursor = self._store.driver.cursor_of(session)
            self._store.write(cursor, call, written)
            self._store.log(cursor, call.call_id, draft.entries)
            if draft.line.entry_id:
                self._deps.routing.leave(draft.line.entry_id, Outcome.ABANDONED, session=session)

    def _write_alone(
        self,
        call: Loaded,
        draft: Draft,
        lowered: Lowered,
        now: datetime,
        *,
        step: str | None,
        in_wait: bool,
        first: First | None,
    ) -> str:
        """A step that touches nothing but the call's own rows: most of them."""
        lowered = _dated(lowered, now)
        token = self._token(lowered)
        written = self._written(call, draft, lowered, token, in_wait=in_wait, now=now)

        def work(cursor: DBAPICursor) -> None:
            if first is not None:
                first(cursor)
            self._put(cursor, call, draft, written, step)

        self._store.driver.commit(work)
        self._store.remember(call, written, draft.language)
        self._keep(token, call, draft, lowered)
        return written.document

    def _token(self, lowered: Lowered) -> str:
        return self._deps.ids.new("ST") if lowered.starts_stream else ""

    def _keep(self, token: str, call: Loaded, draft: Draft, lowered: Lowered) -> None:
        if token:
            since = lowered.line.since
            self._deps.tokens.keep(
                token, StreamGrant(call.call_id, call.carrier_sid, "caller", draft.language, since=since)
            )

    def _settle(self, session: Session, draft: Draft, call: Loaded, facts: Facts) -> None:
        try:
            self._own.settle(session, draft, call, facts)
        except Astray:
            draft.turn_into_lane(rows.first_queue(draft))
            self._own.settle(session, draft, call, facts)

    def _put(self, cursor: DBAPICursor, call: Loaded, draft: Draft, written: Written, step: str | None) -> None:
        draft.entries[-1].step, draft.entries[-1].answer = step, written.document
        self._store.write(cursor, call, written)
        self._store.log(cursor, call.call_id, draft.entries)
        self._rows.follow(cursor, call, draft)

    def _written(
        self, call: Loaded, draft: Draft, lowered: Lowered, token: str = "", *, in_wait: bool, now: datetime
    ) -> Written:
        turn = call.turn + 1 if in_wait else 0
        revision = call.revision if in_wait else call.revision + 1
        place = f"wait/{turn}" if in_wait else str(revision)
        page = self._pages.of(call, draft.shelved, step=place, token=token)
        over = bool(draft.actions) and isinstance(draft.actions[-1], HangUp | Refuse)
        return Written(
            revision=revision,
            turn=turn,
            state={} if over else _kept(draft),
            line=replace(lowered.line, customer=None, callbacks=None) if over else lowered.line,
            document=go_on_at(lowered.actions, page) if lowered.line.pending else render(lowered.actions, page),
            ended_at=now if over else None,
        )


def _kept(draft: Draft) -> dict[str, Any]:
    """The state as it goes to the database: sealed while it holds, or awaits, what is private."""
    state, private = draft.state.to_json(), draft.shelved.private
    held = draft.line.private or draft.line.guarded or any(draft.state.slots.get(name) is not None for name in private)
    return draft.logbook.close_state(state) if held else state


def _dated(lowered: Lowered, now: datetime) -> Lowered:
    """Times count from the step with which listening begins."""
    if lowered.line.since or lowered.line.listening is not Listening.ON:
        return lowered
    return lowered._replace(line=replace(lowered.line, since=now.isoformat()))

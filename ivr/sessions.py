"""The thin shell around the engine: load a session, advance it, compare and set, append to the log, answer.

Everything a step writes is written in one transaction. What goes over the network is done before it (web requests) or
after it (orders to the carrier, from the outbox), never within.
"""

from collections.abc import Callable
from dataclasses import replace

from call_flows.engine import begin
from call_flows.events import CallArrived, Event, HungUp
from call_flows.facts import Facts
from call_flows.state import CallState
from callbacks.offering import Offers
from foundation.calls import CallStatus
from foundation.events import publish
from foundation.logs import get_logger
from ivr import rows
from ivr.deps import IvrDeps
from ivr.drafts import Astray, Draft, perform_all
from ivr.emergency import Emergencies
from ivr.facts import FactsSource
from ivr.line import Line
from ivr.logbook import Logbook
from ivr.news import CallBegan, CallEnded
from ivr.outside import Outside, caller_of, restored
from ivr.owed import owed_of
from ivr.queues import RoutingView
from ivr.sites import Shelved
from ivr.statuses import move_call
from ivr.stepping import Stepper
from ivr.store import Entry, Loaded, SessionStore, StepLost

log = get_logger(__name__)
TRIES = 8
Make = Callable[[Loaded, Facts], Event | None]
"""The event a webhook brings, from the session as it stands; None for news that changes nothing."""


class UnknownCall(Exception):
    """The carrier speaks of a call we never heard of."""


class Sessions:
    """Steps calls. What a webhook asks is answered with a document, the same one if it asks again."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._store = SessionStore(deps.db)
        self.rows = rows.CallRows(self._store.driver, deps.clock, deps.ids)
        self._facts = FactsSource(
            deps.clock,
            RoutingView(deps.routing, deps.clock),
            Emergencies(deps.db, deps.clock),
            Offers(deps.db, deps.clock).now,
        )
        self._logbook = Logbook(deps.settings.secret_key)
        self._outside = Outside(deps, self._store.driver)
        self._stepper = Stepper(deps, self._store, self.rows)

    def load(self, call_id: str) -> Loaded:
        """The session as it stands. Raises UnknownCall."""
        call = self._store.load(call_id)
        if call is None:
            raise UnknownCall
        return call

    def arrive(self, arrival: rows.Arrival, *, in_lane: bool = False) -> str | None:
        """A call begins; None when no number of the site is the one dialled. Twice is once: the SID decides."""
        known = self.rows.of_carrier(arrival.carrier_sid)
        if known is not None:
            return self._answered(self.load(known), "arrived")
        shelved = self._deps.shelf.for_caller(arrival.caller or arrival.carrier_sid)
        number = shelved.loaded.answers(arrival.dialled)
        if number is None:
            return None
        call = self.rows.newcomer(arrival, shelved, number)
        state = begin(
            shelved.loaded, flow=str(number.flow), language=call.language, caller=call.caller, dialled=call.dialled
        )
        line = Line(
            customer=self._outside.known_at_arrival(call.caller), callbacks=self._outside.owed_at_arrival(call.caller)
        )
        draft = Draft(shelved, state, line, state.language, self._logbook)
        facts = self._begin(call, draft, lambda _call, facts: CallArrived(facts), in_lane=in_lane)
        try:
            document = self._stepper.write(
                call,
                draft,
                facts,
                step="arrived",
                first=lambda cursor: self.rows.insert(cursor, call, site=shelved.loaded.name, flow=str(number.flow)),
            )
        except self._store.driver.taken:  # the same call arrives twice at once: the other webhook was first
            known = self.rows.of_carrier(arrival.carrier_sid)
            if known is None:
                raise
            return self._answered(self.load(known), "arrived")
        self._deps.bus.announce(CallBegan(call.call_id, call.caller, call.dialled))
        return document

    def step(self, call_id: str, revision: int, kind: str, make: Make) -> str:
        """What a waiting action brought. Raises UnknownCall."""
        step = f"{revision}/{kind}"
        for _ in range(TRIES):
            recent = self._store.recent(call_id)
            call = recent if recent is not None and recent.revision == revision else self.load(call_id)
            if call.ended or revision != call.revision:
                return self._answered(call, step)
            document = self._try(call, step, make, in_wait=False)
            if document is not None:
                return document
        raise StepLost

    def wait(self, call_id: str, make: Make, *, turn: int | None = None, kind: str = "turn", token: str = "") -> str:
        """What a waiting caller hears next: the carrier asks for it, or brings what his hold flow gathered (`turn`).

        Requests for the next turn all look alike; the carrier's idempotency token tells a repeated one.
        """
        for _ in range(TRIES):
            call = self.load(call_id)
            mark = token if turn is None else str(turn)
            step = f"{call.revision}/w/{mark}/{kind}" if mark else None
            if call.ended or (turn is not None and turn != call.turn):
                return self._answered(call, step)
            known = self._store.answer(call_id, step) if step and turn is None else None
            document = known or self._try(call, step, make, in_wait=True)
            if document is not None:
                return document
        raise StepLost

    def rescue(self, call_id: str) -> str:
        """A step of the call has failed: apologise and go to a person. Raises whatever keeps even that from working."""
        for _ in range(TRIES):
            call = self.load(call_id)
            if call.ended:
                return call.document
            draft = self._draft(call, self._deps.shelf.version(call.site_version))
            facts = Facts(now=self._deps.clock.now())
            draft.turn_into_lane(rows.first_queue(draft))
            draft.entries.append(Entry("rescued", facts.now, {}))
            try:
                return self._stepper.write(call, draft, facts, step=None)
            except StepLost:
                continue
        raise StepLost

    def gone(self, call_id: str, status: CallStatus) -> bool:
        """The caller is no longer there, as the carrier says in one way or another; only the first time counts."""
        now = self._deps.clock.now()
        for _ in range(TRIES):
            call = self._store.load(call_id)  # a callback's call has no session: no flow runs on it
            if call is not None and not call.ended:
                try:
                    self._end(call, Facts(now=now))
                except StepLost:
                    continue
            with self._deps.db.begin() as session:
                moved = move_call(session, call_id, status, now)
                if moved:
                    publish(session, self._deps.bus, CallEnded(call_id, status.value))
            return moved
        raise StepLost

    def _try(self, call: Loaded, step: str | None, make: Make, *, in_wait: bool) -> str | None:
        draft = self._draft(call, self._deps.shelf.version(call.site_version))
        try:
            facts = self._begin(call, draft, make)
            if not draft.entries:
                return call.document
            return self._stepper.write(call, draft, facts, step=step, in_wait=in_wait)
        except StepLost:
            self._store.forget(call.call_id)
            return None

    def _begin(self, call: Loaded, draft: Draft, make: Make, *, in_lane: bool = False) -> Facts:
        if in_lane:  # something has failed already: gather nothing
            facts = Facts(now=self._deps.clock.now())
            draft.entries.append(Entry("arrived", facts.now, {}))
            draft.turn_into_lane(rows.first_queue(draft))
            return facts
        known = draft.line.customer
        caller = caller_of(call, draft.line)
        facts = self._facts.gather(draft.shelved, caller, entry_id=call.line.entry_id)
        facts = replace(facts, callbacks=owed_of(draft.line)) if draft.line.callbacks else facts
        event = self._performed(call, draft, facts) if call.line.pending else make(call, facts)
        if event is None:
            return facts
        if draft.line.pending is not None:
            draft.line = replace(draft.line, pending=None)
        try:
            draft.feed(event)
            perform_all(draft, lambda action: self._outside.perform(action, call=call, draft=draft, facts=facts))
        except Astray:
            draft.turn_into_lane(rows.first_queue(draft))
        return facts if draft.line.customer is known else replace(facts, caller=caller_of(call, draft.line))

    def _performed(self, call: Loaded, draft: Draft, facts: Facts) -> Event:
        return self._outside.perform(restored(call.line.pending or {}), call=call, draft=draft, facts=facts)

    def _draft(self, call: Loaded, shelved: Shelved) -> Draft:
        state = CallState.from_json(self._logbook.open_state(call.state))
        return Draft(shelved, state, call.line, state.language, self._logbook)

    def _end(self, call: Loaded, facts: Facts) -> None:
        draft = self._draft(call, self._deps.shelf.version(call.site_version))
        draft.feed(HungUp(facts))
        self._stepper.end(call, draft, facts)

    def _answered(self, call: Loaded, step: str | None) -> str:
        """What the webhook was answered with before; what comes too late hears what the caller hears now."""
        known = self._store.answer(call.call_id, step) if step else None
        return known if known is not None else call.document

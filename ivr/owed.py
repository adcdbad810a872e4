"""Callbacks in a call: what is owed to the caller, kept with the line, and what the flow asks for, done in its step."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from call_flows.callback_actions import ChangeCallback, PromiseCallback
from call_flows.events import CallbackAnswered
from call_flows.facts import Facts, OpenCallback
from callbacks.changing import Change
from callbacks.promises import Promise, PromiseState, Why
from callbacks.promising import PromiseRefused, Request
from callbacks.service import CallbackService
from ivr.drafts import Draft
from ivr.line import Line
from ivr.store import Loaded
from routing.service import RoutingService

_IN_LINE = (PromiseState.WAITING, PromiseState.DUE)
_CALLING = (PromiseState.DIALLING, PromiseState.HOLDING, PromiseState.TALKING)


def owed_of(line: Line) -> tuple[OpenCallback, ...]:
    """What is owed to the caller, as the line keeps it."""
    return tuple(
        OpenCallback(
            one["queue"],
            one["number"],
            datetime.fromisoformat(one["due_at"]) if one["due_at"] else None,
            one["zone"],
            one["being_called"],
        )
        for one in line.callbacks or ()
    )


def kept_owed(promises: Iterable[Promise]) -> list[dict[str, Any]] | None:
    """What is owed, as JSON values; None for nothing."""
    kept = [
        {
            "queue": promise.queue,
            "number": promise.number,
            "due_at": None if promise.state in _IN_LINE else promise.due_at.isoformat(),
            "zone": promise.zone,
            "being_called": promise.state in _CALLING,
        }
        for promise in promises
    ]
    return kept or None


class CallbackWishes:
    """Performs what a flow asks of callbacks, inside the transaction of its step."""

    def __init__(self, callbacks: CallbackService, routing: RoutingService) -> None:
        self._callbacks = callbacks
        self._routing = routing

    def promise(
        self, session: Session, draft: Draft, call: Loaded, asked: PromiseCallback, facts: Facts
    ) -> CallbackAnswered:
        """Promise it, move the one that is owed, or only look whether it could be."""
        request = self._request(session, draft, call, asked, facts)
        if asked.tentative:
            refused = self._callbacks.asking.look(request, session=session)
            return _answer(facts, refused)
        promised = self._callbacks.promise(
            session,
            call_id=request.call_id,
            number=request.number,
            queue=request.queue,
            needs=request.needs,
            place=request.place,
            due_at=request.due_at,
            language=request.language,
            zone=request.zone,
            why=request.why,
            waited=request.waited,
            line=request.line,
        )
        answer = _answer(facts, promised if isinstance(promised, PromiseRefused) else None)
        return self._fresh(session, draft, call, answer)

    def change(
        self, session: Session, draft: Draft, call: Loaded, asked: ChangeCallback, facts: Facts
    ) -> CallbackAnswered:
        """Cancel what is owed, or let the caller wait at its place: the next queue takes it."""
        found = self._callbacks.asking.open_for(asked.number, session=session)
        promise = next((one for one in found if one.queue == asked.queue), None)
        if promise is None:
            return self._fresh(session, draft, call, CallbackAnswered(facts, promised=False, reason="over"))
        what = Change.USE if asked.use else Change.CANCEL
        changed = self._callbacks.asking.change(promise.id, what, session=session)
        if changed.place is not None:
            draft.line = replace(draft.line, place=changed.place.isoformat(), place_in=asked.queue)
        answer = CallbackAnswered(facts, promised=not changed.reason, reason=changed.reason)
        return self._fresh(session, draft, call, answer)

    def _request(self, session: Session, draft: Draft, call: Loaded, asked: PromiseCallback, facts: Facts) -> Request:
        waits = bool(draft.line.entry_id)
        return Request(
            call_id=call.call_id,
            number=asked.number,
            queue=asked.queue,
            needs=dict(asked.needs),
            place=self._routing.board.entry(draft.line.entry_id, session=session).place if waits else None,
            due_at=asked.due_at,
            language=asked.language,
            zone=asked.zone,
            why=Why.WAITING if waits else Why.FLOW,
            waited=facts.waited_seconds if waits else 0.0,
            line=call.dialled,
        )

    def _fresh(self, session: Session, draft: Draft, call: Loaded, answer: CallbackAnswered) -> CallbackAnswered:
        """The answer, with what is owed to the caller from now on."""
        if call.caller:
            session.flush()
            owed = self._callbacks.asking.open_for(call.caller, session=session)
            draft.line = replace(draft.line, callbacks=kept_owed(owed))
        return replace(answer, facts=replace(answer.facts, callbacks=owed_of(draft.line)))


def _answer(facts: Facts, refused: PromiseRefused | None) -> CallbackAnswered:
    if refused is None:
        return CallbackAnswered(facts, promised=True)
    return CallbackAnswered(facts, promised=False, reason=refused.reason, nearest=refused.nearest)

"""What a step asks of others while no transaction is held: web services, customers' records, text messages.

Everything here is harmless to repeat: a step that loses against another is made again from the beginning.
"""

from dataclasses import asdict, replace
from typing import Any, assert_never

from sqlalchemy.exc import SQLAlchemyError

from call_flows.actions import ChangeCustomer, Fetch, FindCustomer, OutsideAction, SendMessage
from call_flows.events import CustomerAnswered, Event, MessageAnswered
from call_flows.facts import CallerFacts, Facts
from foundation.logs import get_logger
from ivr.customers import Changed, Customers
from ivr.deps import IvrDeps
from ivr.drafts import Draft
from ivr.driver import Driver
from ivr.fetch import origins
from ivr.line import Line
from ivr.messages import Messages
from ivr.owed import kept_owed
from ivr.store import Loaded

log = get_logger(__name__)
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Fetch, FindCustomer, ChangeCustomer, SendMessage)}


class Outside:
    """Performs them."""

    def __init__(self, deps: IvrDeps, driver: Driver) -> None:
        self._deps = deps
        self._customers = Customers(deps.db, driver, deps.clock, deps.ids)
        self._messages = Messages(
            db=deps.db,
            clock=deps.clock,
            ids=deps.ids,
            carrier=deps.carrier,
            base_url=deps.settings.public_base_url,
        )
        self._failures = (SQLAlchemyError, driver.failed)

    def known_at_arrival(self, number: str) -> dict[str, Any] | None:
        """The caller's record, for the line to keep; a database that fails costs the record, not the call."""
        try:
            return remembered(self._customers.find(number))
        except self._failures as error:
            log.warning("customer_unknown", error=type(error).__name__)
            return None

    def owed_at_arrival(self, number: str) -> list[dict[str, Any]] | None:
        """What is owed to the caller's number; a database that fails costs that, not the call."""
        try:
            return kept_owed(self._deps.callbacks.asking.open_for(number)) if number else None
        except self._failures as error:
            log.warning("callbacks_unknown", error=type(error).__name__)
            return None

    def perform(self, action: OutsideAction, *, call: Loaded, draft: Draft, facts: Facts) -> Event:
        """What came of it, with the facts as they are then."""
        facts = replace(facts, caller=caller_of(call, draft.line))
        mark = f"{call.revision}.{call.turn}-{draft.rounds}"
        match action:
            case Fetch():
                services, key = (
                    draft.shelved.loaded.site.services.values(),
                    f"{call.carrier_sid or call.call_id}-{mark}",
                )
                return self._deps.fetcher.perform(action, facts=facts, allowed=origins(services), key=key)
            case FindCustomer() | ChangeCustomer():
                return self._customer(action, call, draft, facts)
            case SendMessage():
                reason = self._messages.send(action, call=call, mark=mark, site=draft.shelved.loaded.site)
                return MessageAnswered(facts, taken=not reason, reason=reason)
            case _:
                assert_never(action)

    def _customer(self, action: FindCustomer | ChangeCustomer, call: Loaded, draft: Draft, facts: Facts) -> Event:
        try:
            if isinstance(action, FindCustomer):
                record = self._customers.find(action.number, besides=call.call_id)
                changed = Changed(record, known=record is not None)
            else:
                changed = self._customers.change(action, besides=call.call_id)
        except self._failures as error:
            log.warning("customer_failed", error=type(error).__name__)
            return CustomerAnswered(facts, known=False, error="database")
        if action.number == call.caller:
            draft.line = replace(draft.line, customer=remembered(changed.record))
            facts = replace(facts, caller=caller_of(call, draft.line))
        return CustomerAnswered(facts, known=changed.known, record=changed.record)


def caller_of(call: Loaded, line: Line) -> CallerFacts:
    """Who calls: what the carrier says, and over it what the customer's record says."""
    known = line.customer or {}
    return CallerFacts(
        number=call.caller,
        name=known.get("name") or call.caller_name,
        tier=known.get("tier", ""),
        language=known.get("language") or call.language,
        known=bool(known),
        tags=tuple(known.get("tags", ())),
        calls=known.get("calls", 0),
    )


def remembered(record: CallerFacts | None) -> dict[str, Any] | None:
    """A record as the line keeps it until the call ends."""
    if record is None:
        return None
    return {
        "name": record.name,
        "tier": record.tier,
        "language": record.language,
        "tags": list(record.tags),
        "calls": record.calls,
    }


def kept(action: OutsideAction) -> dict[str, Any]:
    """An action as JSON values, for the next webhook to perform."""
    return {"kind": type(action).__name__, **asdict(action)}


def restored(kept_action: dict[str, Any]) -> OutsideAction:
    """The action that `kept` wrote."""
    values = dict(kept_action)
    kind = _KINDS[values.pop("kind", Fetch.__name__)]
    made: OutsideAction = kind(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    )
    return made

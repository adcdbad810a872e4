"""The place where the wall reads who waits, one by one, and why."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from call_flows.site import Site
from callbacks.promises import Promise
from console.looking import looking
from console.services import Services
from console.views import WaitingRow
from console.why import Told, masked, why_entry
from foundation.calls import Call
from ivr.sites import NoSite
from routing.agents import Agent
from routing.errors import UnknownRow
from routing.why import InLine


def read_waiting(here: Services) -> tuple[tuple[WaitingRow, ...], int]:
    """The first in line over all queues, by place, and how many more wait."""
    with looking(here.db) as session:
        shown, more = here.routing.why.waiting(session=session)
        if not shown:
            return (), 0
        numbers = _numbers(session, shown)
        names = {row.id: row.name for row in session.execute(select(Agent.id, Agent.name))}
    return tuple(_row(one, numbers, names) for one in shown), more


def read_why(here: Services, entry_id: str) -> Told | None:
    """Why this one waits, or where he is instead; None for an id nobody has."""
    with looking(here.db) as session:
        try:
            return why_entry(session, entry_id, here.routing, _site(here), here.clock.now())
        except UnknownRow:
            return None


def _site(here: Services) -> Site | None:
    try:
        return here.shelf.current().loaded.site
    except NoSite:
        return None


def _numbers(session: Session, shown: tuple[InLine, ...]) -> dict[str, str]:
    calls = select(Call.id, Call.caller).where(Call.id.in_([one.call_id for one in shown if one.call_id]))
    promises = select(Promise.id, Promise.number).where(Promise.id.in_([one.promise_id for one in shown]))
    return {row[0]: row[1] for query in (calls, promises) for row in session.execute(query)}


def _row(one: InLine, numbers: dict[str, str], names: dict[str, str]) -> WaitingRow:
    return WaitingRow(
        entry_id=one.entry_id,
        number=masked(numbers.get(one.promise_id or one.call_id or "", "")),
        queue=one.queue,
        is_callback=one.is_callback,
        since=one.arrived_at,
        position=one.position,
        estimate=one.ewt.seconds if one.ewt else None,
        ringing=names.get(one.ringing, ""),
    )

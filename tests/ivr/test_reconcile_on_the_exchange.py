"""Reconciliation against a real carrier: the exchange, asked through the real client over its REST."""

import asyncio

from foundation.calls import Call
from ivr.reconcile import Reconciliation
from ivr.reconcile_rows import Repair
from ivr.webhooks.house import build_house
from tests.ivr.conftest import rows
from tests.ivr.test_on_the_exchange import joined

__all__ = ["joined"]


def test_a_call_that_goes_on_is_left_alone_and_one_whose_end_nobody_told_is_closed(joined):
    """This house's number has no status address: the exchange knows of the end, and never says so."""

    async def scenario(house):
        reconciliation = Reconciliation(build_house(house.deps))

        async def look():
            house.deps.clock.advance(31)
            with house.exchange.clock.working():  # the call does not run on while the carrier is asked
                return await asyncio.to_thread(reconciliation.look)

        caller = house.calls()
        await caller.hears("A moment")
        assert await look() == 0, "the carrier lists it as in progress"
        caller.hangs_up()
        await house.settle()
        [call] = rows(house.deps, Call)
        assert call.ended_at is None
        assert await look() == 1
        [call] = rows(house.deps, Call)
        assert call.status == "completed"
        assert [(row.kind, row.subject) for row in rows(house.deps, Repair)] == [("call over", call.id)]
        assert await look() == 0

    joined("  go: {say: A moment please., next: pause}\n  pause: {wait: 5m, next: bye}\n", scenario)

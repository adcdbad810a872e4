"""Consent on a real line: nothing is recorded or sent to be heard before the notice, and nothing after a no."""

import asyncio

import pytest

from exchange.recorder import Recorder
from foundation.calls import Call
from recordings.fetching import Fetcher
from recordings.recording import Recording
from recordings.store import MemoryStore
from tests.ivr.conftest import rows
from tests.ivr.test_on_the_exchange import joined  # noqa: F401 - a fixture

NODES = """  go: {consent: "This call is recorded. To opt out, press 9.", opt_out: "9", timeout: 2s, next: hello}
  hello: {menu: 'Thank you for calling. Again, press 1.', options: [{press: 1, next: hello}], failed: bye}
"""


def recorded(house):
    return list(house.exchange.part(Recorder).library.recordings.values())


@pytest.mark.promise(31)
def test_the_recording_begins_when_the_notice_is_over_and_both_sides_are_apart(joined):  # noqa: F811
    """While it is spoken, and while a key may still refuse, there is none; then there is one of two channels."""

    async def scenario(house):
        caller = house.calls()
        await caller.hears("This call is recorded")
        assert recorded(house) == []
        assert rows(house.deps, Recording) == []
        told = house.exchange.clock.now()
        await caller.hears("Thank you for calling")
        (recording,) = recorded(house)
        assert recording.state.value == "in-progress"
        assert recording.started > told
        await house.settle(3)
        caller.hangs_up()
        await house.settle()
        (row,) = rows(house.deps, Recording)
        assert (row.channels, row.state) == (2, "asked")
        assert rows(house.deps, Call)[0].consent is True

    joined(NODES, scenario)


@pytest.mark.promise(31)
def test_a_caller_who_says_no_is_neither_recorded_nor_heard(joined):  # noqa: F811
    """Not for a moment, on any leg."""

    async def scenario(house):
        caller = house.calls()
        await caller.hears("To opt out")
        await caller.presses("9")
        await caller.hears("Thank you for calling")
        caller.hangs_up()
        await house.settle()
        assert recorded(house) == []
        assert rows(house.deps, Recording) == []
        assert rows(house.deps, Call)[0].consent is False
        assert not any("StreamEvent" in sent for sent in house.transport.sent)

    joined(NODES, scenario)


@pytest.mark.promise(34)
def test_the_exchange_really_deletes_its_copy(joined):  # noqa: F811
    """DELETE through the carrier's own client: the sound is gone there, and gone again is no error."""

    async def scenario(house):
        caller = house.calls()
        await caller.hears("Thank you for calling")
        await house.settle(3)
        caller.hangs_up()
        await house.settle()
        deps, library = house.deps, house.exchange.part(Recorder).library
        (row,) = rows(deps, Recording)
        fetcher = Fetcher(
            deps.db, MemoryStore(), deps.carrier.fetch_recording, deps.clock, delete=deps.carrier.delete_recording
        )
        assert library.wav(row.carrier_sid)
        with house.exchange.clock.working():
            assert await asyncio.to_thread(fetcher.fetch, row.carrier_sid)
            await asyncio.to_thread(deps.carrier.delete_recording, row.carrier_sid)
        assert library.wav(row.carrier_sid) is None
        (row,) = rows(deps, Recording)
        assert (row.state, row.channels, row.carrier_gone_at is None) == ("stored", 2, False)

    joined(NODES, scenario)

"""Before something private is asked the recording is silent: paused, else stopped, else never kept."""

import pytest
from flask import Flask

from foundation.calls import Call
from foundation.errors import Problem
from ivr.carrier import CarrierRefused
from ivr.carrier_twin import RecordingCarrier
from ivr.webhooks import create_blueprint
from recordings.recording import Recording, RecordingState, note_complete, note_recording
from tests.ivr.conftest import rows

SID = "RE" + "1" * 32


class WillNotPause(RecordingCarrier):
    """Refuses to pause, and stops when it is asked to."""

    def recording(self, call_sid, order):
        if order == "paused":
            raise CarrierRefused(Problem("21220", "The carrier refuses to pause."))
        super().recording(call_sid, order)


@pytest.fixture
def at_menu(deps, line):
    """A caller at the menu, whose recording the carrier has told of; the menu's document."""
    menu = line.answer(line.arrive())
    call_id = rows(deps, Call)[0].id
    with deps.db.begin() as session:
        note_recording(session, deps.ids, call_id=call_id, carrier_sid=SID, now=deps.clock.now())
    return menu


def state_of(deps):
    (recording,) = rows(deps, Recording)
    return recording.state, recording.problem


@pytest.mark.promise(32)
@pytest.mark.parametrize("how", ["refuses", "silent"])
def test_what_can_neither_be_paused_nor_stopped_is_never_kept(deps, at_menu, line, how):
    """The carrier says no, or nothing at all: the question is asked, and what is recorded of it goes away unheard."""
    if how == "refuses":
        deps.carrier.refuses = {"recording"}
    deps.carrier.silent = how == "silent"
    asked = line.answer(at_menu, Digits="2")
    assert "account number" in asked.says
    assert state_of(deps) == (RecordingState.GONE, "not_paused")
    (recording,) = rows(deps, Recording)
    assert recording.retry_at is not None, "the carrier's copy is still to be deleted"
    with deps.db.begin() as session:
        note_complete(session.merge(recording), now=deps.clock.now(), seconds=9)
    assert state_of(deps)[0] == RecordingState.GONE


@pytest.mark.promise(32)
def test_what_cannot_be_paused_is_stopped(deps, changed, at_menu, line):
    """What was recorded until then is kept; the rest of the call is not recorded."""
    carrier = WillNotPause()
    app = Flask("another carrier")
    app.register_blueprint(create_blueprint(changed(carrier=carrier)))
    line.client = app.test_client()
    line.answer(at_menu, Digits="2")
    assert [order.details["order"] for order in carrier.orders] == ["stopped"]
    assert state_of(deps) == (RecordingState.ASKED, "")


def test_where_nothing_is_recorded_nothing_is_lost(deps, at_menu, line):
    """The carrier knows of no recording that goes on: there is nothing to be silenced, and what is there is kept."""
    deps.carrier.refuses, deps.carrier.refusal = {"recording"}, "20404"
    line.answer(at_menu, Digits="2")
    assert state_of(deps) == (RecordingState.ASKED, "")

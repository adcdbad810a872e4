"""The path of every webhook on PostgreSQL: its statements go to the driver as they are, so they are tried there."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from foundation.calls import Call
from foundation.db import Base
from ivr.rows import Arrival
from ivr.sessions import Sessions
from ivr.tables import CallEvent, CallSession
from ivr.webhooks import create_blueprint
from routing.entries import QueueEntry

pytestmark = pytest.mark.services


@pytest.fixture
def db(postgresql):
    """PostgreSQL, emptied."""
    postgresql.create_all()
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with postgresql.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names}"))
    return postgresql


def rows(db, model):
    with db.begin() as session:
        return list(session.scalars(select(model)))


def test_a_whole_call_is_stepped_repeated_and_ended(line, db, clock):
    notice = line.arrive()
    assert line.arrive().text == notice.text
    menu = line.answer(notice)
    again = line.answer(line.answer(menu, Digits="6"), Digits="5")
    assert line.answer(menu, Digits="6").text != again.text
    queued = line.answer(line.answer(again), Digits="1")
    assert "1" in line.wait(queued).says
    clock.advance(30)
    line.answer(queued, QueueResult="hangup", CallStatus="completed")
    (call,), (session,) = rows(db, Call), rows(db, CallSession)
    assert (call.status, call.language, call.consent, call.tags) == ("completed", "es-US", True, [])
    assert session.ended_at == call.ended_at == clock.now()
    assert call.started_at < session.ended_at
    assert [entry.outcome for entry in rows(db, QueueEntry)] == ["abandoned"]
    assert all(isinstance(event.payload, dict) for event in rows(db, CallEvent))
    assert rows(db, CallEvent)[0].at == call.started_at


def test_a_step_lost_to_another_process_is_answered_with_its_document(line, deps, db, app, changed):
    """Two processes with a memory of their own: the second finds the first's step by comparing and setting."""
    other_app = Flask("other")
    other_app.register_blueprint(create_blueprint(changed()))
    other = type(line)(other_app.test_client())
    menu = line.answer(line.arrive())
    assert other.answer(menu, Digits="1").text == line.answer(menu, Digits="1").text
    assert len(rows(db, QueueEntry)) == 1


def test_two_arrivals_of_one_call_at_once_are_one_call(deps, db):
    """The unique SID decides, as the driver says it."""
    first, second = Sessions(deps), Sessions(deps)
    arrival = Arrival("CA" + "3" * 32, "+12025550142", "+12025550100")
    document = first.arrive(arrival)
    real, asked = second.rows.of_carrier, []
    # the second has looked before the first had written
    second.rows.of_carrier = lambda sid: real(sid) if asked else asked.append(sid)
    assert second.arrive(arrival) == document
    assert len(rows(db, Call)) == 1

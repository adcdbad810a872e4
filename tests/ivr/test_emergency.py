"""The emergency switch: on for every process within a second, off again, and noted both times."""

from datetime import UTC, datetime

from sqlalchemy import select

from foundation.audit import AuditRow
from foundation.clock import ManualClock
from ivr.emergency import Emergencies, switch_off, switch_on, switches

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def test_another_process_sees_the_switch_within_a_second(db):
    """It looks once a second, so that a webhook does not ask each time."""
    clock = ManualClock(NOW)
    seen = Emergencies(db, clock)
    assert seen.now() == frozenset()
    with db.begin() as session:
        assert switch_on(session, "outage", who="ana", at=NOW)
    assert seen.now() == frozenset()
    clock.advance(1)
    assert seen.now() == {"outage"}


def test_switching_twice_changes_nothing(db):
    """The first switch counts, with its time and its person."""
    with db.begin() as session:
        assert switch_on(session, "outage", who="ana", at=NOW)
        assert not switch_on(session, "outage", who="ben", at=NOW)
        assert [row.who for row in switches(session)] == ["ana"]
        assert switch_off(session, "outage", who="ben", at=NOW)
        assert not switch_off(session, "outage", who="ben", at=NOW)
        assert switches(session) == []


def test_each_change_is_in_the_audit(db):
    """Who switched what, and when."""
    with db.begin() as session:
        switch_on(session, "outage", who="ana", at=NOW)
        switch_off(session, "outage", who="ben", at=NOW)
    with db.begin() as session:
        rows = [(row.who, row.what, row.subject) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]
    assert rows == [("ana", "emergency on", "outage"), ("ben", "emergency off", "outage")]


def test_a_database_that_cannot_be_read_leaves_the_switch_as_it_was(db):
    """A caller in an outage goes on hearing of it."""
    from sqlalchemy import text

    clock = ManualClock(NOW)
    seen = Emergencies(db, clock)
    with db.begin() as session:
        switch_on(session, "outage", who="ana", at=NOW)
    assert seen.now() == {"outage"}
    with db.begin() as session:
        session.execute(text("drop table hours_switches"))
    clock.advance(2)
    assert seen.now() == {"outage"}

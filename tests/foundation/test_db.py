"""The database: one transaction a block, moments always in UTC, bad addresses told in a sentence."""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from foundation.calls import Call, CallStatus, Direction
from foundation.db import Database
from foundation.errors import ServiceUnavailable

AT = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=-5)))


def _call(call_id="CW1", at=AT):
    return Call(id=call_id, direction=Direction.INBOUND, status=CallStatus.RINGING, started_at=at, tags=[])


def test_a_moment_comes_back_as_the_same_moment_in_utc(db):
    with db.begin() as session:
        session.add(_call())
    with db.begin() as session:
        started = session.scalars(select(Call)).one().started_at
    assert started == AT
    assert started.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(db):
    with pytest.raises(Exception, match="time zone"), db.begin() as session:
        session.add(_call(at=datetime(2026, 3, 2)))
        session.flush()


def test_a_block_that_raises_leaves_nothing_behind(db):
    with pytest.raises(RuntimeError), db.begin() as session:
        session.add(_call())
        session.flush()
        raise RuntimeError
    with db.begin() as session:
        assert session.scalars(select(Call)).all() == []


@pytest.mark.parametrize(
    "url",
    ["nonsense", "oracle://x/y", "sqlite:////no/such/folder/at/all.db", "postgresql://nobody@127.0.0.1:1/none"],
    ids=["no address", "another kind", "no folder", "nobody answers"],
)
def test_a_bad_database_url_is_one_sentence_that_names_the_variable(url):
    with pytest.raises(ServiceUnavailable) as refused:
        Database(url).check()
    assert "DATABASE_URL" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_password_is_not_shown_in_the_refusal():
    with pytest.raises(ServiceUnavailable) as refused:
        Database("postgresql://nobody:hunter2@127.0.0.1:1/none").check()
    assert "hunter2" not in str(refused.value)


@pytest.mark.promise(6)
@pytest.mark.parametrize("over", [s for s in CallStatus if s.is_over])
def test_an_ended_call_never_becomes_anything_else(over):
    assert not any(over.may_become(other) for other in CallStatus)


def test_a_call_only_moves_forward():
    assert CallStatus.RINGING.may_become(CallStatus.IN_PROGRESS)
    assert not CallStatus.IN_PROGRESS.may_become(CallStatus.RINGING)
    assert not CallStatus.RINGING.may_become(CallStatus.RINGING)

"""What an agent may do in each state, and that what is refused leaves no trace."""

import pytest
from sqlalchemy import func, select

from routing.agents import Agent, AgentSpec, AgentStateLog, seed
from routing.errors import MoveRefused, UnknownRow
from routing.news import AgentStateChanged


def all_of(house):
    with house.db.begin() as session:
        row = session.get(Agent, "alice")
        kept = {column.name: getattr(row, column.name) for column in Agent.__table__.columns}
        return kept, session.scalar(select(func.count()).select_from(AgentStateLog)), len(house.heard)


def offline(house):
    house.agent("alice", ready=False)
    house.routing.agents.sign_out("alice")


def not_ready(house):
    house.agent("alice", ready=False)


def ringing(house):
    house.agent("alice", billing=3)
    house.call("CW1")


def on_call(house):
    ringing(house)
    house.answer()


def wrapping_up(house):
    on_call(house)
    house.routing.ended(house.offers()[-1].reservation_id)


REFUSED = [
    pytest.param(offline, lambda desk: desk.set_available("alice"), id="offline cannot be available"),
    pytest.param(offline, lambda desk: desk.set_not_ready("alice", "lunch"), id="offline cannot rest"),
    pytest.param(not_ready, lambda desk: desk.set_not_ready("alice", " "), id="a rest needs a reason"),
    pytest.param(ringing, lambda desk: desk.sign_out("alice"), id="ringing cannot sign out"),
    pytest.param(on_call, lambda desk: desk.sign_out("alice"), id="on a call cannot sign out"),
    pytest.param(wrapping_up, lambda desk: desk.sign_out("alice"), id="wrapping up cannot sign out"),
]


@pytest.mark.parametrize(("situation", "asked"), REFUSED)
def test_what_is_refused_changes_nothing(quiet_house, situation, asked):
    situation(quiet_house)
    before = all_of(quiet_house)
    with pytest.raises(MoveRefused):
        asked(quiet_house.routing.agents)
    assert all_of(quiet_house) == before


REPEATED = [
    pytest.param(not_ready, lambda desk: desk.sign_in("alice"), id="signing in twice"),
    pytest.param(offline, lambda desk: desk.sign_out("alice"), id="signing out twice"),
    pytest.param(not_ready, lambda desk: desk.set_not_ready("alice", "signed in"), id="the same rest twice"),
]


@pytest.mark.parametrize(("situation", "asked"), REPEATED)
def test_a_repeat_changes_nothing(quiet_house, situation, asked):
    situation(quiet_house)
    before = all_of(quiet_house)
    asked(quiet_house.routing.agents)
    assert all_of(quiet_house) == before


def test_nobody_is_signed_in_under_an_id_nobody_has(quiet_house):
    with pytest.raises(UnknownRow):
        quiet_house.routing.agents.sign_in("nobody")


def test_each_change_is_logged_once_and_told_once(quiet_house):
    quiet_house.agent("alice")
    quiet_house.routing.agents.set_not_ready("alice", "lunch")
    with quiet_house.db.begin() as session:
        rows = session.execute(select(AgentStateLog.state, AgentStateLog.reason).order_by(AgentStateLog.id))
        logged = [tuple(row) for row in rows]
    assert logged == [("not_ready", "signed in"), ("available", ""), ("not_ready", "lunch")]
    assert [(news.state, news.reason) for news in quiet_house.news(AgentStateChanged)] == logged


def test_an_agent_who_rests_is_not_offered_anybody(house):
    house.agent("alice", billing=3)
    house.routing.agents.set_not_ready("alice", "lunch")
    house.call("CW1")
    assert house.offers() == []
    house.routing.agents.set_available("alice")
    assert house.offers()[-1].call_id == "CW1"


def test_a_rest_asked_for_during_a_call_begins_after_it(house):
    house.agent("alice", technical=1)
    house.call("CW1", queue="technical")
    reservation_id = house.answer()
    house.routing.agents.set_not_ready("alice", "lunch")
    assert house.agent_state("alice") == ("on_call", "")
    house.call("CW2", queue="technical")
    house.routing.ended(reservation_id)
    assert house.agent_state("alice") == ("not_ready", "lunch")
    assert len(house.offers()) == 1


def test_a_rest_asked_for_during_a_call_can_be_taken_back(house):
    house.agent("alice", technical=1)
    house.call("CW1", queue="technical")
    reservation_id = house.answer()
    house.routing.agents.set_not_ready("alice", "lunch")
    house.routing.agents.set_available("alice")
    house.routing.ended(reservation_id)
    assert house.agent_state("alice") == ("available", "")


def test_a_heartbeat_is_noted_and_changes_nothing_else(quiet_house):
    quiet_house.agent("alice")
    quiet_house.clock.advance(5)
    revision = quiet_house.row(Agent, "alice").revision
    quiet_house.routing.agents.heartbeat("alice")
    row = quiet_house.row(Agent, "alice")
    assert (row.heartbeat_at, row.revision) == (quiet_house.clock.now(), revision)


def test_new_skills_count_at_once_also_for_who_waits_already(house):
    house.agent("alice", technical=1)
    house.call("CW1")
    assert house.offers() == []
    house.routing.agents.set_skills("alice", {"billing": 3})
    assert house.offers()[-1].call_id == "CW1"


def test_seeding_again_renames_and_reskills_and_keeps_the_state(quiet_house):
    quiet_house.agent("alice", billing=1)
    with quiet_house.db.begin() as session:
        seed(session, [AgentSpec("alice", "Alice Liddell", {"billing": 2})], now=quiet_house.clock.now())
    row = quiet_house.row(Agent, "alice")
    assert (row.name, row.skills, row.state) == ("Alice Liddell", {"billing": 2}, "available")

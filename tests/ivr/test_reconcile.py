"""The world broken on purpose: what carrier, SQL and Redis disagree on is put right, counted, and asked rarely."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from foundation.calls import Call
from ivr.carrier import CarrierUnreachable
from ivr.reconcile import Reconciliation
from ivr.reconcile_carrier import ASKED
from ivr.reconcile_rows import Repair, Round, last_round, repairs_since, take_turn
from ivr.tables import CallEvent, CallSession, Meeting
from ivr.webhooks.house import build_house
from routing.agents import Agent
from routing.entries import QueueEntry
from routing.reservations import Reservation

from .test_connect import rows, together, wait_in_queue


@pytest.fixture
def house(wired):
    return build_house(wired)


@pytest.fixture
def reconcile(house, clock):
    """A round, some time after whatever has happened; what it has put right, as (kind, subject)."""
    reconciliation = Reconciliation(house)

    def look(after=31):
        clock.advance(after)
        before = {row.id for row in rows(house.deps, Repair)}
        reconciliation.look()
        return [(row.kind, row.subject) for row in rows(house.deps, Repair) if row.id not in before]

    return look


def questions(deps):
    return [order.what for order in deps.carrier.orders if order.what in QUESTIONS]


QUESTIONS = {"live_calls", "live_conferences", "call_status", "in_conference"}


def in_conference(deps, line, desk):
    """The carrier's own picture of two who talk."""
    [call] = rows(deps, Call)
    deps.carrier.statuses |= {line.sid: "in-progress", desk.leg.sid: "in-progress"}
    deps.carrier.conferences = {call.id: {line.sid, desk.leg.sid}}
    return call


def test_a_house_in_order_costs_the_carrier_two_questions_and_a_look_into_each_room(line, desk, wired, reconcile):
    together(line, desk)
    in_conference(wired, line, desk)
    assert reconcile() == []
    assert questions(wired) == ["live_calls", "live_conferences", "in_conference"]
    assert rows(wired, Meeting)[0].state == "together"


def test_nobody_asks_the_carrier_while_there_is_no_call(wired, reconcile):
    assert reconcile() == []
    assert questions(wired) == []


def test_a_waiting_caller_whose_end_was_never_told_leaves_the_queue(line, wired, reconcile):
    """The status webhook did not come. The journal has the same event, and nobody is rung for an empty line."""
    wait_in_queue(line)
    wired.carrier.statuses[line.sid] = "completed"
    [call] = rows(wired, Call)
    assert reconcile() == [("call over", call.id)]
    [entry], [call], [session] = rows(wired, QueueEntry), rows(wired, Call), rows(wired, CallSession)
    assert (entry.state, entry.outcome, call.status) == ("left", "abandoned", "completed")
    assert session.ended_at is not None
    assert [event.kind for event in rows(wired, CallEvent)][-1] == "hung_up"
    assert reconcile() == []


def test_a_call_the_carrier_has_forgotten_is_over(line, wired, reconcile):
    """An exchange that was started anew knows of no call: it will never send an end."""
    wait_in_queue(line)
    [call] = rows(wired, Call)
    assert reconcile() == [("call over", call.id)]


def test_a_refusal_that_says_nothing_of_the_call_ends_no_call(line, wired, reconcile):
    """A wrong token, say: the carrier refuses everything."""
    wait_in_queue(line)
    wired.carrier.refuses = {"call_status"}
    assert reconcile() == []
    assert rows(wired, Call)[0].ended_at is None


def test_a_call_still_ringing_is_not_in_the_list_and_not_over(line, wired, reconcile):
    wait_in_queue(line)
    wired.carrier.statuses[line.sid] = "ringing"
    assert reconcile() == []
    assert rows(wired, QueueEntry)[0].state == "waiting"


def test_a_call_of_this_moment_is_left_alone(line, wired, reconcile):
    """The carrier's list may lag."""
    wait_in_queue(line)
    assert reconcile(after=5) == []
    assert questions(wired) == []


def test_an_agents_leg_that_ended_unheard_of_ends_the_conversation(line, desk, wired, reconcile):
    together(line, desk)
    in_conference(wired, line, desk)
    wired.carrier.statuses[desk.leg.sid] = "completed"
    assert reconcile() == [("leg over", desk.reservation)]
    assert rows(wired, Meeting)[0].state == "over"
    assert rows(wired, Agent)[0].state == "wrapping_up"


def test_an_agents_leg_that_never_came_up_gives_the_caller_back_to_his_place(line, desk, wired, reconcile):
    wait_in_queue(line)
    desk.ready()
    desk.accept()
    wired.carrier.statuses |= {line.sid: "in-progress", desk.leg.sid: "no-answer"}
    assert reconcile() == [("leg over", desk.reservation)]
    assert rows(wired, QueueEntry)[0].state == "waiting"
    assert (rows(wired, Agent)[0].state, rows(wired, Agent)[0].reason) == ("not_ready", "line failed")


def test_a_conference_that_is_gone_frees_the_agent_and_calls_the_leg_back(line, desk, wired, reconcile):
    together(line, desk)
    in_conference(wired, line, desk)
    wired.carrier.conferences = {}
    assert reconcile() == [("conference gone", desk.reservation)]
    assert rows(wired, Reservation)[0].state == "wrapping"
    assert ("hang_up", desk.leg.sid) in [(order.what, order.of) for order in wired.carrier.orders]
    assert rows(wired, Call)[0].ended_at is None, "the caller goes on in the flow"


def test_a_party_missing_from_the_conference_ends_the_conversation(line, desk, wired, reconcile):
    together(line, desk)
    call = in_conference(wired, line, desk)
    wired.carrier.conferences = {call.id: {line.sid}}
    assert reconcile() == [("party gone", desk.reservation)]


def test_a_conversation_without_a_meeting_is_over(line, desk, wired, reconcile):
    together(line, desk)
    in_conference(wired, line, desk)
    with wired.db.begin() as session:
        session.execute(update(Meeting).values(state="over"))
    assert ("talk over", desk.reservation) in reconcile()
    assert rows(wired, Agent)[0].state == "wrapping_up"


def test_somebody_in_line_whose_call_is_over_in_sql_has_left(line, wired, reconcile):
    wait_in_queue(line)
    wired.carrier.statuses[line.sid] = "completed"
    with wired.db.begin() as session:
        session.execute(update(Call).values(status="completed"))
    [entry] = rows(wired, QueueEntry)
    assert reconcile() == [("wait over", entry.id)]


def test_a_stuck_agent_is_released_within_the_same_round(wired, reconcile):
    wired.routing.agents.sign_in("ana")
    with wired.db.begin() as session:
        session.execute(update(Agent).values(state="on_call", revision=Agent.revision + 1))
    assert reconcile() == [("agent stuck", "ana")]


def test_a_waitlist_that_forgot_everybody_is_told_and_each_one_counts(line, wired, reconcile):
    wait_in_queue(line)
    wired.carrier.statuses[line.sid] = "in-progress"
    wired.routing.agents.sign_in("ana")
    wired.routing.agents.set_skills("ana", {"spanish": 1})
    wired.routing.agents.set_available("ana")
    waitlist = wired.routing.mending._parts.waitlist
    waitlist.reset(built=False)
    waitlist.reset(built=True)
    [entry] = rows(wired, QueueEntry)
    assert sorted(reconcile()) == [("waitlist misses", entry.id), ("waitlist misses", "ana")]


def test_a_carrier_out_of_reach_ends_nothing_and_the_rest_is_still_compared(line, wired, reconcile, monkeypatch):
    """Not heard is not gone."""
    wait_in_queue(line)
    wired.routing.agents.sign_in("ana")
    with wired.db.begin() as session:
        session.execute(update(Agent).values(state="wrapping_up", revision=Agent.revision + 1))

    def unreachable():
        from foundation.errors import Problem

        raise CarrierUnreachable(Problem("carrier_unreachable", "The carrier cannot be reached."))

    monkeypatch.setattr(wired.carrier, "live_calls", unreachable)
    assert reconcile() == [("agent stuck", "ana")]
    assert rows(wired, Call)[0].ended_at is None
    with wired.db.begin() as session:
        assert last_round(session).note == "carrier"


def test_a_round_asks_about_few_and_the_next_rounds_about_the_others(wired, line, reconcile):
    """Twice as many in doubt as one round may ask about: in two rounds all are settled, each asked about once."""
    with wired.db.begin() as session:
        for number in range(2 * ASKED):
            sid = f"CA{number:032x}"
            wired.carrier.statuses[sid] = "busy" if number % 2 else "completed"
            session.add(
                Call(
                    id=f"CW{number:03}",
                    carrier_sid=sid,
                    direction="outbound",
                    status="in-progress",
                    started_at=wired.clock.now(),
                )
            )
    assert len(reconcile()) == ASKED
    assert questions(wired).count("call_status") == ASKED
    assert len(reconcile()) == ASKED
    assert questions(wired).count("call_status") == 2 * ASKED
    assert {row.status for row in rows(wired, Call)} == {"busy", "completed"}


def test_calls_in_doubt_that_go_on_do_not_keep_the_others_from_being_asked_about(wired, reconcile):
    """As many that ring for ever as a round may ask about: whoever stands behind them has his turn."""
    with wired.db.begin() as session:
        for number in range(ASKED + 5):
            sid = f"CA{number:032x}"
            wired.carrier.statuses[sid] = "ringing" if number < ASKED else "completed"
            session.add(
                Call(
                    id=f"CW{number:03}", carrier_sid=sid, direction="outbound", status="ringing",
                    started_at=wired.clock.now(),
                )
            )  # fmt: skip
    assert len(reconcile()) + len(reconcile()) + len(reconcile()) == 5


def test_of_several_tickers_one_looks_every_thirty_seconds(house, wired, clock):
    tickers = [Reconciliation(house) for _ in range(5)]
    done = []
    for _ in range(120):
        clock.advance(1)
        done += [ticker.look() for ticker in tickers]
    assert len([found for found in done if found is not None]) == 4


def test_of_many_who_ask_at_the_same_moment_one_gets_the_turn(wired, clock):
    """The very first round, when there is no row yet to lock, and the next."""
    with ThreadPoolExecutor(8) as pool:
        for number in (1, 2):
            asked = list(pool.map(lambda _: take_turn(wired.db, clock.now()), range(16)))
            assert sorted(turn for turn in asked if turn is not None) == [number]
            clock.advance(121)


def test_a_ticker_that_dies_in_its_round_stops_the_others_for_two_minutes_at_most(wired, clock):
    assert take_turn(wired.db, clock.now()) == 1
    clock.advance(119)
    assert take_turn(wired.db, clock.now()) is None
    clock.advance(1)
    assert take_turn(wired.db, clock.now()) == 2


@pytest.mark.promise(43)
def test_a_clock_set_back_does_not_stop_the_rounds(wired, clock):
    assert take_turn(wired.db, clock.now()) == 1
    assert take_turn(wired.db, clock.now() - timedelta(hours=1)) == 2


def test_what_was_put_right_is_counted_by_kind_and_told_to_the_wall(line, wired, reconcile, clock):
    before = clock.now()
    wait_in_queue(line)
    reconcile()
    with wired.db.begin() as session:
        assert repairs_since(session, before) == {"call over": 1}
        assert repairs_since(session, clock.now() + timedelta(seconds=1)) == {}
        assert session.scalars(select(Round)).one().number == 1
    assert [item.kind for item in wired.live.read({"wall": "0"})] == ["repaired"]


def test_a_caller_who_cannot_be_fetched_since_he_is_gone_costs_no_agent_his_turn(line, desk, wired):
    """Before, each agent in turn would have been set not ready for a line on which nobody is."""
    wait_in_queue(line)
    desk.ready()
    idle = rows(wired, Agent)[0].idle_since
    desk.accept()
    wired.carrier.statuses[line.sid] = "completed"
    wired.carrier.refuses = {"redirect"}
    desk.answers()
    [entry], [agent] = rows(wired, QueueEntry), rows(wired, Agent)
    assert (entry.state, entry.outcome) == ("left", "short_abandon")
    assert (agent.state, agent.idle_since) == ("available", idle)

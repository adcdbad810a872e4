"""Bringing caller and agent together, and what happens when either falls away on the way."""

import pytest
from sqlalchemy import select

from foundation.calls import Call, Leg
from ivr.carrier_twin import RecordingCarrier
from ivr.desk_orders import DeskOrders, NoSuchConversation
from ivr.meetings import MEETING_TABLE, MeetingEvent, MeetingState, move
from ivr.tables import Meeting
from routing.agents import Agent
from routing.entries import QueueEntry
from routing.reservations import Reservation


def rows(deps, model):
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


def wait_in_queue(line):
    return line.answer(line.answer(line.arrive()), Digits="1")


def redirected(deps):
    return [order for order in deps.carrier.orders if order.what == "redirect"]


def conference(leg, document, event, sid):
    told = document.one("Conference").get("statusCallback")
    return leg.post(told, StatusCallbackEvent=event, CallSid=sid, ConferenceSid="CF1")


def together(line, desk):
    """Caller and agent in the conference."""
    queued = wait_in_queue(line)
    desk.ready()
    desk.accept()
    agent = desk.answers()
    caller = line.ask(redirected(desk.deps)[-1].details["url"])
    conference(desk.leg, agent, "participant-join", desk.leg.sid)
    conference(line, caller, "participant-join", line.sid)
    return queued, agent, caller


def test_an_accept_dials_the_desk_while_the_caller_still_waits(line, desk, wired):
    wait_in_queue(line)
    desk.ready()
    dial = desk.accept()
    assert dial.of == f"client:ana?reservation={desk.reservation}"
    assert redirected(wired) == []
    assert [leg.kind for leg in rows(wired, Leg)] == ["caller", "agent"]


def test_both_meet_in_the_conference_of_the_call(line, desk, wired):
    """The agent first, heard along; then the caller, fetched out of the queue; then the wait is answered."""
    _, agent, caller = together(line, desk)
    (call,) = rows(wired, Call)
    assert agent.verbs == ["Start", "Dial"]
    assert agent.one("Stream").get("track") == "inbound_track"
    assert agent.one("Conference").text == caller.one("Conference").text == call.id
    assert caller.one("Dial").get("action").endswith("/answered")
    assert rows(wired, QueueEntry)[0].state == "answered"
    assert (rows(wired, Meeting)[0].state, rows(wired, Agent)[0].state, call.agent_id) == ("together", "on_call", "ana")


def test_the_agents_sound_has_a_token_of_its_own(line, desk, wired):
    _, agent, _ = together(line, desk)
    grant = wired.tokens.redeem(agent.one("Stream").get("url").rpartition("/")[2])
    assert (grant.speaker, grant.agent_id, grant.call_sid) == ("agent", "ana", desk.leg.sid)


def test_an_agent_is_not_heard_when_the_caller_has_opted_out(line, desk):
    line.answer(line.answer(line.arrive(), Digits="9"), Digits="1")
    desk.ready()
    desk.accept()
    assert desk.answers().verbs == ["Dial"]


def test_the_agents_document_asked_for_twice_fetches_the_caller_once(line, desk, wired):
    wait_in_queue(line)
    desk.ready()
    desk.accept()
    assert desk.answers().text == desk.answers().text
    assert len(redirected(wired)) == 1


def test_the_end_of_the_carriers_queue_is_no_news_for_who_was_fetched_out_of_it(line, desk, wired):
    queued, _, _ = together(line, desk)
    line.answer(queued, QueueResult="redirected")
    assert rows(wired, QueueEntry)[0].state == "answered"


def test_when_the_agent_hangs_up_the_flow_goes_on_and_wrap_up_begins(line, desk, wired):
    _, agent, caller = together(line, desk)
    for _ in range(2):
        conference(desk.leg, agent, "participant-leave", desk.leg.sid)
        conference(desk.leg, agent, "conference-end", desk.leg.sid)
        desk.status("completed")
    survey = line.answer(caller, DialCallStatus="answered")
    assert "Thank you for talking with us" in survey.says
    assert rows(wired, Agent)[0].state == "wrapping_up"
    assert rows(wired, Reservation)[0].state == "wrapping"


def test_when_the_caller_hangs_up_the_conversation_is_over_once(line, desk, wired):
    _, agent, _ = together(line, desk)
    line.post("/voice/status", CallStatus="completed")
    conference(desk.leg, agent, "conference-end", line.sid)
    desk.status("completed")
    assert rows(wired, Meeting)[0].state == "over"
    assert rows(wired, Reservation)[0].state == "wrapping"
    assert [leg.status for leg in rows(wired, Leg) if leg.kind == "agent"] == ["completed"]


@pytest.mark.parametrize("word", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_a_desk_that_cannot_be_reached_gives_the_caller_back_to_his_place(line, desk, wired, word):
    queued = wait_in_queue(line)
    place = rows(wired, QueueEntry)[0].place
    desk.ready()
    desk.accept()
    for _ in range(2):
        assert desk.status(word).status_code == 204
    (entry,) = rows(wired, QueueEntry)
    assert (entry.state, entry.place) == ("waiting", place)
    assert rows(wired, Agent)[0].state == "not_ready"
    assert rows(wired, Meeting)[0].state == "failed"
    assert "You are number 1" in line.wait(queued).says


def test_a_carrier_that_refuses_to_dial_the_desk_costs_the_caller_nothing(line, desk, wired):
    wait_in_queue(line)
    desk.ready()
    wired.carrier.refuses.add("dial")
    (reservation,) = rows(wired, Reservation)
    wired.routing.accept(reservation.id, "ana")
    assert rows(wired, QueueEntry)[0].state == "waiting"
    assert (rows(wired, Agent)[0].state, rows(wired, Agent)[0].reason) == ("not_ready", "line failed")


def test_a_caller_who_hangs_up_while_the_desk_is_dialled_frees_the_agent(line, desk, wired):
    queued = wait_in_queue(line)
    desk.ready()
    desk.accept()
    line.answer(queued, QueueResult="hangup", CallStatus="completed")
    assert rows(wired, Agent)[0].state == "available"
    assert ("hang_up", desk.leg.sid) in [(order.what, order.of) for order in wired.carrier.orders]
    late = desk.answers()
    assert late.verbs == ["Say", "Hangup"]
    assert rows(wired, Reservation)[0].reason in {"abandoned", "short_abandon"}


def test_a_caller_who_cannot_be_fetched_keeps_the_place_and_the_agent_is_told(line, desk, wired):
    wait_in_queue(line)
    desk.ready()
    desk.accept()
    wired.carrier.refuses.add("redirect")
    assert desk.answers().verbs == ["Say", "Hangup"]
    assert rows(wired, QueueEntry)[0].state == "waiting"


def test_a_caller_left_alone_in_the_conference_goes_back_to_waiting(line, desk, wired):
    """The agent's leg dies after the caller was fetched and before they met: he stands where he stood."""
    wait_in_queue(line)
    desk.ready()
    desk.accept()
    desk.answers()
    caller = line.ask(redirected(wired)[-1].details["url"])
    desk.status("completed")
    assert rows(wired, QueueEntry)[0].state == "waiting"
    again = line.answer(caller, DialCallStatus="answered")
    assert again.verbs == ["Enqueue"]
    assert "You are number 1" in line.wait(again).says


def test_an_accept_that_never_meets_is_rung_out_and_the_leg_called_back(line, desk, wired, clock):
    wait_in_queue(line)
    desk.ready()
    desk.accept()
    clock.advance(60)
    wired.routing.tick()
    assert rows(wired, Meeting)[0].state == "failed"
    assert ("hang_up", desk.leg.sid) in [(order.what, order.of) for order in wired.carrier.orders]


def test_the_same_accept_heard_twice_dials_once(line, desk, wired):
    from routing.news import ReservationAccepted

    wait_in_queue(line)
    desk.ready()
    desk.accept()
    (row,) = rows(wired, Reservation)
    again = ReservationAccepted(row.id, row.entry_id, "ana", rows(wired, Call)[0].id, "billing", "call", None)
    wired.bus.announce(again)
    assert len([order for order in wired.carrier.orders if order.what == "dial"]) == 1


def test_the_desk_holds_brings_back_and_hangs_up_only_its_own_caller(line, desk, wired):
    together(line, desk)
    orders = DeskOrders(wired)
    orders.hold(desk.reservation, "ana")
    orders.unhold(desk.reservation, "ana")
    orders.hang_up(desk.reservation, "ana")
    done = [(order.what, order.of, order.details.get("on")) for order in wired.carrier.orders[-3:]]
    (call,) = rows(wired, Call)
    assert [(what, on) for what, _, on in done] == [("hold", True), ("hold", False), ("hang_up", None)]
    assert wired.carrier.orders[-2].details["call_sid"] == line.sid
    assert done[0][1] == call.id
    for order in (orders.hold, orders.unhold, orders.hang_up):
        with pytest.raises(NoSuchConversation):
            order(desk.reservation, "somebody else")
        with pytest.raises(NoSuchConversation):
            order("RVnone", "ana")


def test_the_table_of_meetings_is_closed():
    """Every pair that is not in the table is refused and changes nothing."""
    for state in MeetingState:
        for event in MeetingEvent:
            meeting = Meeting(state=state)
            moved = move(meeting, event, None)
            assert moved is ((state, event) in MEETING_TABLE)
            assert meeting.state == MEETING_TABLE.get((state, event), state)
    assert isinstance(RecordingCarrier().orders, list)

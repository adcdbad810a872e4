"""Waiting in a queue: what is heard, the callback asked for by key, and ways out that keep the place until they are sure."""
# ruff: noqa: E501 - a flow or a row of a table reads best in one line

from datetime import UTC, datetime

import pytest

from call_flows.actions import Collect, Enqueue, LeaveQueue, Pause, Play, PromiseCallback, Say
from call_flows.courtesies import Courtesy, courtesy
from call_flows.events import CallbackAnswered, Collected, QueueEnded, QueueOutcome, WaitTurn
from call_flows.facts import CallerFacts, Facts, QueueFacts
from call_flows.notes import MASK, Answered, Fault
from tests.call_flows.conftest import MONDAY_MORNING, Talk, open_facts


@pytest.fixture
def waiting(northwind) -> Talk:
    """A caller in the technical queue."""
    talk = Talk(northwind, open_facts(northwind)).silence().press("3")
    assert isinstance(talk.last, Enqueue)
    return talk


def turn(northwind, *, position=2, ewt=None, waited=0.0, number="+12025550142") -> Facts:
    queues = {"technical": QueueFacts(3, 1, ewt), "billing": QueueFacts(0, 1, ewt)}
    facts = open_facts(northwind, queues=queues, position=position, waited_seconds=waited)
    return Facts(facts.now, facts.hours, queues, CallerFacts(number), position, waited)


def test_a_waiting_caller_is_told_the_place_and_the_wait_when_it_is_safe_to_say(waiting, northwind):
    """Position always, the estimate only when there is one, padded by a fifth."""
    waiting.send(WaitTurn(turn(northwind, ewt=150.0)))
    assert "You are number 2 in line. The wait is about 3 minutes." in waiting.heard
    assert isinstance(waiting.last, Collect)


def test_hold_music_follows_when_the_caller_wants_nothing(waiting, northwind):
    """The offer is answered by silence, so is the other one; then music, then the place again."""
    facts = turn(northwind)
    waiting.send(WaitTurn(facts)).send(WaitTurn(facts)).send(WaitTurn(facts))
    assert waiting.actions == (Play("hold_music", "en-US"), Pause(1.0))
    waiting.send(WaitTurn(facts)).send(WaitTurn(facts))
    assert "You are number 2 in line." in waiting.heard
    assert waiting.state.at.node == "to_technical"


def test_silence_on_hold_is_not_held_against_the_caller(waiting, northwind):
    """Who waits an hour for an agent has nothing to say."""
    for _ in range(120):
        waiting.send(WaitTurn(turn(northwind)))
        assert not waiting.state.ended
    assert waiting.state.silent == 0


def test_pressing_a_key_promises_a_callback_and_only_then_leaves_the_queue(waiting, northwind):
    """The place is kept until the promise stands: promise, leave, goodbye."""
    facts = turn(northwind)
    waiting.send(WaitTurn(facts)).send(Collected(facts, digits="1"))
    assert "We can call you on two zero two, five five five, zero one four two." in waiting.heard
    waiting.send(Collected(facts, digits="1"))
    assert waiting.last == PromiseCallback("+12025550142", "technical", {"technical": 3}, None, "en-US")
    waiting.send(CallbackAnswered(facts, promised=True))
    assert waiting.actions == (LeaveQueue("callback"),)
    assert waiting.state.hold is None
    waiting.send(QueueEnded(facts, QueueOutcome.CALLBACK))
    assert "We keep your place" in waiting.heard
    assert waiting.state.ended


def test_a_refused_promise_keeps_the_caller_in_the_queue(waiting, northwind):
    """And says so."""
    facts = turn(northwind)
    waiting.send(WaitTurn(facts)).send(Collected(facts, digits="1")).send(Collected(facts, digits="1"))
    waiting.send(CallbackAnswered(facts, promised=False, reason="number_refused"))
    assert waiting.heard.startswith("We cannot call that number. You still have your place.")
    assert [fault.detail for fault in waiting.notes(Fault)] == ["number_refused"]
    assert waiting.state.hold is not None


def test_a_caller_may_give_another_number_which_is_read_back_and_masked_in_the_log(waiting, northwind):
    """By key, confirmed, corrected."""
    facts = turn(northwind)
    waiting.send(WaitTurn(facts)).send(Collected(facts, digits="1")).send(Collected(facts, digits="2"))
    assert waiting.last.max_digits is None
    waiting.send(Collected(facts, digits="2125550199"))
    assert "You entered two one two, five five five, zero one nine nine." in waiting.heard
    assert waiting.notes(Answered)[0].digits == MASK
    waiting.send(Collected(facts, digits="2")).send(
        Collected(facts, speech="two one two five five five oh one nine eight")
    )
    waiting.send(Collected(facts, speech="yes"))
    assert waiting.last.number == "+12125550198"


def test_a_withheld_number_is_asked_for(northwind):
    """There is nothing to offer but the question."""
    talk = Talk(northwind, open_facts(northwind)).silence().press("3")
    talk.state = type(talk.state).from_json({**talk.state.to_json(), "caller": ""})
    facts = turn(northwind, number="")
    talk.send(WaitTurn(facts)).send(Collected(facts, digits="1"))
    assert "Please enter your number" in talk.heard


@pytest.mark.parametrize("digits", ["*", ""])
def test_declining_the_callback_keeps_the_place(waiting, northwind, digits):
    """By star, or by saying nothing three times."""
    facts = turn(northwind)
    waiting.send(WaitTurn(facts)).send(Collected(facts, digits="1"))
    for _ in range(1 if digits else 3):
        waiting.send(Collected(facts, digits=digits))
    assert waiting.heard.startswith("You still have your place.")
    assert waiting.state.hold is not None


def test_a_number_that_must_not_be_dialled_is_not_promised(waiting, northwind):
    """Premium numbers are refused while the caller can still give another."""
    facts = turn(northwind)
    waiting.send(WaitTurn(facts)).send(Collected(facts, digits="1")).send(Collected(facts, digits="2"))
    waiting.send(Collected(facts, digits="9005550100"))
    assert waiting.heard.startswith("We cannot call that number.")
    assert isinstance(waiting.last, Collect)


def test_a_message_is_left_by_leaving_the_queue_first(waiting, northwind):
    """Recording is not possible in what a waiting caller hears."""
    facts = turn(northwind)
    waiting.send(WaitTurn(facts)).send(Collected(facts, digits="2"))
    assert waiting.heard == "You still have your place. To leave a message, press 2."
    waiting.send(Collected(facts, digits="2"))
    assert waiting.actions == (LeaveQueue("left"),)
    waiting.send(QueueEnded(facts, QueueOutcome.LEFT))
    assert "leave your name" in waiting.heard


def test_the_wait_ends_when_max_wait_is_over_even_if_nobody_else_notices(waiting, northwind):
    """The engine looks at the clock of the facts with each turn."""
    waiting.send(WaitTurn(turn(northwind, waited=1201.0)))
    assert waiting.actions == (LeaveQueue("timed_out"),)
    waiting.send(QueueEnded(turn(northwind), QueueOutcome.TIMED_OUT))
    assert "Everybody is still busy" in waiting.heard


def test_an_agent_may_answer_in_the_middle_of_the_hold_flow(waiting, northwind):
    """Whatever the waiting caller was asked is forgotten."""
    facts = turn(northwind)
    waiting.send(WaitTurn(facts)).send(Collected(facts, digits="1"))
    waiting.send(QueueEnded(facts, QueueOutcome.ANSWERED))
    assert waiting.heard.startswith("How well did we help you?"), "the bank's survey, and no rest of the hold flow"


def test_a_queue_without_a_hold_flow_still_speaks(make_talk):
    """The caller never meets silence."""
    talk = make_talk("flow: main\nstart: q\nnodes:\n  q: {queue: billing, failed: b}\n  b: {hang_up: Bye.}\n")
    talk.send(WaitTurn(talk.facts))
    text, language = courtesy(Courtesy.HOLD, "en-US")
    assert talk.actions == (Say(text.source, language), Pause(20.0))


SUNDAY_NIGHT = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)  # Sunday 22:30 in New York


@pytest.fixture
def choosing(northwind) -> Talk:
    """A caller outside office hours who wants to choose a time, and has confirmed the number."""
    talk = Talk(northwind, open_facts(northwind, SUNDAY_NIGHT)).silence().press("2")
    assert "The billing office is closed now." in talk.heard
    talk.press("2").press("1")
    assert talk.heard == "For tomorrow, press 2. For Tuesday, March 3, press 3. For another day, press 4."
    return talk


def test_a_time_is_keyed_in_and_read_back(choosing):
    """Tomorrow, half past nine: the office is open in the morning and in the evening, ... at 9:30 only in the morning."""
    choosing.press("2").press("0930")
    assert choosing.last.tentative, "times have room for so many: is there room?"
    choosing.send(CallbackAnswered(choosing.facts, promised=True))
    assert choosing.heard.startswith("We will call you on Monday, March 2, at 9:30 a.m.")
    choosing.press("1")
    due = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    assert choosing.last == PromiseCallback("+12025550142", "billing", {"billing": 3}, due, "en-US", "America/New_York")
    choosing.send(CallbackAnswered(choosing.facts, promised=True))
    assert "We will call you then." in choosing.heard


def test_a_time_that_could_be_morning_or_afternoon_is_asked_after(choosing):
    """Half past eight is open twice in a week of 8 to 20 only when both are: 0800 is morning, 0730 is evening."""
    choosing.press("2").press("0730").send(CallbackAnswered(choosing.facts, promised=True))
    assert choosing.heard.startswith("We will call you on Monday, March 2, at 7:30 p.m.")


def test_both_halves_of_the_day_are_asked_for_when_both_will_do(make_talk):
    """Where there are no hours, nobody can know."""
    flow = "flow: main\nstart: c\nnodes:\n  c: {callback: billing, at: ask, next: b, declined: b, refused: b}\n  b: {hang_up: Bye.}\n"
    talk = make_talk(flow).press("1").press("2").press("0930")
    assert talk.heard == "For the morning, press 1. For the afternoon, press 2."
    assert "at 9:30 p.m." in talk.press("2").heard


@pytest.mark.parametrize(
    ("digits", "nearest"),
    [("2300", "March 2, at 7:30 p.m."), ("0000", "March 2, at 8 a.m.")],
)
def test_a_time_outside_hours_is_answered_with_the_nearest_that_will_do(choosing, digits, nearest):
    """The promise would have to be broken."""
    heard = choosing.press("2").press(digits).heard
    assert heard.startswith("We cannot call at that time. We can call on Monday, ")
    assert nearest in heard


def test_a_time_in_the_past_is_refused(choosing):
    """It is 22:30 on Sunday; today's hours are over. The first of tomorrow are proposed, and one is taken at once."""
    heard = choosing.press("1").press("1000").heard
    assert heard.startswith("That time has passed. We can call on Monday, March 2, at 8 a.m.: for that, press 1.")
    choosing.press("1")
    assert choosing.last.due_at == datetime(2026, 3, 2, 13, 0, tzinfo=UTC)


def test_what_is_no_time_is_asked_for_again(choosing):
    """2575 is no time of day."""
    assert choosing.press("2").press("2575").heard.startswith("Sorry, I did not understand. Please enter the time")


def test_the_hour_that_summer_time_takes_away_still_has_a_moment():
    """2:30 on the night the clocks go forward is a moment all the same, and no exception."""
    from zoneinfo import ZoneInfo

    from call_flows.appointment import Calendar

    calendar = Calendar(datetime(2026, 3, 7, 12, tzinfo=UTC), ZoneInfo("America/New_York"), None)
    assert calendar.moment("2026-03-08", "02:30") == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert calendar.moment("2026-03-08", "03:30") == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_the_estimate_may_decide_whether_a_callback_is_offered(make_talk):
    """offer_when of the queue."""
    from tests.call_flows.conftest import SITE

    site = SITE.replace(
        "  billing:\n", "  billing:\n    while_waiting: hold\n    callback: {offer_when: ewt > 120}\n", 1
    )
    hold = "flow: hold\nstart: o\nnodes:\n  o: {when: [{if: queue.callback, next: yes}], else: no}\n  yes: {say: Yes., next: w}\n  no: {say: No., next: w}\n  w: {wait: 9s, next: o}\n"
    talk = make_talk(
        "flow: main\nstart: q\nnodes:\n  q: {queue: billing, failed: b}\n  b: {hang_up: Bye.}\n", site, hold=hold
    )
    for ewt, said in ((130.0, "Yes."), (60.0, "No."), (None, "No.")):
        talk.send(WaitTurn(Facts(MONDAY_MORNING, queues={"billing": QueueFacts(1, 1, ewt)}, position=1)))
        assert talk.heard == said

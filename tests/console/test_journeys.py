"""A call's log as the caller's way through the flow."""

from datetime import UTC, datetime

from console.journeys import Logged, journey_of

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


def logged(*notes, kind="collected"):
    return Logged(AT, kind, {"notes": list(notes)})


def entered(node, verb):
    return {"kind": "node_entered", "flow": "main", "node": node, "verb": verb}


def answered(digits="", speech="", *, understood=True):
    return {"kind": "answered", "node": "x", "digits": digits, "speech": speech, "understood": understood}


def test_what_was_pressed_or_said_stands_beside_the_menu():
    journey = journey_of([logged(entered("menu", "menu"), answered("2"))], whole=False)
    assert [(step.node, step.heard) for step in journey.steps] == [("menu", "pressed 2")]


def test_a_menu_that_was_tried_twice_says_both():
    """An agent who sees that the caller struggled begins differently."""
    log = [
        logged(entered("menu", "menu"), answered(speech="pizza", understood=False)),
        logged(answered()),
        logged(answered("1")),
    ]
    [step] = journey_of(log, whole=False).steps
    assert step.heard == "said “pizza”, not understood, then said nothing, then pressed 1"


def test_plumbing_is_left_out_on_the_desk_and_kept_on_the_calls_page():
    log = [logged(entered("hello", "say"), entered("gold", "when"), entered("to_billing", "queue"))]
    assert [step.node for step in journey_of(log, whole=False).steps] == ["to_billing"]
    assert len(journey_of(log, whole=True).steps) == 3


def test_what_a_waiting_caller_hears_again_and_again_is_no_journey():
    turns = [logged(entered("music", "play"), kind="wait_turn") for _turn in range(9)]
    assert journey_of([logged(entered("to_billing", "queue")), *turns], whole=True).steps[0].node == "to_billing"
    assert len(journey_of([logged(entered("to_billing", "queue")), *turns], whole=True).steps) == 1


def test_a_private_answer_and_slot_are_known_but_not_what_they_are():
    log = [logged(entered("account", "ask"), answered("•••"), {"kind": "slot_set", "slot": "account", "value": "•••"})]
    journey = journey_of(log, whole=False)
    assert journey.steps[0].heard == "answered, kept private"
    assert (journey.slots[0].is_private, journey.slots[0].value) == (True, "")


def test_a_slot_shows_its_last_value():
    log = [logged({"kind": "slot_set", "slot": "ok", "value": value}) for value in (False, True)]
    assert [slot.value for slot in journey_of(log, whole=False).slots] == ["yes"]


def test_a_log_without_notes_is_an_empty_journey():
    """The carrier's own news stands in the same log."""
    assert journey_of([Logged(AT, "status", {"status": "ringing"})], whole=True).steps == ()

"""Conferences: the table of <Conference>, row by row."""

import itertools
from dataclasses import replace

import pytest

from exchange.conferences import (
    TABLE,
    Conference,
    Ended,
    Happening,
    Left,
    Participant,
    Refused,
    Status,
    close,
    enter,
    hears,
    leave,
    modify,
    refusal,
)


def room(*people, **options):
    conference = Conference(sid="CF1", name="support", **options)
    for one in people:
        conference, _ = enter(conference, one)
    return conference


def person(call_sid, **options):
    return Participant(call_sid=call_sid, **options)


def events(told):
    return [one.event for one in told]


def test_the_table_has_every_row_but_those_that_cannot_happen():
    """A printable table: after the end nothing happens any more, and a conference starts once."""
    missing = set(itertools.product(Status, Happening)) - TABLE.keys()
    assert missing == {(Status.COMPLETED, happening) for happening in Happening} | {
        (Status.IN_PROGRESS, Happening.ENTERED_AND_COMPLETE)
    }


def test_one_alone_waits():
    """Twilio: "This occurs when there are at least two participants in the conference"."""
    conference, told = enter(room(), person("CA1"))
    assert (conference.status, events(told)) == (Status.INIT, ["participant-join"])


def test_it_starts_with_the_second_when_one_of_them_may_start_it():
    """Twilio: "… and at least one of the participants has startConferenceOnEnter=true"."""
    conference, told = enter(room(person("CA1", start_conference_on_enter=False)), person("CA2"))
    assert conference.status is Status.IN_PROGRESS
    assert events(told) == ["participant-join", "conference-start"]


def test_two_who_may_not_start_it_wait_for_a_third():
    """Twilio: muted, with background music, "until a participant joins where startConferenceOnEnter is true"."""
    waiting = room(*(person(f"CA{n}", start_conference_on_enter=False) for n in range(2)))
    assert waiting.status is Status.INIT
    assert set(hears(waiting).values()) == {frozenset()}
    assert enter(waiting, person("CA9"))[0].status is Status.IN_PROGRESS


def test_it_ends_for_all_when_one_with_end_conference_on_exit_leaves():
    """Twilio: "when that participant leaves, the conference ends and all other participants drop out"."""
    conference, told = leave(room(person("CA1", end_conference_on_exit=True), person("CA2")), "CA1")
    assert conference.status is Status.COMPLETED
    assert events(told) == ["participant-leave", "participant-leave", "conference-end"]
    assert [one.left for one in told[:2]] == [Left.HUNG_UP, Left.MODERATOR_ENDED]
    assert (told[2].ended, told[2].ended_by.call_sid) == (Ended.ENDER_LEFT, "CA1")


def test_it_goes_on_with_one_and_ends_with_the_last():
    """Twilio: "The last participant has left the conference"."""
    conference, told = leave(room(person("CA1"), person("CA2")), "CA1")
    assert (conference.status, events(told)) == (Status.IN_PROGRESS, ["participant-leave"])
    conference, told = leave(conference, "CA2")
    assert (conference.status, conference.ended) == (Status.COMPLETED, Ended.LAST_LEFT)
    assert events(told) == ["participant-leave", "conference-end"]


@pytest.mark.parametrize(
    ("ends", "reason"), [(True, Ended.ENDER_KICKED), (False, Ended.LAST_KICKED)], ids=["an ender", "the last one"]
)
def test_being_put_out_by_rest_is_told_apart_from_leaving(ends, reason):
    """Twilio has a reason of its own for each: …-kicked."""
    conference, _ = leave(room(person("CA1", end_conference_on_exit=ends)), "CA1", kicked=True)
    assert conference.ended is reason


def test_closed_by_rest_everybody_is_out():
    """Twilio: conference-ended-via-api, and ReasonParticipantLeft conference_ended_via_api."""
    conference, told = close(room(person("CA1"), person("CA2")))
    assert conference.ended is Ended.BY_API
    assert [one.left for one in told] == [Left.ENDED_BY_API, Left.ENDED_BY_API, None]


def test_what_is_over_stays_over():
    """A finished conference is moved by nothing."""
    over, _ = close(room(person("CA1")))
    assert close(over) == leave(over, "CA1") == (over, ())


def test_muted_is_not_heard_and_hears():
    """Twilio: "the participant will only be able to listen"."""
    audible = hears(room(person("CA1", muted=True), person("CA2")))
    assert audible == {"CA1": frozenset({"CA2"}), "CA2": frozenset()}


def test_on_hold_one_neither_hears_nor_is_heard():
    """Hold takes a leg out of the mix; the music is played by the room."""
    audible = hears(room(person("CA1", hold=True), person("CA2"), person("CA3")))
    assert audible == {"CA1": frozenset(), "CA2": frozenset({"CA3"}), "CA3": frozenset({"CA2"})}


def test_a_coach_is_heard_only_by_whom_he_coaches():
    """Twilio's coach: whisper. The supervisor hears all; only the agent hears the supervisor."""
    coach = person("CAS", coaching=True, call_sid_to_coach="CAA")
    audible = hears(room(person("CAC"), person("CAA"), coach))
    assert audible == {
        "CAC": frozenset({"CAA"}),
        "CAA": frozenset({"CAC", "CAS"}),
        "CAS": frozenset({"CAC", "CAA"}),
    }


def test_each_change_tells_its_own_event():
    """Mute and hold have events of their own; the other attributes tell participant-modify; no change tells nothing."""
    conference = room(person("CA1"), person("CA2"))
    for wanted, event in [
        ({"muted": True}, "participant-mute"),
        ({"muted": False}, "participant-unmute"),
        ({"hold": True}, "participant-hold"),
        ({"hold": False}, "participant-unhold"),
        ({"end_conference_on_exit": True}, "participant-modify"),
    ]:
        conference, told = modify(conference, replace(conference.find("CA1"), **wanted))
        assert events(told) == [event]
    assert modify(conference, conference.find("CA1")) == (conference, ())


def test_refusals():
    """Twilio: 16020 conference is full, 16025 label taken, 13240 nobody there to coach."""
    full = room(person("CA1", label="customer"), max_participants=1)
    assert refusal(full, person("CA2")) is Refused.FULL
    roomy = room(person("CA1", label="customer"))
    assert refusal(roomy, person("CA2", label="customer")) is Refused.LABEL_TAKEN
    assert refusal(roomy, person("CA2", coaching=True, call_sid_to_coach="CA9")) is Refused.NOBODY_TO_COACH
    assert refusal(roomy, person("CA2", coaching=True, call_sid_to_coach="CA1")) is None
    assert refusal(close(roomy)[0], person("CA2")) is Refused.OVER

"""Whole calls through the signed webhooks: real engine, real routing, real SQL, a carrier that only remembers."""

from sqlalchemy import select

from foundation.calls import Call
from ivr.tables import CallEvent, CallSession
from recordings.recording import Recording
from routing.entries import QueueEntry


def rows(deps, model):
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


def to_menu(line):
    """Past the notice, which nobody opts out of."""
    return line.answer(line.arrive())


def test_a_caller_hears_the_notice_then_the_menu_then_waits(line, deps):
    """The path of the very first call: incoming, menu, gather, queue."""
    notice = line.arrive()
    assert notice.status == 200
    assert "recorded" in notice.says
    menu = line.answer(notice)
    assert "For billing, press 1" in menu.says
    queued = line.answer(menu, Digits="1")
    assert queued.verbs == ["Enqueue"]
    (entry,) = rows(deps, QueueEntry)
    assert (entry.state, entry.queue) == ("waiting", "billing")
    assert rows(deps, Call)[0].queue == "billing"


def test_consent_starts_a_recording_of_both_sides_and_a_stream_of_the_caller(line, deps):
    """Nothing is recorded before the notice was heard; afterwards both are asked for in one document."""
    notice = line.arrive()
    assert "Start" not in notice.verbs
    menu = line.answer(notice)
    assert menu.one("Recording").get("channels") == "dual"
    stream = menu.one("Stream")
    assert stream.get("track") == "inbound_track"
    token = stream.get("url").removeprefix("wss://media.example.com/media/")
    assert deps.tokens.redeem(token).call_sid == line.sid
    assert rows(deps, Call)[0].consent is True


def test_who_opts_out_is_neither_recorded_nor_heard(line, deps):
    menu = line.answer(line.arrive(), Digits="9")
    assert "Start" not in menu.verbs
    assert rows(deps, Call)[0].consent is False


def test_private_keys_are_left_out_of_recording_stream_and_log(line, deps):
    """The account number: the stream is stopped and the recording paused before it is asked, and both go on after."""
    ask = line.answer(to_menu(line), Digits="2")
    assert ask.verbs[0] == "Stop"
    assert [(o.what, o.details["order"]) for o in deps.carrier.orders] == [("recording", "paused")]
    waits = line.answer(ask, Digits="12345678")
    assert [(o.what, o.details["order"]) for o in deps.carrier.orders][1:] == [("recording", "in-progress")]
    assert waits.verbs[0] == "Start"
    written = "".join(str(event.payload) for event in rows(deps, CallEvent))
    assert "12345678" not in written
    assert "•" in written


def test_a_web_service_out_of_reach_takes_the_failed_exit_in_the_same_webhook(line):
    """Nothing listens at the service's address: the caller goes on to a person without noticing a round trip."""
    waits = line.answer(line.answer(to_menu(line), Digits="2"), Digits="12345678")
    assert waits.verbs[-1] == "Enqueue"


def test_a_waiting_caller_hears_his_place_and_may_leave(line, deps):
    queued = line.answer(to_menu(line), Digits="1")
    turn = line.wait(queued)
    assert "You are number 1" in turn.says
    left = line.answer(turn, Digits="9")
    assert left.verbs == ["Leave"]
    assert line.wait(queued).verbs == ["Leave"]
    back = line.answer(queued, QueueResult="leave")
    assert "For billing" in back.says
    assert [(entry.state, entry.outcome) for entry in rows(deps, QueueEntry)] == [("left", "left")]


def test_a_caller_who_hangs_up_while_waiting_has_abandoned_once(line, deps, clock):
    """The queue's end and the status callback both tell of it, in either order and more than once."""
    queued = line.answer(to_menu(line), Digits="1")
    clock.advance(30)
    for _ in range(2):
        line.answer(queued, QueueResult="hangup", CallStatus="completed")
        assert line.post("/voice/status", CallStatus="completed").status_code == 204
    assert [(entry.state, entry.outcome) for entry in rows(deps, QueueEntry)] == [("left", "abandoned")]
    assert [event.kind for event in rows(deps, CallEvent)].count("hung_up") == 1
    assert rows(deps, Call)[0].status == "completed"
    assert rows(deps, CallSession)[0].state == {}


def test_a_message_belongs_to_the_queue_and_its_sound_is_fetched(line, deps):
    """The recording's own callback is what counts: it comes even when the caller hangs up after the tone."""
    ask = line.answer(to_menu(line), Digits="3")
    record = ask.one("Record")
    done = line.answer(ask, RecordingSid="RE" + "1" * 32, RecordingDuration="7", Digits="#")
    assert done.verbs[-1] == "Hangup"
    told = {"RecordingSid": "RE" + "1" * 32, "RecordingStatus": "completed", "RecordingDuration": "7"}
    for _ in range(2):
        assert line.post(record.get("recordingStatusCallback"), **told, RecordingChannels="1").status_code == 204
    (recording,) = rows(deps, Recording)
    assert (recording.kind, recording.queue) == ("voicemail", "billing")
    assert [job[0] for job in deps.jobs.waiting] == ["recordings.jobs:fetch_recording"]


def test_a_dialled_party_hears_the_whisper_and_the_caller_comes_back(line):
    dial = line.answer(to_menu(line), Digits="4")
    number = dial.one("Number")
    assert number.text == "+12025550177"
    assert "A caller from the bank" in line.ask(number.get("url")).says
    assert "Record" in line.answer(dial, DialCallStatus="busy").verbs


def test_a_pause_comes_back_by_itself(line):
    pause = line.answer(to_menu(line), Digits="5")
    assert pause.verbs == ["Pause", "Redirect"]
    assert "For billing" in line.answer(pause).says


def test_the_longest_wait_ends_in_the_flow_again(wired, line, clock):
    """Routing says when; the caller is fetched out of the carrier's queue by a redirection that is owed in SQL."""
    line.answer(to_menu(line), Digits="1")
    clock.advance(601)
    wired.routing.tick()
    (order,) = [order for order in wired.carrier.orders if order.what == "redirect"]
    assert line.ask(order.details["url"]).verbs[-2:] == ["Record", "Redirect"]


def test_the_language_is_switched_for_all_that_follows(line, deps):
    menu = line.answer(to_menu(line), Digits="6")
    assert menu.one("Gather").get("language") == "es-US"
    assert rows(deps, Call)[0].language == "es-US"

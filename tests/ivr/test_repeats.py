"""Repeats, disorder and restarts: the same answer again, and nothing moves back."""

import itertools
import threading

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from foundation.calls import Call, CallStatus, Leg
from ivr.statuses import move_call
from ivr.tables import CallEvent, CallSession
from ivr.webhooks import create_blueprint
from routing.entries import QueueEntry


def rows(deps, model):
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


def test_the_same_arrival_twice_is_one_call_and_one_document(line, deps):
    assert line.arrive().text == line.arrive().text
    assert len(rows(deps, Call)) == len(rows(deps, Leg)) == len(rows(deps, CallSession)) == 1


def test_the_same_webhook_again_gets_the_same_document_however_late(line, deps):
    """Also after the call has gone on: the carrier retries what it believes lost."""
    notice = line.arrive()
    menu = line.answer(notice)
    queued = line.answer(menu, Digits="1")
    for _ in range(3):
        assert line.answer(notice).text == menu.text
        assert line.answer(menu, Digits="1").text == queued.text
    assert len(rows(deps, QueueEntry)) == 1
    assert len(rows(deps, CallEvent)) == 3


def test_another_kind_of_webhook_for_a_step_that_is_over_hears_what_the_caller_hears_now(line):
    notice = line.arrive()
    menu = line.answer(notice)
    stray = line.ask(notice.action.replace("/gathered", "/resumed"))
    assert stray.text == menu.text


def test_a_turn_of_the_wait_asked_for_again_with_the_same_token_is_the_same_turn(line, deps):
    queued = line.answer(line.answer(line.arrive()), Digits="1")
    again = {"I-Twilio-Idempotency-Token": "token-1"}
    first = line.wait(queued, again)
    assert line.wait(queued, again).text == first.text
    turns = [event for event in rows(deps, CallEvent) if event.kind == "wait_turn"]
    assert len(turns) == 1
    line.wait(queued, {"I-Twilio-Idempotency-Token": "token-2"})
    assert rows(deps, CallSession)[0].turn == 2


def test_two_webhooks_of_one_step_at_once_have_one_winner(line, deps, app):
    """Threads against the same revision: one steps the call, all answer with its document."""
    menu = line.answer(line.arrive())
    answers, barrier = [], threading.Barrier(6)

    def press():
        own = type(line)(app.test_client())
        barrier.wait()
        answers.append(own.answer(menu, Digits="1").text)

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert "Enqueue" in answers[0]
    assert len(rows(deps, QueueEntry)) == 1
    assert rows(deps, CallSession)[0].revision == 3


@pytest.mark.promise(6)
@pytest.mark.parametrize("order", list(itertools.permutations(["ringing", "in-progress", "completed"])), ids="-".join)
def test_status_callbacks_in_any_order_end_completed(line, deps, order):
    line.arrive(CallStatus="ringing")
    seen = []
    for word in (*order, *order):
        assert line.post("/voice/status", CallStatus=word).status_code == 204
        seen.append(CallStatus(rows(deps, Call)[0].status))
    assert all(not now.may_become(before) for before, now in itertools.pairwise(seen)), seen
    assert seen[-1] is CallStatus.COMPLETED
    assert [event.kind for event in rows(deps, CallEvent)].count("hung_up") == 1


@pytest.mark.promise(6)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(st.sampled_from(sorted(CallStatus)), max_size=8))
def test_no_order_of_statuses_moves_a_call_back(deps, words):
    """Ended calls stay ended with the first end they were told of."""
    with deps.db.begin() as session:
        call = Call(id=deps.ids.new("CW"), direction="inbound", status="queued", started_at=deps.clock.now())
        session.add(call)
        session.flush()
        best = CallStatus.QUEUED
        for word in words:
            moved = move_call(session, call.id, word, deps.clock.now())
            assert moved is best.may_become(word)
            best = word if moved else best
        session.refresh(call)
        assert call.status == best


def test_a_status_we_do_not_know_changes_nothing(line, deps):
    line.arrive()
    for word in ("", "exploded", "in progress"):
        assert line.post("/voice/status", CallStatus=word).status_code == 204
    assert rows(deps, Call)[0].status == "in-progress"


def test_a_webhook_of_an_unknown_call_is_answered_politely(line):
    for target in ("/voice/calls/CWnone/1/gathered", "/voice/calls/CWnone/connect?reservation=RV1"):
        document = line.ask(target)
        assert (document.status, document.verbs) == (200, ["Say", "Hangup"])
    assert line.ask("/voice/incoming", CallSid="").verbs == ["Say", "Hangup"]
    for target in (
        "/voice/status/CWnone",
        "/voice/recording/CWnone?kind=message",
        "/voice/stream/CWnone",
        "/voice/conference/CWnone?reservation=RV1",
    ):
        assert (
            line.post(
                target, CallStatus="completed", RecordingSid="RE1", StatusCallbackEvent="conference-end"
            ).status_code
            == 204
        )


def test_an_address_of_no_step_is_no_fault_of_the_call(line):
    menu = line.answer(line.arrive())
    assert line.ask(menu.action.replace("gathered", "exploded")).verbs == ["Say", "Hangup"]
    assert "Enqueue" in line.answer(menu, Digits="1").verbs


def test_a_number_that_is_not_ours_hears_so(line):
    line.dialled = "+12025550199"
    assert line.arrive().verbs == ["Say", "Hangup"]


@pytest.mark.promise(11)
def test_a_web_process_that_dies_is_followed_by_another_at_the_same_node(line, deps, changed, clock):
    """Nothing of a call is only in memory: a process with nothing but the database goes on where the first stopped.

    It goes on with the version of the site with which the call began, although a newer one answers new calls.
    """
    from ivr.sites import SiteShelf

    menu = line.answer(line.arrive())
    version = rows(deps, CallSession)[0].site_version
    texts = dict(deps.shelf.current().loaded.texts)
    texts["flows/front.yaml"] = texts["flows/front.yaml"].replace("press 1", "press one")
    from call_flows.loader import load_texts

    deps.shelf.publish(load_texts(texts), deps.shelf.current().prompts_folder.parent)
    reborn = Flask("reborn")
    reborn.register_blueprint(create_blueprint(changed(shelf=SiteShelf(deps.db, clock))))
    after = type(line)(reborn.test_client())
    again = after.answer(menu, Digits="5")
    assert again.verbs == ["Pause", "Redirect"]
    assert "press 1" in after.answer(again).says
    assert rows(deps, CallSession)[0].site_version == version
    newcomer = type(line)(reborn.test_client(), call_sid="CA" + "9" * 32)
    assert "press one" in newcomer.answer(newcomer.arrive()).says

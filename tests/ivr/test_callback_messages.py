"""Text messages about callbacks: the confirmation with its link, the offer to who hung up, and what customers reply."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from call_flows.loader import load_site
from callbacks import links
from callbacks.abandoned import AbandonedCall, look_at_abandoned
from callbacks.do_not_call import DoNotCall
from callbacks.policy import Plan
from callbacks.promises import Promise
from ivr.confirming import Confirmations, shown
from ivr.messages import TextMessage
from ivr.replies import ReceivedMessage, Wish, wish_of
from tests.ivr.conftest import CALLER, DIALLED, rows

HOUR = timedelta(hours=1)


@pytest.fixture
def confirming(deps):
    """Callbacks of billing are confirmed by message."""
    policy = deps.callbacks.policy.current
    plan = replace(policy.plan("billing"), confirms=True, is_open=None)
    deps.callbacks.policy.replace(replace(policy, plans={"billing": plan}))
    return Confirmations(deps)


def promise(deps, **options):
    options = {"call_id": None, "number": CALLER, "queue": "billing", "line": DIALLED, **options}
    with deps.db.begin() as session:
        return deps.callbacks.promise(session, **options)


def state(deps):
    return [row.state for row in rows(deps, Promise)]


def sent(deps):
    return [order for order in deps.carrier.orders if order.what == "send_message"]


@pytest.fixture
def write(line):
    """The customer writes; the answer's text."""
    count = iter(range(1, 100))

    def written(text, sid="", number=CALLER):
        fields = {"MessageSid": sid or f"SM{next(count):032}", "From": number, "Body": text}
        document = line.ask("/voice/message", **fields)
        return " ".join(message.text for message in document.root.iter("Message"))

    return written


def test_a_promise_is_confirmed_once_from_the_number_that_was_called(deps, confirming, clock):
    made = promise(deps, due_at=clock.now() + 5 * HOUR, zone="America/Chicago")
    assert confirming.give() == 1
    assert confirming.give() == 0
    (order,) = sent(deps)
    assert (order.of, order.details["from_"]) == (CALLER, DIALLED)
    text = order.details["text"]
    assert "Monday, March 2, 2 p.m." in text, "by the customer's own clock"
    assert "0142" in text
    assert "202" not in text.split("http")[0], "who else reads the telephone learns no number"
    token = re.search(r"/callback/(\S+)", text)[1]
    assert links.read(token, secret=deps.settings.secret_key, now=clock.now()) == (made.id, True)


def test_a_promise_that_moves_is_confirmed_anew_and_what_was_overtaken_is_not_sent(deps, confirming, clock):
    promise(deps, due_at=clock.now() + HOUR)
    promise(deps, due_at=clock.now() + 2 * HOUR)
    confirming.give()
    assert len(sent(deps)) == 1
    promise(deps, due_at=clock.now() + 3 * HOUR)
    confirming.give()
    assert len(sent(deps)) == 2


def test_spanish_customers_are_written_to_in_spanish(deps, confirming, clock):
    promise(deps, language="es-US", due_at=clock.now() + HOUR)
    confirming.give()
    assert "Responda 1 para que le llamemos ahora, 2 para cancelar." in sent(deps)[0].details["text"]


def test_no_number_gets_more_messages_a_day_than_the_site_allows(deps, confirming, clock):
    most = deps.shelf.current().loaded.site.dialing.max_messages_per_number_per_day
    for minutes in range(most + 3):
        promise(deps, due_at=clock.now() + HOUR + timedelta(minutes=minutes))
        confirming.give()
    assert len(sent(deps)) == most


def test_a_queue_that_does_not_confirm_writes_nothing(deps, clock):
    promise(deps, due_at=clock.now() + HOUR)
    assert Confirmations(deps).give() == 0
    assert sent(deps) == []


@pytest.mark.parametrize("text", ["2", "Cancel", "CANCELAR", " cancel it. "])
def test_two_cancels_also_in_words(deps, confirming, write, clock, text):
    promise(deps, due_at=clock.now() + HOUR)
    assert write(text) == "Your callback is cancelled."
    assert state(deps) == ["cancelled"]


@pytest.mark.parametrize("text", ["1", "call me", "Llámeme", "yes"])
def test_one_calls_now(deps, confirming, write, clock, text):
    promise(deps, due_at=clock.now() + 5 * HOUR)
    assert write(text) == "We call you as soon as it is your turn."
    (row,) = rows(deps, Promise)
    assert (row.chosen_time, row.due_at) == (False, clock.now())


def test_spanish_customers_are_answered_in_spanish(deps, confirming, write, clock):
    promise(deps, language="es-US", due_at=clock.now() + HOUR)
    assert write("2") == "Su llamada queda cancelada."


def test_the_same_message_twice_does_nothing_the_second_time_and_gets_the_same_answer(deps, confirming, write, clock):
    """The carrier repeats what it could not deliver; between the two, something else has happened."""
    promise(deps, due_at=clock.now() + HOUR)
    first = write("2", sid="SM1")
    promise(deps, due_at=clock.now() + 2 * HOUR)
    assert write("2", sid="SM1") == first
    assert sorted(state(deps)) == ["cancelled", "scheduled"]
    assert len(rows(deps, ReceivedMessage)) == 1


def test_only_the_number_it_is_owed_to_may_change_it(deps, confirming, write, clock):
    promise(deps, due_at=clock.now() + HOUR)
    assert write("2", number="+12025550199") == "No callback is open for this number."
    assert state(deps) == ["scheduled"]


def test_nobody_may_write_without_the_carriers_signature(deps, client, confirming, clock):
    promise(deps, due_at=clock.now() + HOUR)
    answer = client.post("/voice/message", data={"MessageSid": "SM1", "From": CALLER, "Body": "2"})
    assert answer.status_code == 403
    assert state(deps) == ["scheduled"]


def test_stop_puts_the_number_on_the_list_and_ends_what_is_owed(deps, confirming, write, clock):
    promise(deps, due_at=clock.now() + HOUR)
    assert "neither call" in write("STOP")
    assert state(deps) == ["cancelled"]
    assert [row.asked_by for row in rows(deps, DoNotCall)] == ["message"]
    with deps.db.begin() as session:
        assert deps.callbacks.promise(session, call_id=None, number=CALLER, queue="billing").reason == "do_not_call"


def test_what_is_not_understood_is_helped_with_and_strangers_are_left_alone(deps, confirming, write, clock):
    assert write("hello there") == ""
    promise(deps, due_at=clock.now() + HOUR)
    assert write("hello there") == "Reply 1 to be called, 2 to cancel."


def test_two_machines_that_answer_each_other_come_to_an_end(deps, confirming, write, clock):
    promise(deps, due_at=clock.now() + HOUR)
    answers = [write("I am on holiday") for _ in range(30)]
    assert 0 < sum(map(bool, answers)) <= 10


def test_in_quiet_hours_it_is_left_at_its_time(deps, confirming, write, clock):
    deps.callbacks.policy.replace(replace(deps.callbacks.policy.current, quiet=(time(21), time(8))))
    promise(deps, due_at=clock.now() + 24 * HOUR)
    clock.advance(12 * 3600)
    assert write("1").startswith("We cannot call now. It stays at Tuesday, March 3, 10 a.m.")


def test_the_words_of_a_message_are_not_kept(deps, confirming, write, clock):
    promise(deps, due_at=clock.now() + HOUR)
    write("my secret is 4111111111111111")
    (row,) = rows(deps, ReceivedMessage)
    assert "4111" not in repr(vars(row))


def test_who_hung_up_is_offered_a_callback_by_message_and_takes_it(line, wired, write, clock):
    policy = wired.callbacks.policy.current
    wired.callbacks.policy.replace(replace(policy, plans={"billing": Plan(abandoned="sms")}))
    line.wait(line.answer(line.answer(line.arrive()), Digits="1"))
    clock.advance(60)
    line.post("/voice/status", CallStatus="completed")
    clock.advance(900)
    assert look_at_abandoned(wired.callbacks.parts) == 1
    assert Confirmations(wired).give() == 1
    assert "Reply 1 and we call you back" in sent(wired)[0].details["text"]
    assert write("1") == "We call you as soon as it is your turn."
    (row,) = rows(wired, Promise)
    assert (row.number, row.why, row.state) == (CALLER, "message", "waiting")
    assert write("1") == "We call you as soon as it is your turn.", "said twice, owed once"
    assert len(rows(wired, Promise)) == 1


def test_who_does_not_want_the_offer_is_not_asked_again(line, wired, write, clock):
    policy = wired.callbacks.policy.current
    wired.callbacks.policy.replace(replace(policy, plans={"billing": Plan(abandoned="sms")}))
    line.wait(line.answer(line.answer(line.arrive()), Digits="1"))
    clock.advance(60)
    line.post("/voice/status", CallStatus="completed")
    clock.advance(900)
    look_at_abandoned(wired.callbacks.parts)
    assert write("2") == "We do not call you back. Thank you."
    assert write("1") == "No callback is open for this number."
    assert [row.decided for row in rows(wired, AbandonedCall)] == ["declined"]


@pytest.mark.parametrize(
    ("text", "language", "wish"),
    [
        ("1", "en-US", Wish.CALL),
        (" 2 ", "es-US", Wish.CANCEL),
        ("no", "es-US", Wish.CANCEL),
        ("sí", "es-US", Wish.CALL),
        ("Alto", "es-US", Wish.STOP),
        ("annuler", "fr-CA", Wish.CANCEL),
        ("12", "en-US", Wish.NONE),
        ("please call my brother", "en-US", Wish.NONE),
        ("", "xx-XX", Wish.NONE),
    ],
)
def test_what_messages_ask_for(text, language, wish):
    assert wish_of(text, language) is wish


def test_a_number_is_shown_by_its_end():
    assert shown("+12025550142") == "(•••) •••-0142"


def test_a_link_that_somebody_made_up_opens_nothing_and_an_old_one_says_so():
    due = datetime(2026, 3, 2, 15, tzinfo=UTC)
    token = links.sign("PR" + "a" * 32, due, secret="s")
    assert len(token) <= 72
    assert links.read(token, secret="s", now=due + 24 * HOUR) == ("PR" + "a" * 32, True)
    assert links.read(token, secret="s", now=due + 25 * HOUR) == ("PR" + "a" * 32, False)
    for wrong in (token[:-1] + "x", "PR" + "b" + token[3:], "", "....", token.replace(".", ""), "ü"):
        assert links.read(wrong, secret="s", now=due) is None
    assert links.read(token, secret="t", now=due) is None


def test_every_site_that_ships_can_name_itself():
    from call_flows.library import NORTHWIND

    assert load_site(NORTHWIND).site.title == "Northwind Bank"


def test_what_is_sent_is_kept_with_its_promise(deps, confirming, clock):
    made = promise(deps, due_at=clock.now() + HOUR)
    confirming.give()
    with deps.db.begin() as session:
        assert session.scalars(select(TextMessage.call_sid)).one() == made.id

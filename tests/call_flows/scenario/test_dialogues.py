"""What a dialogue may say and expect, step by step: each kind of step, each mock, each expectation."""

import re

import pytest

BANK = 'mock: [{fetch: "{{ service.bank }}/accounts/*", gives: {available: 12.5}}]'


def test_the_dialogue_of_the_designers_page(passes):
    """The shape that flow_language.md promises: a gold customer, a language, a queue whose rings loosen."""
    passes(
        """
        hears: Welcome
        says: billing
        expect: {queued: billing, needs: {billing: 3}, priority: 10, position: 1}
        after: 46s
        expect: {needs: {billing: 1}}
        hangs_up: true
        expect: {ended: hung_up, queued: false}
        """,
        "given: {at: 2026-03-02T10:00, customer: {tier: gold}}",
    )


def test_a_notice_is_listened_to_before_a_key_is_pressed(passes):
    """A caller does not press the menu's key into the notice; only the opt-out key answers it."""
    passes("presses: '2'\nexpect: {queued: billing, consent: true, recorded: true}")
    passes("presses: '9'\nhears: For your balance\nexpect: {consent: false, recorded: false}")


def test_needs_follow_the_language_of_the_number(passes):
    """`given: to` begins as the number does."""
    passes(
        "hears: Bienvenido.\nsays: billing\nexpect: {language: es-US, needs: {billing: 3, spanish: 2}}",
        'given: {to: "+12025550101"}',
    )


def test_a_service_is_asked_and_its_answer_spoken(passes):
    """Slots, labels and requests can be expected."""
    passes(
        """
        presses: "1"
        presses: "1234"
        hears: You have 12 dollars and 50 cents.
        expect: {asked: "{{ service.bank }}/accounts/1234", slot: {balance: 12.5}, tag: balance told}
        expect: {asked: {fetch: "*/accounts/*", method: GET}, heard: [Welcome, /twelve|12 dollars/], not_heard: closed}
        """,
        BANK,
    )


@pytest.mark.parametrize(
    "answer",
    ["status: 500", "failure: refused", "failure: timeout", "failure: not_json", "gives: {other: 1}", "delay: 4s"],
)
def test_a_service_that_fails_takes_the_failed_exit(passes, answer):
    """Every way a web service can fail; a delay longer than the flow waits is a time-out."""
    passes(
        'presses: "1"\npresses: "1234"\nhears: Our books are closed.\nexpect: {queued: billing, logged: lookup}',
        f'mock: [{{fetch: "*", {answer}}}]',
    )


def test_mocks_of_the_same_words_have_their_turns(passes):
    """First not there, then there, as often as the last is asked."""
    passes(
        """
        presses: "1"
        presses: "1111"
        hears: Which account?
        presses: "1234"
        hears: You have
        presses: "1"
        presses: "1234"
        hears: You have
        """,
        'mock: [{fetch: "*", status: 404}, {fetch: "*", gives: {available: 1}}]',
    )


def test_times_says_how_often_a_mock_holds(failure):
    """After it has been used up, the next request has no answer."""
    told = failure(
        'presses: "1"\npresses: "1234"\npresses: "1"\npresses: "1234"',
        'mock: [{fetch: "*/accounts/*", gives: {available: 1}, times: 1}]',
    )
    assert "asks GET http://127.0.0.1:8099/accounts/1234, and no mock answers it" in told


def test_an_answer_within_the_flows_time_is_taken(passes):
    """A delay moves the clock; only a longer one than the flow waits fails."""
    passes('presses: "1"\npresses: "1234"\nhears: You have', 'mock: [{fetch: "*", gives: {available: 1}, delay: 2s}]')


def test_silence_is_counted_in_questions(passes):
    """Three unanswered questions, not counting the notice; then a person."""
    passes("silence: 2\nhears: I did not hear you\nsilence: true\nexpect: {queued: billing}")


def test_silence_may_be_a_time(passes):
    """As long as it lasts, questions go by."""
    passes("silence: 60s\nexpect: {queued: billing}")


def test_a_waiting_caller_hears_the_hold_flow_go_round(passes):
    """Music passes while the caller listens; the wait ends when the queue says so."""
    passes(
        """
        presses: "2"
        hears: [You are number 4., You are number 4.]
        {hears: Speak after the tone., within: 11m}
        leaves_message: Please call me back.
        hears: Goodbye.
        expect: {left_message: billing, ended: goodbye}
        """,
        "given: {queues: {billing: {waiting: 3}}}",
    )


def test_an_agent_answers_and_hangs_up(passes):
    """While they talk nothing happens by itself."""
    passes(
        """
        presses: "0"
        agent: answers
        expect: {connected: true, queued: false}
        says: I have a question
        after: 1h
        expect: {connected: true}
        agent: hangs up
        expect: {ended: served}
        """
    )


def test_a_message_that_nobody_speaks_is_none(passes):
    """Silence after the tone takes the empty exit."""
    passes(
        "presses: '2'\nsilence: true\nexpect: {left_message: false, ended: goodbye}", "given: {at: 2026-03-02T23:00}"
    )


def test_hours_may_be_given(passes):
    """Whatever the moment."""
    passes("presses: '2'\nhears: Speak after the tone.", "given: {hours: {office: closed}}")


def test_a_queue_may_be_closed_or_refuse_the_caller(passes):
    """As the world is given, and as it turns out when the caller joins."""
    passes("presses: '0'\nhears: Speak after", "given: {queues: {billing: {open: false}}}")
    passes("presses: '0'\nhears: Speak after", "mock: [{queue: billing, gives: failed}]")


def test_slots_may_have_values_already(passes):
    """For a flow that others run, and for a branch deep inside."""
    passes("expect: {slot: {balance: 7, plan: gold}}", "given: {slots: {balance: 7, plan: gold}}")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            "hears: Welcom to the jungle",
            "should hear “Welcom to the jungle”\n    heard instead:\n      en-US  “Welcome.”",
        ),
        ("hears: /You are number \\d/", "should hear something like /You are number"),
        ("hears: {words: x}", None),
        ("presses: '12'", "the question takes 1 key, and 2 are pressed"),
        ("agent: answers", "an agent answers, but the caller waits for nobody"),
        ("agent: hangs up", "the agent hangs up, but has not answered"),
        ("callback: promised", "a callback should be promised, but none was asked for"),
        ("leaves_message: true", "nothing records one"),
        ("expect: {queued: billing}", "queued: billing, but the caller waits in no queue"),
        ("expect: {node: choice}", "node: choice, but the call stands at main.notice"),
        ("expect: {ended: true}", "ended: true, but the call goes on"),
        ("expect: {recorded: true}", "recorded: true, but it is not recorded"),
        ("expect: {slot: {plan: gold}}", "but it is plan = None"),
        ("expect: {tag: told}", "but the labels are none"),
        ("expect: {message: true}", "but no message was sent"),
        ("expect: {promised: true}", "but no callback is promised"),
        ("expect: {asked: '*'}", "but was asked: nobody"),
        ("expect: {heard: [Welcome, Auf Wiedersehen]}", "the caller has not heard “Auf Wiedersehen”"),
        ("expect: {not_heard: Welcome}", "the caller has heard “Welcome”"),
        ("expect: {connected: true}", "nobody speaks to the caller"),
        ("expect: {left_message: true}", "no message was left"),
        ("expect: {dialled: '+1*'}", "nobody was dialled"),
        ("expect: {alert: fire}", "nobody was alerted"),
        ("expect: {paid: true}", "no card was taken"),
        ("expect: {score: {csat: 5}}", "the scores are {}"),
        ("expect: {language: es-US}", "but it is en-US"),
        ("expect: {logged: thunder}", "no note has “thunder”"),
    ],
)
def test_what_does_not_hold_is_told_with_what_there_is_instead(failure, read, call, told):
    """A failure says the line, what was wanted, what there was, and where the call stood."""
    if told is None:
        assert read(f"test: one\ncall: [{{{call}}}]")[1]
        return
    text = failure(call)
    assert told in text
    assert text.startswith("tests/one.yaml:5:5: ")
    assert "the call stood at main." in text
    assert re.search(r"\(flows/main\.yaml:1[12]:3\), 0:0\d\.\d after it began", text)


def test_a_step_after_the_end_is_a_failure(failure):
    """Nobody speaks on a line that is dead."""
    assert "the call is over" in failure("hangs_up: true\nsays: hello")


def test_the_right_words_in_the_wrong_language_are_wrong(failure):
    """A Spanish caller must not be read English, even where the words are the same."""
    assert "hears it in en-US" in failure("{hears: Welcome, language: es-US}")


def test_everything_expected_is_told_at_once(failure):
    """One run, every difference."""
    told = failure("expect: {queued: billing, ended: true, language: es-US}")
    assert "queued" in told
    assert "ended" in told
    assert "language" in told

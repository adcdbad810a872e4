"""Dialogues with what the remaining verbs ask of the outside: customers, messages, cards, scores, alerts, dials."""

import pytest

from call_flows.loader import load_texts
from call_flows.scenario.playing import play
from call_flows.scenario.reading import read_tests
from call_flows.scenario.world import world_of
from tests.call_flows.conftest import texts_of
from tests.call_flows.scenario.conftest import HOLD, SITE

FLOW = """
flow: main
slots: {{card: {{type: text}}, amount: {{type: money}}}}
start: first
nodes:
{nodes}
  good: {{hang_up: Good.}}
  bad: {{hang_up: Bad.}}
"""


@pytest.fixture
def passes():
    def check(nodes: str, call: str, more: str = "") -> None:
        site = load_texts(texts_of(FLOW.format(nodes=nodes), SITE, hold=HOLD), services={}, check=None)
        steps = "".join(f"  - {line.strip()}\n" for line in call.strip().splitlines())
        scenarios, problems = read_tests(site, f"test: one\n{more}\ncall:\n{steps}", "tests/one.yaml")
        assert problems == []
        failure = play(world_of(site), scenarios[0]).failure
        assert failure is None, "\n".join(failure.lines())

    return check


DIAL = '  first: {dial: "+12025550199", answered: good, busy: bad, no_answer: bad, failed: bad}\n'


def test_a_dialled_party_answers_and_hangs_up(passes):
    """As an agent does."""
    passes(DIAL, "expect: {dialled: '+12025550199'}\nagent: answers\nafter: 2m\nagent: hangs up\nhears: Good.")


def test_a_dialled_party_that_rings_out_or_is_busy(passes):
    """By time, or as a mock says."""
    passes(DIAL, "after: 31s\nhears: Bad.")
    passes(DIAL, "hears: Bad.", 'mock: [{dial: "+1202*", gives: busy}]')


MESSAGE = "  first: {message: 'See you at nine.', next: good, failed: bad}\n"


def test_a_text_message_is_sent_or_refused(passes):
    """What is expected of it: the words and the number."""
    passes(MESSAGE, 'expect: {message: {to: "+12025550142", text: at nine}}\nexpect: {heard: Good.}')
    passes(MESSAGE, "expect: {message: false, heard: Bad.}", 'mock: [{message: "*", refused: cap}]')


CUSTOMER = "  first: {customer: look_up, known: good, unknown: bad, failed: bad}\n"


def test_a_customer_is_known_as_given(passes):
    """By what is given, and by a mock of records that cannot be had."""
    passes(CUSTOMER, "expect: {heard: Good.}", "given: {customer: {name: Sam}}")
    passes(CUSTOMER, "expect: {heard: Bad.}")
    passes(CUSTOMER, "expect: {heard: Bad.}", 'given: {customer: {name: Sam}}\nmock: [{customer: "*", failure: down}]')


SURVEY = "  first: {survey: csat, question: How was it?, next: good}\n"


def test_a_score_is_kept(passes):
    """By key or by voice."""
    passes(SURVEY, "presses: '4'\nexpect: {score: {csat: 4}, heard: Good.}")


def test_a_supervisor_is_alerted(passes):
    """With the words of the flow."""
    passes("  first: {alert: Somebody shouts., next: good}\n", "expect: {alert: shouts}")
    passes("  first: {say: Hello., next: good}\n", "expect: {alert: false}")


PAY = "  first: {pay: '20.45', next: good, failed: bad}\n"


def test_a_card_is_taken_or_not(passes):
    """Only the carrier's word comes back."""
    passes(PAY, "expect: {paid: true, heard: Good.}", "mock: [{pay: taken}]")
    passes(PAY, "expect: {paid: false, heard: Bad.}", "mock: [{pay: too-many-failed-attempts}]")


def test_a_callback_at_a_time_is_promised(passes):
    """The queue, the number and the moment can be expected."""
    passes(
        "  first: {callback: billing, at: ask, next: good, declined: bad, refused: bad}\n",
        """
        presses: "1"
        presses: "2"
        presses: "0930"
        presses: "1"
        presses: "1"
        callback: promised
        expect: {promised: {queue: billing, number: "+12025550142", at: 2026-03-03T09:30, needs: {billing: 3}}}
        """,
    )


FETCH = """  first:
    fetch: "http://127.0.0.1:8099/x"
    retries: 1
    next: good
    failed: bad
"""


def test_a_request_that_is_tried_again_takes_a_mock_for_each_try(passes):
    """As often as the flow says, and only after answers that may pass."""
    passes(FETCH, "expect: {heard: Good.}", 'mock: [{fetch: "*", status: 503}, {fetch: "*", gives: {}}]')
    passes(FETCH, "expect: {heard: Bad.}", 'mock: [{fetch: "*", status: 500}, {fetch: "*", gives: {}}]')
    passes(FETCH, "expect: {heard: Bad.}", 'mock: [{fetch: "*", failure: timeout, times: 2}, {fetch: "*", gives: {}}]')

"""Dialogues both ways: in virtual time, and through the real exchange with a voice and a recogniser.

The same file, the same expectations. What virtual time takes for granted (signatures, TwiML, a queue that really is
one, words that must be recognised) is real here.
"""

import pytest

from call_flows.library import NORTHWIND
from call_flows.loader import load_site, load_texts
from call_flows.scenario.folder import read_suite
from call_flows.scenario.outside import PASSING
from call_flows.scenario.playing import play
from call_flows.scenario.reading import read_tests
from call_flows.scenario.world import world_of
from console.rehearsal import player
from ivr.fetch import AGAIN
from tests.call_flows.conftest import texts_of
from tests.call_flows.scenario import test_queues as queues
from tests.call_flows.scenario.conftest import HOLD, MAIN, SITE


@pytest.fixture(scope="module")
def bank():
    """The bank and its dialogues by name."""
    site = load_site(NORTHWIND, services={})
    return site, {scenario.name: scenario for scenario in read_suite(site, NORTHWIND).scenarios}


def both_ways(site, scenario):
    """How a dialogue goes in virtual time, and over audio."""
    [heard] = player(site, [scenario])
    return play(world_of(site), scenario), heard


def told(outcome):
    return "\n".join(outcome.failure.lines()) if outcome.failure is not None else ""


def test_a_balance_by_key_goes_the_same_way_over_the_real_exchange(bank):
    """The same nodes, the same exits, the same slots; the account's digits are pressed, the balance is heard."""
    site, scenarios = bank
    virtual, heard = both_ways(site, scenarios["a caller hears a balance by key"])
    assert (told(virtual), told(heard), heard.skipped) == ("", "", "")
    assert heard.notes == virtual.notes


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "an agent answers and hangs up",
        "a caller keeps the place and is called back",
        "technical help answers at night",
        "a waiting caller leaves a message for technical help",
        "silence at night takes a message, and an empty one is none",
        "after twenty minutes the wait is over",
        "a full queue is told at once",
        "who is known is greeted by name",
        "a caller chooses a time",
        "a holiday is told",
    ],
)
def test_the_banks_dialogues_hold_over_audio_too(bank, name):
    """Spoken words, an agent, a callback, a message, twenty minutes on hold: the expectations of the file decide."""
    site, scenarios = bank
    virtual, heard = both_ways(site, next(one for key, one in scenarios.items() if key.startswith(name)))
    assert (told(virtual), told(heard), heard.skipped) == ("", "", "")


def small(text: str):
    site = load_texts(texts_of(MAIN, SITE, hold=HOLD), services={})
    scenarios, problems = read_tests(site, text, "tests/one.yaml")
    assert problems == []
    return next(iter(player(site, scenarios)))


@pytest.mark.slow
def test_what_does_not_hold_over_audio_is_told_as_ever():
    """The line, what was wanted, what was heard, and where the call stood."""
    lines = told(small("test: one\nflow: main\ncall:\n  - hears: Wolcome\n    within: 10s\n"))
    assert lines.startswith("tests/one.yaml:4:5: the caller should hear “Wolcome”")
    assert "“Welcome.”" in lines
    assert "the call stood at main." in lines
    assert "after it began" in lines


@pytest.mark.slow
def test_a_request_without_a_mock_fails_the_dialogue():
    """Not the call: the caller hears the flow's apology, the designer reads which mock is missing."""
    lines = told(
        small('test: one\nflow: main\ncall:\n  - presses: "1"\n  - presses: "1234"\n  - hears: books are closed\n')
    )
    assert "asks GET http://127.0.0.1:8099/accounts/1234, and no mock answers it" in lines


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("given: {slots: {plan: gold}}", "slots have values already"),
        ("mock: [{queue: billing, gives: failed}]", "a mock of queue holds in virtual time only"),
        ("given: {queues: {billing: {open: false}}}", "a queue is closed by hand"),
    ],
)
def test_what_a_real_house_cannot_be_given_is_skipped_with_the_reason(more, why):
    """A skip is never a pass."""
    outcome = small(f"test: one\nflow: main\n{more}\ncall: [{{hears: Welcome}}]\n")
    assert (outcome.failure, outcome.skipped) == (None, f"not over audio: {why}")


def test_virtual_time_tries_again_where_the_real_house_does():
    """A mock that stands for a service must be asked as often as the service would be."""
    assert PASSING == AGAIN


@pytest.mark.slow
@pytest.mark.parametrize(
    ("steps", "head"),
    [
        (["presses: '1'", "expect: {queued: billing}", "queue: closes", "hears: We had to close."], ""),
        (["presses: '1'", "expect: {queued: billing}", "queue: empties", "hears: Nobody is here now."], ""),
        (["presses: '1'", "hears: Nobody is here now."], "given: {queues: {billing: {agents: 0}}}"),
        (["presses: '1'", "hears: We kept your place."], "given: {queues: {billing: {resumed: true}}}"),
    ],
    ids=["closes", "empties", "nobody there", "the place is kept"],
)
def test_what_befalls_a_queue_is_heard_over_audio_too(steps, head):
    """The carrier is told to take the caller out, and the flow goes on at that exit."""
    site = load_texts({"site.yaml": queues.SITE, "flows/main.yaml": queues.MAIN, "flows/hold.yaml": queues.HOLD})
    lines = "".join(f"  - {line}\n" for line in steps)
    scenarios, problems = read_tests(site, f"test: one\nflow: main\n{head}\ncall:\n{lines}", "tests/one.yaml")
    assert problems == []
    virtual, heard = both_ways(site, scenarios[0])
    assert (told(virtual), told(heard), heard.skipped) == ("", "", "")

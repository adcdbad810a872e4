"""Who is told of a recording, and when: by the site's way and the region of the caller's number."""

import phonenumbers
import pytest

from call_flows.actions import Collect, NoteConsent, Say, StartRecording
from call_flows.consent_rules import ALL_PARTIES, ONE_PARTY, must_be_told, state_of
from call_flows.facts import CallerFacts, Facts
from call_flows.loader import load_texts
from tests.call_flows.conftest import MONDAY_MORNING, SITE, Talk, texts_of
from tests.call_flows.test_verbs import flow

NOTICE = flow("  go: {consent: This call is recorded., next: people}\n")
REFUSABLE = flow("""  go: {consent: "This call is recorded. To opt out, press 9.", opt_out: 9, next: people}\n""")
CALIFORNIA, NEW_YORK, LONDON, WITHHELD = "+14155550123", "+12125550123", "+442079460123", ""


def talk(nodes: str, way: str, caller: str) -> Talk:
    loaded = load_texts(texts_of(nodes, f"{SITE}privacy: {{consent: {way}}}\n"))
    return Talk(loaded, Facts(MONDAY_MORNING, caller=CallerFacts(number=caller)), caller=caller)


def test_every_state_is_in_one_table_and_none_in_both():
    """Fifty states and the District of Columbia."""
    assert not set(ALL_PARTIES) & set(ONE_PARTY)
    assert len(ALL_PARTIES) + len(ONE_PARTY) == 51


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (CALIFORNIA, "CA"), ("+15595550123", "CA"), ("+13055550123", "FL"), ("+12065550123", "WA"),
        ("+12025550123", "DC"), (NEW_YORK, "NY"), ("+16175550123", "MA"), ("+17025550123", "NV"),
        ("+18005550123", ""), ("+14165550123", ""), (LONDON, ""), (WITHHELD, ""), ("anonymous", ""),
    ],
)  # fmt: skip
def test_a_number_tells_its_state(number, state):
    """By the number plan; free numbers, other countries and withheld numbers tell nothing."""
    assert state_of(number) == state


def test_a_number_whose_state_is_unknown_must_be_told():
    """Over the example numbers of every region: told, unless it is certain that nobody need be."""
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number(region)
        number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        assert must_be_told(number) or region == "US", region


@pytest.mark.promise(31)
@pytest.mark.parametrize("way", ["announce", "none"])
@pytest.mark.parametrize("caller", [CALIFORNIA, NEW_YORK, LONDON, WITHHELD])
def test_the_notice_comes_before_the_recording_wherever_it_must(way, caller):
    """Only a site that wants none, and a number of a state where one party is enough, goes without."""
    said = talk(NOTICE, way, caller).actions
    start = said.index(StartRecording())
    assert said[start - 1] == NoteConsent(given=True)
    told = [action for action in said[:start] if isinstance(action, Say)]
    assert bool(told) == (way != "none" or caller != NEW_YORK)


@pytest.mark.promise(31)
@pytest.mark.parametrize("way", ["announce", "ask", "none"])
def test_a_caller_who_opts_out_is_never_recorded(way):
    """Wherever the notice is given."""
    asked = talk(REFUSABLE, way, CALIFORNIA)
    assert isinstance(asked.last, Collect)
    assert StartRecording() not in asked.actions
    assert StartRecording() not in asked.press("9").actions
    assert StartRecording() in talk(REFUSABLE, way, CALIFORNIA).silence().actions


@pytest.mark.parametrize(
    ("way", "nodes", "found"), [("ask", NOTICE, True), ("ask", REFUSABLE, False), ("announce", NOTICE, False)]
)
def test_a_site_that_asks_lets_every_notice_be_refused(codes, way, nodes, found):
    """Else the choice that it promises is none."""
    assert ("E406" in codes(nodes, f"{SITE}privacy: {{consent: {way}}}\n")) is found

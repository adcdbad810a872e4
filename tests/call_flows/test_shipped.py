"""The shipped sites: nothing to report of any, every dialogue as it should be, nine of ten exits taken by one."""

import pytest

from call_flows.library import SHIPPED
from call_flows.loader import check_folder, load_site
from call_flows.nodes.menu import MenuNode
from call_flows.prompt import Prompt
from call_flows.scenario.coverage import coverage_of
from call_flows.scenario.folder import read_suite
from call_flows.scenario.playing import play
from call_flows.scenario.world import world_of

KINDS = sorted(SHIPPED)
LONGEST_README = 600
"""Words of one page."""


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def site(kind):
    return load_site(SHIPPED[kind], services={})


def test_it_has_neither_errors_nor_warnings(kind):
    """It is what designers copy."""
    assert check_folder(SHIPPED[kind]) == []


def test_every_dialogue_goes_as_written_and_nine_of_ten_exits_are_taken(kind, site):
    """What is shipped as an example of testing is tested."""
    suite = read_suite(site, SHIPPED[kind])
    assert suite.problems == []
    world = world_of(site)
    outcomes = [play(world, scenario) for scenario in suite.scenarios]
    failed = [(one.scenario.name, one.failure.lines()) for one in outcomes if one.failure is not None]
    assert failed == []
    coverage = coverage_of(site, (one.notes for one in outcomes))
    assert coverage.percent() >= 90


def test_every_word_is_there_in_english_and_in_spanish(site):
    """A caller who chose a language never hears the other, except the offer to go back."""
    missing = []
    for flow in site.flows.values():
        for name, node in flow.nodes.items():
            prompts = [value for _path, value in node.walk() if isinstance(value, Prompt)]
            for prompt in prompts:
                words = [part for part in prompt.parts() if part.play is None]
                if words and not {"en-US", "es-US"} <= set(prompt.versions):
                    missing.append(f"{flow.name}.{name}")
            phrases = [option.says for option in getattr(node, "options", ()) if isinstance(option.says, dict)]
            missing += [f"{flow.name}.{name} {said}" for said in phrases if set(said) != {"en-US", "es-US"}]
    assert missing == []


def test_a_menu_has_at_most_five_choices(site):
    """Callers forget the first by then."""
    menus = [node for flow in site.flows.values() for node in flow.nodes.values() if isinstance(node, MenuNode)]
    assert menus
    assert max(len(menu.options) for menu in menus) <= 5


def test_zero_is_a_person_wherever_a_call_begins(site):
    """At every menu and question, in every flow that a number leads to."""
    for number in site.site.numbers.values():
        flow = site.flows[str(number.flow)]
        assert flow.always_by_key("0") is not None


def test_it_says_on_one_page_what_it_is(kind):
    """Numbers to call, what to try, what to change first."""
    text = (SHIPPED[kind] / "README.md").read_text(encoding="utf-8")
    assert 100 < len(text.split()) <= LONGEST_README
    for number in load_site(SHIPPED[kind], services={}).site.numbers:
        assert number in text

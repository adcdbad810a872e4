"""Scorecards of a site: read with the place of everything that is wrong, weights that make 100, and what ships."""

import pytest
from jsonschema import Draft202012Validator

from call_flows.library import NORTHWIND
from call_flows.loader import load_site, load_texts
from call_flows.problems import SiteRefused
from call_flows.schema import scorecard_schema
from call_flows.scorecards import Automatic, Question, Scorecard, Section
from call_flows.yaml_text import read_yaml

SITE = """
site: test
numbers: {"+12025550100": main}
skills: [billing]
queues:
  billing: {rings: [{after: 0s, needs: {billing: 1}}], wrap_up: {dispositions: [resolved, follow up]}}
agents: [{name: Ana, login: ana, skills: {billing: 5}}]
"""
MAIN = 'flow: main\nstart: people\nnodes: {people: {queue: billing, failed: bye}, bye: {hang_up: "Goodbye."}}\n'
CARD = """\
scorecard: service
queues: [billing]
sections:
  - section: Opening
    questions:
      - {question: greeting, ask: Did the agent greet?, weight: 40}
      - question: name
        ask: Did the agent give a name?
        weight: 60
"""


def told(card, **files):
    """Each problem as code, file, line and the offending word."""
    texts = {"site.yaml": SITE, "flows/main.yaml": MAIN, "scorecards/service.yaml": card, **files}
    try:
        load_texts(texts)
    except SiteRefused as refused:
        return [(one.code, one.place.file, one.place.line, one.word) for one in refused.problems]
    return []


def test_a_good_scorecard_is_part_of_the_site():
    """And of its version: who changes a question changes the site."""
    texts = {"site.yaml": SITE, "flows/main.yaml": MAIN}
    without = load_texts(texts)
    loaded = load_texts({**texts, "scorecards/service.yaml": CARD})
    card = loaded.scorecards["service"]
    assert [str(one.question) for one in card.questions()] == ["greeting", "name"]
    assert card.named == "Service"
    assert card.serves("billing")
    assert not card.serves("technical")
    assert loaded.version != without.version


@pytest.mark.parametrize(
    ("was", "written", "code", "line", "word"),
    [
        ("weight: 60", "weight: 50", "E214", 3, "90"),
        ("weight: 60", "weight: 61", "E214", 3, "101"),
        ("weight: 60", "weight: -1", "E012", 9, "-1"),
        ("weight: 60", "weight: a lot", "E012", 9, "a lot"),
        ("weight: 60", "wieght: 60", "E010", 9, "wieght"),
        ("[billing]", "[biling]", "E103", 2, "biling"),
        ("question: name", "question: greeting", "E002", 7, "greeting"),
        ("weight: 60", "weight: 60\n        answers: {bad: 0%, good: 90%}", "E012", 7, "answers"),
        ("weight: 60", "weight: 60\n        answers: {good: 100%}", "E012", 7, "answers"),
        ("weight: 60", "weight: 60\n        answers: {n/a: 0%, good: 100%}", "E012", 7, "answers"),
        ("weight: 60", "weight: 60\n        automatic: {}", "E012", 10, "automatic"),
        ("weight: 60", "weight: 60\n        automatic: {said: [hi], hold_below: 5s}", "E012", 10, "automatic"),
        ("weight: 60", "weight: 60\n        automatic: {hold_below: 5s, within: 5s}", "E012", 10, "hold_below"),
        ("weight: 60", "weight: 60\n        automatic: {hold_below: 5}", "E013", 10, "5"),
        ("weight: 60", "weight: 60\n        automatic: {disposition: [resovled]}", "E118", 10, "resovled"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(was, written, code, line, word):
    """Code, line and the word that offends, as for everything else of a site."""
    assert (code, "scorecards/service.yaml", line, word) in told(CARD.replace(was, written))


def test_weights_that_do_not_make_a_hundred_are_told_section_by_section():
    """Whoever mends them sees where the points are, and how many to give."""
    with pytest.raises(SiteRefused, match=r"make 90, not 100: Opening 90\. Give 10 more"):
        load_texts(
            {"site.yaml": SITE, "flows/main.yaml": MAIN, "scorecards/s.yaml": CARD.replace("weight: 60", "weight: 50")}
        )


def test_two_scorecards_cannot_have_one_name():
    assert ("E002", "scorecards/twin.yaml", 1, "service") in told(CARD, **{"scorecards/twin.yaml": CARD})


def test_an_empty_scorecard_is_told():
    assert ("E017", "scorecards/service.yaml", 1, "scorecards/service.yaml") in told("")


def test_an_old_version_with_a_fault_still_loads_for_the_reviews_that_began_on_it():
    """Checks of meaning may grow; what was published once goes on."""
    texts = {"site.yaml": SITE, "flows/main.yaml": MAIN, "scorecards/s.yaml": CARD.replace("60", "50")}
    assert load_texts(texts, check=None).scorecards["service"].question("name").weight == 50


def test_northwind_ships_one_with_every_kind_of_answer():
    """So that a new user sees what a scorecard can do."""
    card = load_site(NORTHWIND, services={}).scorecards["good_service"]
    asked = [one.automatic.asked()[0] for one in card.questions() if one.automatic]
    assert sorted(asked) == ["disposition", "hold_below", "never_said", "said", "silence_below"]
    assert any(one.critical for one in card.questions())
    assert any(one.may_not_apply for one in card.questions())
    assert any(one.answers for one in card.questions())


def test_the_shipped_scorecard_is_right_by_the_schema():
    """What the loader takes, the editor must not underline."""
    file = NORTHWIND / "scorecards" / "good_service.yaml"
    data = read_yaml(file.read_text(encoding="utf-8"), file.name).data
    assert list(Draft202012Validator(scorecard_schema()).iter_errors(data)) == []


@pytest.mark.parametrize("model", [Scorecard, Section, Question, Automatic], ids=lambda model: model.__name__)
def test_every_key_of_a_scorecard_is_described(model):
    assert [name for name, info in model.model_fields.items() if not info.description] == []
